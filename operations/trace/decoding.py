"""Framed bytes of bronze in, records out, where no registry runs to ask for the schema."""

from __future__ import annotations

from collections.abc import Callable

from domain.errors import RejectedEventError
from schemas.codec import Codec, Record, schema_id_of
from schemas.topics import topic

Decode = Callable[[str, bytes | None], Record]


def decode_as_declared(topic_name: str, framed: bytes | None) -> Record:
    """Return a record, read with the schema that this tree declares for its topic.

    Raises:
        RejectedEventError: the bytes are no such record, or an older schema wrote them.
    """
    return Codec(str(topic(topic_name).value_schema_json), schema_id_of(framed)).decode(framed)


def decoded_or_why(decode: Decode, topic_name: str, framed: bytes | None) -> tuple[Record, str]:
    """Return the record and "", or nothing and why there is nothing."""
    try:
        return decode(topic_name, framed), ""
    except RejectedEventError as error:
        return {}, str(error)
