"""Reading an ERP's export: every line as it stands, or one sentence that says what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import ConfigurationError
from producers.erp_requisitions import RawLine, count_lines, read_requisitions, to_event
from schemas.partitioning import partition_of
from schemas.requisition_rules import HEADERS
from tests.fakes import exports
from tests.fakes.decoding import LocalCodecs
from tests.fakes.exports import HEADER, LINE, line

Written = Callable[..., Path]


@pytest.fixture
def workbook(tmp_path: Path) -> Written:
    return partial(exports.workbook, tmp_path / "export.xlsx")


@pytest.fixture
def text(tmp_path: Path) -> Written:
    return partial(exports.text, tmp_path / "e.csv")


def read(path: Path) -> list[RawLine]:
    return list(read_requisitions(path))


def cells(raw: RawLine) -> dict[str, str | None]:
    return dict(zip(HEADERS, raw.cells, strict=True))


def refusal(path: Path) -> str:
    with pytest.raises(ConfigurationError) as refused:
        read_requisitions(path)
    sentence = str(refused.value)
    assert path.name in sentence
    assert "\n" not in sentence
    return sentence


def test_cells_of_a_workbook_become_text(workbook: Written) -> None:
    (raw,) = read(workbook(HEADER, line(quantity=1643.4, requested_on=datetime(2024, 12, 1))))  # noqa: DTZ001
    assert cells(raw) == {
        "depot": "BATST001",
        "item": "010001",
        "material": "CABO RF",
        "family": "MATERIAL ELETRICO",
        "supplier": "FORN-0001",
        "quantity": "1643.4",
        "unit": "UN",
        "requested_on": "2024-12-01",
        "requisition": "94001",
        "requisitioned_on": "2024-12-02",
        "purchased_on": "2024-12-09",
    }
    assert (raw.file, raw.sheet, raw.row, raw.decimal_sign) == ("export.xlsx", "Sheet", 2, ".")


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_a_csv_is_read_whatever_its_delimiter_and_encoding(
    text: Written, delimiter: str, encoding: str
) -> None:
    path = text(HEADER, line(material="FEIJÃO"), delimiter=delimiter, encoding=encoding)
    (raw,) = read(path)
    assert cells(raw)["material"] == "FEIJÃO"
    assert cells(raw)["purchased_on"] == "2024-12-09"
    assert raw.sheet == ""


def test_latin_1_is_accepted_with_a_notice(text: Written) -> None:
    notices: list[str] = []
    list(read_requisitions(text(HEADER, LINE, encoding="latin-1"), notices.append))
    assert notices == ["e.csv: not UTF-8, read as Latin-1 (Windows-1252)"]


def test_a_workbook_and_a_csv_of_the_same_lines_have_the_same_ids(
    workbook: Written, text: Written
) -> None:
    typed, written = read(workbook(HEADER, LINE)), read(text(HEADER, LINE))
    assert [raw.event_id for raw in typed] == [raw.event_id for raw in written]


def test_the_order_and_case_of_columns_are_free_and_others_are_ignored(workbook: Written) -> None:
    header = [f"  {name.lower()} " for name in reversed(HEADER)]
    (raw,) = read(workbook(["note", *header], ["x", *reversed(LINE)]))
    assert cells(raw)["depot"] == "BATST001"
    assert cells(raw)["purchased_on"] == "2024-12-09"


def test_the_header_may_follow_a_title_and_rows_keep_their_numbers(workbook: Written) -> None:
    path = workbook(["Custo de material"], [], HEADER, LINE, [], line(item="010002"))
    assert [raw.row for raw in read(path)] == [4, 6]


def test_the_first_sheet_with_the_header_is_read_and_said_so(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["anything"])
    for name in ("Second", "Third"):
        sheet = book.create_sheet(name)
        sheet.append(HEADER)
        sheet.append(line(material=name))
    book.save(tmp_path / "three.xlsx")
    notices: list[str] = []
    (raw,) = read_requisitions(tmp_path / "three.xlsx", notices.append)
    assert raw.sheet == cells(raw)["material"] == "Second"
    assert notices == ["three.xlsx: of 3 sheets, only 'Second' is read"]


def test_blank_rows_are_no_lines_and_broken_rows_are(workbook: Written) -> None:
    broken = [None, None, "ONLY A NAME", *[None] * 8]
    path = workbook(HEADER, LINE, [None] * 11, ["  "], broken, line(quantity="many"))
    assert count_lines(path) == len(read(path)) == 3
    assert cells(read(path)[1])["material"] == "ONLY A NAME"
    assert cells(read(path)[2])["quantity"] == "many"


def test_cells_under_a_merged_one_are_empty_and_the_line_still_counts(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (HEADER, LINE, line(item="010002")):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    book.save(tmp_path / "merged.xlsx")
    assert [cells(raw)["depot"] for raw in read(tmp_path / "merged.xlsx")] == ["BATST001", None]


def test_a_formula_nobody_calculated_is_an_empty_cell(workbook: Written) -> None:
    (raw,) = read(workbook(HEADER, line(quantity="=1+1")))
    assert cells(raw)["quantity"] is None


@pytest.mark.parametrize("header", HEADER)
def test_a_missing_header_is_named(text: Written, header: str) -> None:
    at = HEADER.index(header)
    sentence = refusal(text([*HEADER[:at], *HEADER[at + 1 :]], LINE))
    assert f'e.csv, row 1: the column "{header}" is missing' in sentence


def test_a_renamed_header_is_recognised_as_what_was_meant(workbook: Written) -> None:
    renamed = ["QTDADE" if name == "QUANTIDADE" else name for name in HEADER]
    sentence = refusal(workbook(renamed, LINE))
    assert "export.xlsx, sheet Sheet, row 1" in sentence
    assert 'did you mean "QUANTIDADE" by "QTDADE" in column F?' in sentence


def test_a_header_with_another_name_is_quoted(workbook: Written) -> None:
    sentence = refusal(workbook(["warehouse", *HEADER[1:]], LINE))
    assert '"DEPÓSITO" is missing; found instead "warehouse" in column A' in sentence


def test_a_doubled_header_is_refused_with_both_columns(workbook: Written) -> None:
    sentence = refusal(workbook([*HEADER, " quantidade "], [*LINE, 3]))
    assert '"QUANTIDADE" stands twice, in columns F and L' in sentence


def test_a_header_without_lines_is_refused(workbook: Written) -> None:
    assert "no line below the header in row 1" in refusal(workbook(HEADER, [None]))


def test_a_workbook_without_anything_is_refused(workbook: Written) -> None:
    assert "the file is empty" in refusal(workbook())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf \r\n", "the file is empty"),
        (b"%PDF-1.7 and so on", "not a spreadsheet"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not a spreadsheet"),
        (b"PK\x03\x04 but no archive", "breaks off or is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as XLSX"),
        (b"just a sentence\n", "not a requisition export"),
    ],
)
def test_what_is_no_export_is_refused_in_one_sentence(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "export.xlsx"
    path.write_bytes(content)
    assert said in refusal(path)


def test_a_missing_file_and_a_folder_are_refused_in_one_sentence(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path / "nowhere.xlsx")
    assert "cannot be read" in refusal(tmp_path)


def test_a_workbook_that_breaks_off_is_refused(workbook: Written) -> None:
    path = workbook(HEADER, *[LINE] * 50)
    path.write_bytes(path.read_bytes()[:-200])
    assert "a workbook that breaks off or is damaged" in refusal(path)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_damaged_workbook_is_read_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, damages: list[tuple[float, int]]
) -> None:
    path = exports.workbook(tmp_path_factory.mktemp("damaged") / "e.xlsx", HEADER, *[LINE] * 5)
    content = bytearray(path.read_bytes())
    for place, byte in damages:
        content[int(place * len(content))] = byte
    path.write_bytes(content)
    with suppress(ConfigurationError):
        assert all(len(raw.cells) == len(HEADER) for raw in read_requisitions(path))


def test_a_repeat_has_the_same_id_and_another_export_of_a_line_has_not(workbook: Written) -> None:
    path = workbook(HEADER, LINE, LINE, line(purchased_on=date(2024, 12, 20)))
    first, repeat, moved = read(path)
    assert first.event_id == repeat.event_id
    assert moved.event_id != first.event_id


def test_a_workbook_and_a_brazilian_csv_of_one_export_have_the_same_ids(
    workbook: Written, text: Written
) -> None:
    (typed,) = read(workbook(HEADER, line(quantity=1643.4)))
    days = {"requisitioned_on": "02/12/2024", "purchased_on": "09/12/2024"}
    (written,) = read(text(HEADER, line(quantity=" 1643,4 ", **days)))
    assert typed.event_id == written.event_id


def test_one_text_under_two_decimal_signs_gives_two_ids(tmp_path: Path) -> None:
    ids = set()
    for decides in ("2,50", "2.50"):
        path = exports.text(
            tmp_path / "e.csv", HEADER, line(quantity=decides), line(quantity="1.500")
        )
        ids.add(read(path)[1].event_id)
    assert len(ids) == 2


@pytest.mark.parametrize(
    "changed",
    [{"quantity": "many"}, {"quantity": None}, {"purchased_on": "31/02/2024"}, {"unit": None}],
)
def test_what_cannot_be_read_has_an_id_of_its_own_too(
    text: Written, changed: dict[str, object]
) -> None:
    good, broken, repeat = read(text(HEADER, LINE, line(**changed), line(**changed)))
    assert broken.event_id == repeat.event_id != good.event_id


def test_every_line_encodes_and_lands_in_the_partition_of_its_stock(workbook: Written) -> None:
    path = workbook(HEADER, line(depot=" batst001 "), [None, "x", *[None] * 9])
    events = [to_event(raw) for raw in read(path)]
    codecs = LocalCodecs()
    for event in events:
        framed = codecs.encode(event.topic, event.record)
        assert codecs.decode(event.topic, framed) == event.record
    assert partition_of(events[0].key.encode(), 6) == partition_of(b"010001|BATST001", 6)
    assert [event.key for event in events] == ["010001|BATST001", "X|SEM-DEPOSITO"]
    assert (events[1].record["occurred_at"], events[1].record["recorded_at"]) == (0, 0)
