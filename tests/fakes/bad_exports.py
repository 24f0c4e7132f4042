"""Requisition exports that are wrong in every way a person has met, and what is said of each."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from tests.fakes.exports import HEADER, LINE, line, text, workbook

Write = Callable[[Path], Path]


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that cannot be used, and the one sentence that says why (after its name)."""

    name: str
    write: Write
    sentence: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that can: how many lines it has, and what a person is told of it."""

    name: str
    write: Write
    lines: int
    notices: tuple[str, ...] = ()


def _bytes(name: str, content: bytes) -> Write:
    def write(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return write


def _csv(content: str, encoding: str = "utf-8") -> Write:
    return _bytes("e.csv", content.encode(encoding))


def _rows(*rows: list[object], delimiter: str = ";") -> Write:
    return lambda folder: text(folder / "e.csv", *rows, delimiter=delimiter)


def _xlsx(*rows: list[object], merge: str | None = None) -> Write:
    def write(folder: Path) -> Path:
        path = workbook(folder / "e.xlsx", *rows)
        if merge is not None:
            book = openpyxl.load_workbook(path)
            book.active.merge_cells(merge)
            book.save(path)
        return path

    return write


def _cut(write: Write, *, share: float) -> Write:
    def cut(folder: Path) -> Path:
        path = write(folder)
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])
        return path

    return cut


def _archive(folder: Path) -> Path:
    path = folder / "e.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    return path


def _sheets(*names: str) -> Write:
    def write(folder: Path) -> Path:
        book = openpyxl.Workbook()
        book.active.append(["anything"])
        for name in names:
            sheet = book.create_sheet(name)
            sheet.append(HEADER)
            sheet.append(line(material=name))
        path = folder / "e.xlsx"
        book.save(path)
        return path

    return write


def _renamed(old: str, new: str) -> list[object]:
    return [new if name == old else name for name in HEADER]


_HEAD = ";".join(HEADER)
_GOOD = "BATST001;010001;CABO RF;MATERIAL ELETRICO;FORN-0001;10;UN;;94001;02/12/2024;09/12/2024"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
_UNCALCULATED = (
    "e.xlsx, sheet Sheet: cells with a formula that nobody has calculated count as empty: 1, the "
    "first in row 3, column QUANTIDADE (F); open the file in a spreadsheet program, save it and "
    "start again"
)
_MERGED = (
    "e.xlsx, sheet Sheet: merged cells A2:A3; all but the first cell of each count as empty: "
    "unmerge and fill them if they are not"
)
_SHORT = (
    "e.csv: 2 rows have fewer cells than the header, the first is row 3; what is missing counts "
    "as empty"
)
_BROKEN: list[object] = ["?", None, "x", *[""] * 8]
_GARBAGE: list[list[object]] = [
    [f"x{n}", "?", None, "§", n, "many", *[""] * 5] for n in range(10_000)
]

REFUSED = (
    Refused("missing", lambda folder: folder / "e.csv", ": cannot be read: No such file"),
    Refused("a folder", lambda folder: folder, ": cannot be read: Is a directory"),
    Refused("empty", _csv(""), ": the file is empty"),
    Refused("blank", _csv("\ufeff \r\n;;;\r\n"), ": the file is empty"),
    Refused("an empty workbook", _xlsx(), ": the file is empty"),
    Refused("a PDF", _bytes("e.xlsx", b"%PDF-1.7 and so on"), ": not a spreadsheet"),
    Refused("a picture", _bytes("e.csv", b"\x89PNG\r\n\x1a\n" + bytes(9)), ": not a spreadsheet"),
    Refused("a sentence", _csv("just a sentence\n"), ", row 1: not a requisition export"),
    Refused("another table", _csv("id,name\n1,x\n"), ", row 1: not a requisition export: none of"),
    Refused("a document", _archive, ": not a spreadsheet"),
    Refused("an old XLS", _bytes("e.xls", _OLE), ": an XLS of before 2007; save it as XLSX or CSV"),
    Refused(
        "locked by a password",
        _bytes("e.xlsx", _OLE + bytes(2 << 20) + "EncryptedPackage".encode("utf-16-le")),
        ": protected by a password; save it without one",
    ),
    Refused("UTF-16", _csv(f"{_HEAD}\n{_GOOD}\n", "utf-16"), ": written as UTF-16; save it as CSV"),
    Refused(
        "a workbook cut off",
        _cut(_xlsx(HEADER, *[LINE] * 50), share=0.9),
        ": a workbook that breaks off or is damaged",
    ),
    Refused("a header alone", _xlsx(HEADER), ", sheet Sheet: there is no line below the header"),
    Refused(
        "a header renamed",
        _xlsx(_renamed("QUANTIDADE", "QTDADE"), LINE),
        ', sheet Sheet, row 1: the column "QUANTIDADE" is missing; did you mean "QUANTIDADE" by '
        '"QTDADE" in column F?',
    ),
    Refused(
        "a header missing",
        _rows(HEADER[:-1], LINE[:-1]),
        ', row 1: the column "DATA DE COMPRA" is missing',
    ),
    Refused(
        "two headers missing",
        _rows(HEADER[2:], LINE[2:]),
        ', row 1: the columns "DEPÓSITO", "PRODUTO/SERVIÇO" are missing',
    ),
    Refused(
        "a header doubled",
        _rows([*HEADER, "QUANTIDADE"], [*LINE, 3]),
        ', row 1: the header "QUANTIDADE" stands twice, in columns F and L',
    ),
    Refused(
        "a row with more cells",
        _csv(f"{_HEAD}\n{_GOOD}\n{_GOOD};x\n"),
        ', row 3: 12 cells where the header has 11; a cell with ";" in it must stand in',
    ),
    Refused(
        "a decimal comma that delimits",
        _csv(f"{_HEAD}\n{_GOOD}\n".replace(";", ",").replace(",10,", ",10,5,")),
        ', row 2: 12 cells where the header has 11; a cell with "," in it must stand in',
    ),
    Refused(
        "a quotation mark never closed",
        _csv(f"{_HEAD}\n{_GOOD}\n{_GOOD.replace('CABO', chr(34) + 'CABO')}\n{_GOOD}\n"),
        ", row 3: a quotation mark opens and is never closed",
    ),
    Refused(
        "a quotation mark closed lines later",
        _csv(
            f"{_HEAD}\n{_GOOD.replace('CABO', chr(34) + 'CABO')}\n{_GOOD}\n"
            f"{_GOOD.replace('CABO RF', 'CABO' + chr(34))}\n"
        ),
        ", row 2, column C: a quotation mark opens here and closes lines later",
    ),
    Refused(
        "text after a closing quotation mark",
        _csv(f"{_HEAD}\n{_GOOD.replace('CABO RF', chr(34) + '1/2' + chr(34) + ' CABO')}\n"),
        ", row 2: ';' expected after '\"'",
    ),
    Refused(
        "a NUL byte",
        _csv(f"{_HEAD}\n{_GOOD}\n{_GOOD.replace('RF', 'R' + chr(0) + 'F')}\n"),
        ", row 3, column C: a NUL byte; the file is damaged",
    ),
    Refused(
        "UTF-8 with a broken byte",
        _bytes("e.csv", f"{_HEAD}\n{_GOOD}\n".encode() + b"\xc3;" + _GOOD.encode() + b"\n"),
        ", line 3: UTF-8, but not here; the file is damaged",
    ),
    Refused(
        "a quantity that reads both ways",
        _rows(HEADER, LINE, line(quantity="1.234")),
        ", row 3, column QUANTIDADE: 1.234 reads as 1234 units or as 1,234 (a fraction)",
    ),
    Refused(
        "two decimal signs",
        _rows(HEADER, line(quantity="1.5"), line(quantity="2,5")),
        ", column QUANTIDADE: 1.5 in row 2 has a decimal point and 2,5 in row 3 a decimal comma",
    ),
)

ACCEPTED = (
    Accepted("semicolons", _rows(HEADER, LINE, LINE), 2),
    Accepted("commas", _rows(HEADER, LINE, delimiter=","), 1),
    Accepted("tabs", _rows(HEADER, LINE, delimiter="\t"), 1),
    Accepted("a BOM", _csv(f"\ufeff{_HEAD}\n{_GOOD}\n"), 1),
    Accepted("CRLF", _csv(f"{_HEAD}\r\n{_GOOD}\r\n{_GOOD}\r\n"), 2),
    Accepted("no last line end", _csv(f"{_HEAD}\n{_GOOD}"), 1),
    Accepted(
        "Latin-1",
        _csv(f"{_HEAD}\n{_GOOD}\n", "latin-1"),
        1,
        ("e.csv: not UTF-8, read as Latin-1 (Windows-1252)",),
    ),
    Accepted("a broken row in the middle", _rows(HEADER, LINE, _BROKEN, LINE), 3),
    Accepted("garbage rows", _rows(HEADER, *_GARBAGE), 10_000),
    Accepted(
        "rows with fewer cells",
        _csv(f"{_HEAD}\n{_GOOD}\nBATST001;010001\n{_GOOD}\nBATST001\n"),
        4,
        (_SHORT,),
    ),
    Accepted("a delimiter in quotation marks", _rows(HEADER, line(material="CABO; 1/2\"")), 1),
    Accepted("a line end in quotation marks", _rows(HEADER, line(material="CABO\nRF"), LINE), 2),
    Accepted("numbers as text with commas", _rows(HEADER, line(quantity="1.643,40")), 1),
    Accepted("numbers as text with points", _xlsx(HEADER, line(quantity="1,643.40")), 1),
    Accepted("notes beside the table", _xlsx(HEADER, [*LINE, None, "look at this"]), 1),
    Accepted(
        "a formula that nobody has calculated",
        _xlsx(HEADER, LINE, line(quantity="=1+1")),
        2,
        (_UNCALCULATED,),
    ),
    Accepted(
        "merged cells",
        _xlsx(HEADER, LINE, line(item="010002"), merge="A2:A3"),
        2,
        (_MERGED,),
    ),
    Accepted("a merged title", _xlsx(["Custos", "", ""], HEADER, LINE, merge="A1:C1"), 1),
    Accepted(
        "several sheets", _sheets("Two", "Three"), 1, ("e.xlsx: of 3 sheets, only 'Two' is read",)
    ),
)  # fmt: skip
