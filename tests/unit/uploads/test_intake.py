"""A file in: every line published or refused, the same bytes once, no file held in memory."""

from __future__ import annotations

import random
import sqlite3
import tempfile
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.kafka.events import EventPublisher
from adapters.spreadsheets import FileRefusal, RefusedFileError
from adapters.uploads import MOST_BYTES, Intake, UploadState, intake
from domain.errors import TransientError
from schemas.uploads import UploadKind, headers
from tests.fakes.decoding import LocalCodecs
from tests.fakes.exports import HEADER, workbook
from tests.fakes.publisher import InMemoryPublisher
from tests.fakes.uploads import GOOD, Broker, line_of, requisition_line, sheet

MOVEMENTS = UploadKind.STOCK_MOVEMENTS


@pytest.fixture
def broker(tmp_path: Path) -> Broker:
    return Broker(tmp_path)


def refusal(broker: Broker, kind: UploadKind, path: Path) -> RefusedFileError:
    with pytest.raises(RefusedFileError) as refused:
        broker.intake.receive(kind, path)
    assert broker.publishers == []
    assert refused.value.portuguese
    return refused.value


@pytest.mark.parametrize("kind", list(GOOD))
def test_a_file_of_every_kind_is_published(broker: Broker, tmp_path: Path, kind: UploadKind):
    upload = broker.intake.receive(kind, sheet(tmp_path / "f.csv", kind, line_of(kind)))

    assert (upload.state, upload.rows, upload.accepted) == (UploadState.PUBLISHED, 1, 1)
    [record] = broker.records()
    assert record["upload_id"] == upload.upload_id


def test_requisitions_are_published_as_their_producer_does_broken_or_not(
    broker: Broker, tmp_path: Path
):
    broken = requisition_line()
    broken[5] = "muitos"
    path = tmp_path / "erp.csv"
    rows = [HEADER, requisition_line(), broken]
    path.write_text("\n".join(";".join(row) for row in rows), encoding="utf-8")

    upload = broker.intake.receive(UploadKind.REQUISITIONS, path)

    assert (upload.rows, upload.accepted, upload.rejected) == (2, 2, 0)
    assert [record["row"] for record in broker.records()] == [2, 3]
    assert {record["source"] for record in broker.records()} == {"erp"}


def test_good_lines_are_published_and_bad_ones_named(broker: Broker, tmp_path: Path):
    lines = [line_of(MOVEMENTS, line="1"), line_of(MOVEMENTS, line="2", quantity="NaN")]
    upload = broker.intake.receive(MOVEMENTS, sheet(tmp_path / "f.csv", MOVEMENTS, *lines))

    assert (upload.rows, upload.accepted, upload.rejected) == (2, 1, 1)
    [refused] = broker.store.rejections(upload.upload_id)
    assert (refused.row, refused.column, refused.reason) == (3, "quantity", "not_a_number")


def test_the_same_bytes_are_the_same_upload_under_any_name(broker: Broker, tmp_path: Path):
    first = broker.intake.receive(
        MOVEMENTS, sheet(tmp_path / "a.csv", MOVEMENTS, line_of(MOVEMENTS))
    )
    broker.now += 1
    again = broker.intake.receive(
        MOVEMENTS, sheet(tmp_path / "b.csv", MOVEMENTS, line_of(MOVEMENTS))
    )

    assert again == first
    assert len(broker.records()) == 1


def test_shuffled_lines_are_another_upload_of_the_same_events(broker: Broker, tmp_path: Path):
    lines = [line_of(MOVEMENTS, line=str(n), quantity=f"{n},5") for n in range(1, 40)]
    broker.intake.receive(MOVEMENTS, sheet(tmp_path / "a.csv", MOVEMENTS, *lines))
    random.Random(5).shuffle(lines)
    again = broker.intake.receive(MOVEMENTS, sheet(tmp_path / "b.csv", MOVEMENTS, *lines))

    assert again.rejected == 0
    ids = [record["event_id"] for record in broker.records()]
    assert sorted(ids[:39]) == sorted(ids[39:])


def test_one_identity_with_two_contents_is_refused_where_it_is_seen(broker: Broker, tmp_path: Path):
    first = sheet(tmp_path / "a.csv", MOVEMENTS, line_of(MOVEMENTS))
    broker.intake.receive(MOVEMENTS, first)
    other = line_of(MOVEMENTS, quantity="9")
    upload = broker.intake.receive(MOVEMENTS, sheet(tmp_path / "b.csv", MOVEMENTS, other))

    [refused] = broker.store.rejections(upload.upload_id)
    assert refused.reason == "conflicting_duplicate"
    assert "a.csv" in refused.values["where_pt"]
    assert len(broker.records()) == 1


