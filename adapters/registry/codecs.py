"""A codec for a topic, its writer schemas fetched from the registry as they turn up."""

from __future__ import annotations

import httpx2
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.error import SchemaRegistryError

from adapters.registry.settings import RegistrySettings
from domain.errors import ConfigurationError, RejectedEventError, TransientError
from domain.rejection import Rejection
from schemas.codec import Codec, Record, schema_id_of
from schemas.topics import topic

_NOT_FOUND = frozenset({404, 40401, 40402, 40403})


class RegistryCodecs:
    """Encodes and decodes the values of every topic."""

    def __init__(self, settings: RegistrySettings) -> None:
        self._client = SchemaRegistryClient({"url": settings.url})
        self._codecs: dict[str, Codec] = {}

    def close(self) -> None:
        """Close the connection; what has been fetched still encodes and decodes."""
        self._client.close()

    def codec(self, topic_name: str) -> Codec:
        """Return the topic's codec, in the latest registered version.

        Raises:
            ConfigurationError: the subject is not registered.
            TransientError: the registry cannot be reached.
        """
        found = self._codecs.get(topic_name)
        if found is None:
            found = self._codecs[topic_name] = self._fetch(topic_name)
        return found

    def encode(self, topic_name: str, record: Record) -> bytes:
        """Return the framed bytes of one record."""
        return self.codec(topic_name).encode(record)

    def decode(self, topic_name: str, framed: bytes | None) -> Record:
        """Return the record in framed bytes.

        Raises:
            RejectedEventError: the bytes cannot be read, or name a schema that nobody registered.
            TransientError: the registry cannot be reached.
        """
        codec = self.codec(topic_name)
        schema_id = schema_id_of(framed)
        if not codec.knows(schema_id):
            codec.learn(schema_id, self._writer(schema_id))
        return codec.decode(framed)

    def _fetch(self, topic_name: str) -> Codec:
        subject = topic(topic_name).subject
        try:
            latest = self._client.get_latest_version(subject)
        except SchemaRegistryError as error:
            if _means_not_found(error):
                msg = f"no schema under {subject}: run `./nova topics apply`"
                raise ConfigurationError(msg) from error
            raise TransientError(str(error)) from error
        except httpx2.HTTPError as error:
            msg = f"registry: {error}"
            raise TransientError(msg) from error
        return Codec(latest.schema.schema_str, latest.schema_id)

    def _writer(self, schema_id: int) -> str:
        try:
            schema = self._client.get_schema(schema_id)
        except SchemaRegistryError as error:
            if _means_not_found(error):
                raise RejectedEventError(
                    Rejection.UNKNOWN_SCHEMA, f"schema id {schema_id}"
                ) from error
            raise TransientError(str(error)) from error
        except httpx2.HTTPError as error:
            msg = f"registry: {error}"
            raise TransientError(msg) from error
        return str(schema.schema_str)


def _means_not_found(error: SchemaRegistryError) -> bool:
    return error.http_status_code in _NOT_FOUND or error.error_code in _NOT_FOUND
