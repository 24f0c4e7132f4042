"""A workbook's sheet in; what its cells hide from whoever reads only their values, out."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_CHUNK = 1 << 20
_HINTS = re.compile(rb"<(?:\w+:)?(?:f|mergeCell)[\s>/]")
_CELL = re.compile(r"([A-Z]+)(\d+)")


@dataclass(frozen=True, slots=True)
class Pitfalls:
    """Places that read as empty though a person sees something there.

    Attributes:
        uncalculated: row and column index of formulae whose value nobody has stored.
        merged: ranges as a spreadsheet names them, with the last row of each.
    """

    uncalculated: tuple[tuple[int, int], ...] = ()
    merged: tuple[tuple[str, int], ...] = ()


def pitfalls(path: Path, part: str) -> Pitfalls:
    """Return the pitfalls of one sheet, `part` being its name inside the workbook's archive."""
    with zipfile.ZipFile(path) as archive:
        with archive.open(part) as content:
            if not _has_hints(content):
                return Pitfalls()
        with archive.open(part) as content:
            return _found(content)


def _has_hints(content: IO[bytes]) -> bool:
    before = b""
    while chunk := content.read(_CHUNK):
        if _HINTS.search(before + chunk):
            return True
        before = chunk[-64:]
    return False


def _found(content: IO[bytes]) -> Pitfalls:
    uncalculated: list[tuple[int, int]] = []
    merged: list[tuple[str, int]] = []
    for _, element in ET.iterparse(content):
        match _name(element):
            case "row":
                uncalculated += _uncalculated(element)
                element.clear()
            case "mergeCell":
                area = element.get("ref", "")
                rows = [int(row) for _, row in _CELL.findall(area)]
                if rows:
                    merged.append((area, max(rows)))
            case _:
                continue
    return Pitfalls(tuple(uncalculated), tuple(merged))


def _uncalculated(row: ET.Element) -> Iterator[tuple[int, int]]:
    for cell in row:
        parts = {_name(part): part for part in cell}
        value = parts.get("v")
        if "f" in parts and (value is None or not value.text):
            place = _CELL.fullmatch(cell.get("r", ""))
            if place is not None:
                yield int(place[2]), _index(place[1])


def _index(letters: str) -> int:
    """Return a column's index.

    >>> _index("A"), _index("AA")
    (0, 26)
    """
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]