def test_a_time_of_learning_that_nobody_gave_is_no_conflict(broker: Broker, tmp_path: Path):
    said = [line_of(MOVEMENTS), line_of(MOVEMENTS, recorded_at="2025-07-02")]
    upload = broker.intake.receive(MOVEMENTS, sheet(tmp_path / "a.csv", MOVEMENTS, *said))
    assert upload.rejected == 0


class Deaf(InMemoryPublisher):
    def flush(self, timeout_seconds: float = 120.0) -> None:
        msg = "nobody acknowledged"
        raise TransientError(msg)


def test_what_broke_off_is_taken_up_with_the_same_ids(broker: Broker, tmp_path: Path):
    path = sheet(tmp_path / "f.csv", MOVEMENTS, line_of(MOVEMENTS))
    deaf = Intake(broker.store, lambda: EventPublisher(Deaf(), LocalCodecs()), lambda: broker.now)
    with pytest.raises(TransientError):
        deaf.receive(MOVEMENTS, path)
    [begun] = broker.store.newest(5)
    assert begun.state is UploadState.RECEIVING

    broker.now += 1_000_000
    upload = broker.intake.receive(MOVEMENTS, path)

    assert (upload.upload_id, upload.received_at) == (begun.upload_id, begun.received_at)
    assert upload.state is UploadState.PUBLISHED


def test_an_identity_is_taken_only_once_its_record_is_in_the_log(broker: Broker, tmp_path: Path):
    deaf = Intake(broker.store, lambda: EventPublisher(Deaf(), LocalCodecs()), lambda: broker.now)
    with pytest.raises(TransientError):
        deaf.receive(MOVEMENTS, sheet(tmp_path / "a.csv", MOVEMENTS, line_of(MOVEMENTS)))

    mended = line_of(MOVEMENTS, quantity="9")
    upload = broker.intake.receive(MOVEMENTS, sheet(tmp_path / "b.csv", MOVEMENTS, mended))
    assert (upload.accepted, upload.rejected) == (1, 0)


def test_a_thousand_that_may_be_one_is_refused_with_both_readings(broker: Broker, tmp_path: Path):
    path = sheet(tmp_path / "f.csv", MOVEMENTS, line_of(MOVEMENTS, quantity="1.234"))
    error = refusal(broker, MOVEMENTS, path)

    assert error.reason is FileRefusal.AMBIGUOUS_DECIMAL
    for said in (error.detail, error.portuguese):
        assert "1234" in said
        assert "1,234" in said


def test_another_number_decides_for_the_whole_file(broker: Broker, tmp_path: Path):
    lines = [line_of(MOVEMENTS, line=n, quantity=q) for n, q in (("1", "1.234"), ("2", "0,5"))]
    broker.intake.receive(MOVEMENTS, sheet(tmp_path / "f.csv", MOVEMENTS, *lines))
    assert [r["quantity_milli"] for r in broker.records()] == [1_234_000, 500]


def test_two_decimal_signs_in_one_file_are_refused(broker: Broker, tmp_path: Path):
    lines = [line_of(MOVEMENTS, line=n, quantity=q) for n, q in (("1", "2.5"), ("2", "0,5"))]
    path = sheet(tmp_path / "f.csv", MOVEMENTS, *lines)
    assert refusal(broker, MOVEMENTS, path).reason is FileRefusal.TWO_DECIMAL_SIGNS


def test_the_header_of_another_kind_is_refused(broker: Broker, tmp_path: Path):
    path = sheet(tmp_path / "f.csv", UploadKind.SITES, line_of(UploadKind.SITES))
    assert refusal(broker, MOVEMENTS, path).reason is FileRefusal.WRONG_HEADERS


def test_optional_columns_may_be_missing(broker: Broker, tmp_path: Path):
    path = tmp_path / "f.csv"
    path.write_text(
        "document,line,item_id,site_id,movement_type,quantity,occurred_at\n"
        "NF-1,1,010825,BA-1,issued,2,2025-07-01\n"
    )
    assert broker.intake.receive(MOVEMENTS, path).accepted == 1


def test_a_workbook_under_another_name_is_read(broker: Broker, tmp_path: Path):
    rows = [list(headers(MOVEMENTS).values()), line_of(MOVEMENTS)]
    path = workbook(tmp_path / "f.xlsx", *rows).rename(tmp_path / "f.csv")
    assert broker.intake.receive(MOVEMENTS, path).accepted == 1


