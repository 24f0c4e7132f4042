"""Arrow rows in, Delta tables out, each row once: schemas, fenced appends and stored positions."""

from adapters.delta.arrow_schema import arrow_schema
from adapters.delta.positions import stored_positions
from adapters.delta.table import LakeTable, Source, Span, TableSpec

__all__ = ["LakeTable", "Source", "Span", "TableSpec", "arrow_schema", "stored_positions"]
