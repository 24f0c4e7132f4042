"""A header row in, the place of each column out, or one sentence that says what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from adapters.spreadsheets.layout import Layout
from adapters.spreadsheets.refusal import FileRefusal, RefusedFileError
from schemas.spellings import normalise_text

_ALPHABET = 26
_MOST_NAMED = 6  # a sentence that lists forty columns is not read
_LONGEST_QUOTE = 40


def columns(row: Sequence[object], layout: Layout, *, where: str) -> dict[str, int]:
    """Return the index of each field's column; the order is free, other columns are ignored.

    Args:
        row: the header row.
        layout: what is looked for.
        where: file, sheet and row, as the sentence names them.

    Raises:
        RefusedFileError: a header is missing, renamed or doubled.
    """
    places: dict[str, list[int]] = {}
    for index, cell in enumerate(row):
        field = layout.field_of(cell)
        if field is not None:
            places.setdefault(field, []).append(index)
    for field, indices in places.items():
        if len(indices) > 1:
            letters = " and ".join(column_letter(index) for index in indices)
            msg = (
                f'{where}: the header "{layout.headers[field]}" stands twice, in columns {letters}'
            )
            raise RefusedFileError(FileRefusal.WRONG_HEADERS, msg)
    if not places:
        first = next((str(cell) for cell in row if cell is not None and str(cell).strip()), "")
        msg = (
            f"{where}: not a {layout.what}: none of its columns ({_some_of(layout)}, …) is there, "
            f'the row begins with "{first.strip()[:_LONGEST_QUOTE]}"'
        )
        raise RefusedFileError(FileRefusal.WRONG_HEADERS, msg)
    needed = {f: h for f, h in layout.headers.items() if f not in layout.optional}
    missing = [header for field, header in needed.items() if field not in places]
    if missing:
        msg = f"{where}: {_what_is_missing(missing, row, layout)}"
        raise RefusedFileError(FileRefusal.WRONG_HEADERS, msg)
    return {field: indices[0] for field, indices in places.items()}


def column_letter(index: int) -> str:
    """Return a column's name in a spreadsheet.

    >>> column_letter(0), column_letter(25), column_letter(26)
    ('A', 'Z', 'AA')
    """
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, _ALPHABET)
        letters = chr(ord("A") + rest) + letters
    return letters


def _some_of(layout: Layout) -> str:
    headers = list(layout.headers.values())
    numbers = [layout.headers[name] for name in layout.numbers[:1] if name not in layout.optional]
    return ", ".join(dict.fromkeys([*headers[:2], *numbers]))


def _what_is_missing(missing: Sequence[str], row: Sequence[object], layout: Layout) -> str:
    """Return what is missing and what was found instead, the likeliest first."""
    plural = "s" if len(missing) > 1 else ""
    named = ", ".join(f'"{header}"' for header in missing)
    said = f"the column{plural} {named} {'are' if plural else 'is'} missing"
    others = {
        normalise_text(str(cell)): index
        for index, cell in enumerate(row)
        if cell is not None and normalise_text(str(cell)) and layout.field_of(cell) is None
    }
    likely = [
        f'"{header}" by {_quoted(found, others[found])}'
        for header in missing
        for found in _similar(header, list(others))
    ]
    if likely:
        return f"{said}; did you mean {', '.join(likely[:_MOST_NAMED])}?"
    instead = [_quoted(text, index) for text, index in others.items()]
    if instead:
        return f"{said}; found instead {', '.join(instead[:_MOST_NAMED])}"
    return f"{said}; no other column could stand for it"


def _quoted(text: str, index: int) -> str:
    return f'"{text[:_LONGEST_QUOTE]}" in column {column_letter(index)}'


def _similar(header: str, others: Sequence[str]) -> list[str]:
    folded = {other.casefold(): other for other in others}
    close = get_close_matches(header.casefold(), folded, n=1, cutoff=0.6)
    return [folded[each] for each in close]
