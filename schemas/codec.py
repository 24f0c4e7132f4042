"""Confluent-framed Avro in, plain records out, and back.

Instants and dates stay integers (microseconds and days since 1970): the domain counts in
them, and a datetime for each of a million rows costs more than the decoding itself.
"""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Mapping
from typing import Any

import fastavro
from fastavro.read import SchemaResolutionError
from fastavro.schema import SchemaParseException

from domain.errors import RejectedEventError
from domain.rejection import Rejection

_MAGIC = 0
_HEADER = struct.Struct(">bI")

# fastavro lets whatever its parser trips over escape: an index, an end of input, bytes that
# are no UTF-8, an absurd length. All mean the same: these bytes are not such a record.
_PARSER_TRIPPED = (ArithmeticError, EOFError, LookupError, MemoryError, TypeError, ValueError)

Record = dict[str, Any]


def schema_id_of(framed: bytes | None) -> int:
    """Return the registry's id of the writer schema.

    Raises:
        RejectedEventError: `undecodable` where there is no Confluent frame.
    """
    if framed is None or len(framed) < _HEADER.size:
        raise RejectedEventError(Rejection.UNDECODABLE, "no Avro frame: too short")
    magic, schema_id = _HEADER.unpack_from(framed)
    if magic != _MAGIC:
        raise RejectedEventError(Rejection.UNDECODABLE, f"no Avro frame: first byte {magic}")
    return int(schema_id)


class Codec:
    """Encodes with one schema; decodes what that schema or an earlier version wrote."""

    def __init__(self, schema_json: str, schema_id: int) -> None:
        self.schema_id = schema_id
        self._schema = _integers_only(schema_json)
        self._header = _HEADER.pack(_MAGIC, schema_id)
        self._writers: dict[int, Any] = {schema_id: self._schema}

    def learn(self, schema_id: int, schema_json: str) -> None:
        """Add a writer schema, so that records written with it can be read.

        Raises:
            RejectedEventError: `unknown_schema`, what is registered under the id is not Avro.
        """
        try:
            self._writers[schema_id] = _integers_only(schema_json)
        except (SchemaParseException, TypeError, ValueError) as error:
            detail = f"schema id {schema_id} is not Avro: {error}"
            raise RejectedEventError(Rejection.UNKNOWN_SCHEMA, detail) from error

    def knows(self, schema_id: int) -> bool:
        """Return whether records written with this schema can be read."""
        return schema_id in self._writers

    def encode(self, record: Mapping[str, Any]) -> bytes:
        """Return the framed bytes of one record."""
        out = io.BytesIO()
        out.write(self._header)
        fastavro.schemaless_writer(out, self._schema, record, strict_allow_default=True)
        return out.getvalue()

    def decode(self, framed: bytes | None) -> Record:
        """Return the record in framed bytes, in this codec's schema.

        Raises:
            RejectedEventError: `undecodable` or `unknown_schema`.
        """
        schema_id = schema_id_of(framed)
        writer = self._writers.get(schema_id)
        if writer is None:
            raise RejectedEventError(Rejection.UNKNOWN_SCHEMA, f"schema id {schema_id}")
        assert framed is not None
        body = io.BytesIO(framed)
        body.seek(_HEADER.size)
        reader = None if writer is self._schema else self._schema
        try:
            record: Record = fastavro.schemaless_reader(body, writer, reader)
        except (
            ArithmeticError,
            EOFError,
            LookupError,
            MemoryError,
            SchemaResolutionError,
            TypeError,
            ValueError,
        ) as error:
            raise RejectedEventError(
                Rejection.UNDECODABLE, f"{type(error).__name__}: {error}"
            ) from error
        if body.read(1):
            raise RejectedEventError(Rejection.UNDECODABLE, "bytes left over after the record")
        return record


def _integers_only(schema_json: str) -> Any:
    return fastavro.parse_schema(_without_logical_types(json.loads(schema_json)))


def _without_logical_types(schema: Any) -> Any:
    match schema:
        case dict():
            return {k: _without_logical_types(v) for k, v in schema.items() if k != "logicalType"}
        case list():
            return [_without_logical_types(each) for each in schema]
        case _:
            return schema
