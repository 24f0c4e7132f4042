"""Which columns a table must have, may have, and in which of them numbers stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from schemas.spellings import normalise_text


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of table.

    Attributes:
        what: it is, as a sentence names it.
        headers: field → header, in the order in which cells are handed on.
        optional: fields whose column may be missing.
        numbers: fields that say which decimal sign the file has.
    """

    what: str
    headers: Mapping[str, str]
    numbers: tuple[str, ...]
    optional: frozenset[str] = field(default=frozenset())

    def field_of(self, cell: object) -> str | None:
        """Return the field that a header cell names, whatever its case."""
        if not isinstance(cell, str):
            return None
        said = normalise_text(cell).casefold()
        for name, header in self.headers.items():
            if normalise_text(header).casefold() == said:
                return name
        return None

    def recognised(self, row: Sequence[object]) -> int:
        """Return how many of the headers stand in a row."""
        return len({self.field_of(cell) for cell in row} - {None})
