"""An Avro record schema in, an Arrow schema out, for tables that hold decoded records."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa

TIMESTAMP = pa.timestamp("us", "UTC")  # without the zone, Delta's timestampNtz locks readers out

_PRIMITIVES = {
    "string": pa.string(),
    "int": pa.int32(),
    "long": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
}
_LOGICAL = {"timestamp-micros": TIMESTAMP, "date": pa.date32()}


def arrow_schema(avro_json: str) -> pa.Schema:
    """Return the columns of a flat Avro record, by its field names.

    Every column is nullable: a field that a later version adds could not join an existing
    table otherwise.

    Raises:
        ValueError: a field has a type that a flat record of this platform may not have.
    """
    record = json.loads(avro_json)
    return pa.schema(
        [pa.field(each["name"], _arrow_type(each["type"])) for each in record["fields"]]
    )


def _arrow_type(avro: Any) -> pa.DataType:
    match avro:
        case str() if avro in _PRIMITIVES:
            return _PRIMITIVES[avro]
        case {"logicalType": str(name)} if name in _LOGICAL:
            return _LOGICAL[name]
        case {"type": "enum"}:
            return pa.string()
        case {"type": str(name)} if name in _PRIMITIVES and "logicalType" not in avro:
            return _PRIMITIVES[name]
        case ["null", inner] | [inner, "null"]:
            return _arrow_type(inner)
        case _:
            msg = f"no column type for Avro {avro!r}"
            raise ValueError(msg)