def test_a_workbook_says_what_a_text_says(broker: Broker, tmp_path: Path):
    rows = [list(headers(MOVEMENTS).values()), [*line_of(MOVEMENTS)]]
    rows[1][5] = 2.5  # type: ignore[call-overload]  # a number, as spreadsheets keep one
    broker.intake.receive(MOVEMENTS, workbook(tmp_path / "f.xlsx", *rows))
    broker.intake.receive(MOVEMENTS, sheet(tmp_path / "f.csv", MOVEMENTS, line_of(MOVEMENTS)))
    first, second = broker.records()
    assert first["event_id"] == second["event_id"]
    assert first["quantity_milli"] == second["quantity_milli"] == 2500


def test_three_hundred_megabytes_are_refused_without_being_read(broker: Broker, tmp_path: Path):
    path = tmp_path / "f.csv"
    with path.open("wb") as file:
        file.truncate(300_000_000)
    tracemalloc.start()
    error = refusal(broker, MOVEMENTS, path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert error.reason is FileRefusal.TOO_LARGE
    assert peak < 5_000_000
    assert MOST_BYTES < 300_000_000


def test_a_small_archive_with_a_huge_sheet_is_refused(broker: Broker, tmp_path: Path):
    path = tmp_path / "f.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\x00" * 300_000_000)
    assert path.stat().st_size < 1_000_000
    assert refusal(broker, MOVEMENTS, path).reason is FileRefusal.TOO_LARGE


def test_too_many_lines_are_refused(
    broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(intake, "MOST_LINES", 3)
    lines = [line_of(MOVEMENTS, line=str(n)) for n in range(4)]
    path = sheet(tmp_path / "f.csv", MOVEMENTS, *lines)
    assert refusal(broker, MOVEMENTS, path).reason is FileRefusal.TOO_MANY_ROWS


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", FileRefusal.EMPTY),
        (b"%PDF-1.7", FileRefusal.NOT_A_SPREADSHEET),
        (b"PK\x03\x04 and no more", FileRefusal.DAMAGED),
        ("document;line".encode("utf-16"), FileRefusal.UTF_16),
    ],
)
def test_what_is_no_table_is_refused_by_name(
    broker: Broker, tmp_path: Path, content: bytes, reason: FileRefusal
):
    path = tmp_path / "f.csv"
    path.write_bytes(content)
    assert refusal(broker, MOVEMENTS, path).reason is reason


def test_only_the_first_thousand_refused_lines_are_kept_but_all_are_counted(
    broker: Broker, tmp_path: Path
):
    lines = [line_of(MOVEMENTS, line=str(n), item_id="") for n in range(2500)]
    upload = broker.intake.receive(MOVEMENTS, sheet(tmp_path / "f.csv", MOVEMENTS, *lines))
    assert upload.rejected == 2500
    assert [each.row for each in broker.store.rejections(upload.upload_id)] == list(range(2, 1002))


def test_the_account_outlives_its_process(broker: Broker, tmp_path: Path):
    path = sheet(tmp_path / "f.csv", MOVEMENTS, line_of(MOVEMENTS))
    upload = broker.intake.receive(MOVEMENTS, path)
    with sqlite3.connect(tmp_path / "store" / "uploads.sqlite") as db:
        assert db.execute("SELECT state FROM upload").fetchone() == ("published",)
    assert Broker(tmp_path).store.find(upload.upload_id) == upload


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_repetition_and_split_of_the_lines_is_the_same_set_of_events(
    data: st.DataObject, tmp_path: Path
):
    numbers = st.integers(min_value=0, max_value=12)
    said = data.draw(st.lists(numbers, min_size=1, max_size=30))
    cut = data.draw(st.integers(min_value=0, max_value=len(said)))
    folder = Path(tempfile.mkdtemp(dir=tmp_path))
    whole, split = Broker(folder / "whole"), Broker(folder / "split")

    def told(broker: Broker) -> set[tuple[str, int]]:
        return {(record["event_id"], record["quantity_milli"]) for record in broker.records()}

    def take(broker: Broker, lines: list[int], name: str) -> None:
        rows = [line_of(MOVEMENTS, line=str(n), quantity=f"{n + 1},5") for n in lines]
        if rows:
            upload = broker.intake.receive(MOVEMENTS, sheet(folder / name, MOVEMENTS, *rows))
            assert upload.rejected == 0

    take(whole, sorted(set(said)), "whole.csv")
    take(split, said[:cut], "first.csv")
    take(split, said[cut:], "second.csv")
    assert told(split) == told(whole)
