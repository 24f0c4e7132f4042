"""Codecs from the repository's own schemas, where a test needs no registry."""

from __future__ import annotations

from schemas.codec import Codec, Record
from schemas.topics import topic


class LocalCodecs:
    """Encodes and decodes every topic with the schema in its file, under the id 1."""

    def __init__(self) -> None:
        self._codecs: dict[str, Codec] = {}

    def encode(self, topic_name: str, record: Record) -> bytes:
        return self._codec(topic_name).encode(record)

    def decode(self, topic_name: str, framed: bytes | None) -> Record:
        return self._codec(topic_name).decode(framed)

    def _codec(self, topic_name: str) -> Codec:
        if topic_name not in self._codecs:
            self._codecs[topic_name] = Codec(str(topic(topic_name).value_schema_json), 1)
        return self._codecs[topic_name]
