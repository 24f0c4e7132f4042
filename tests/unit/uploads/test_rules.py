"""What a line of an upload may say: every kind, every rule, every reason."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.instants import DAY, end_of_day, from_datetime, local_day, start_of_day, to_datetime
from schemas.topics import topic
from schemas.uploads import (
    TOPICS,
    Arrival,
    ReadyLine,
    RefusedLineError,
    RowReason,
    UploadKind,
    read_line,
    sentences,
)
from schemas.uploads.reasons import _SENTENCES
from tests.fakes.decoding import LocalCodecs
from tests.fakes.uploads import GOOD, NOW

MOVEMENTS, COUNTS, ORDERS = (
    UploadKind.STOCK_MOVEMENTS, UploadKind.STOCK_COUNTS, UploadKind.PURCHASE_ORDERS,
)  # fmt: skip
ITEMS, SITES = UploadKind.ITEMS, UploadKind.SITES
ARRIVAL = Arrival("upload-1", NOW)


def read(kind: UploadKind, /, *, sign: str = ",", **cells: str) -> ReadyLine:
    written = {name: text or None for name, text in (GOOD[kind] | cells).items()}
    return read_line(kind, written, decimal_sign=sign, row=2, arrival=ARRIVAL)


def refusal(kind: UploadKind, /, **cells: str) -> tuple[str, str]:
    with pytest.raises(RefusedLineError) as refused:
        read(kind, **cells)
    return refused.value.column, refused.value.reason


@pytest.mark.parametrize("kind", list(GOOD))
def test_a_good_line_of_every_kind_is_a_record_of_its_topic(kind: UploadKind):
    line = read(kind)

    assert line.topic == TOPICS[kind]
    codecs = LocalCodecs()
    assert codecs.decode(line.topic, codecs.encode(line.topic, line.record)) == line.record
    fields = topic(line.topic).key.split("|")
    assert line.key == "|".join(str(line.record[name]) for name in fields)
    assert (line.record["upload_id"], line.record["source"]) == ("upload-1", "upload")


BAD = [
    (MOVEMENTS, {"quantity": "NaN"}, "quantity", RowReason.NOT_A_NUMBER),
    (MOVEMENTS, {"quantity": "dez"}, "quantity", RowReason.NOT_A_NUMBER),
    (MOVEMENTS, {"quantity": "1e3"}, "quantity", RowReason.NOT_A_NUMBER),
    (MOVEMENTS, {"quantity": "9223372036854775808"}, "quantity", RowReason.NUMBER_TOO_LARGE),
    (MOVEMENTS, {"quantity": "9" * 10_000}, "quantity", RowReason.NUMBER_TOO_LARGE),
    (MOVEMENTS, {"quantity": "0,1234"}, "quantity", RowReason.TOO_MANY_DECIMALS),
    (MOVEMENTS, {"quantity": "-1"}, "quantity", RowReason.NEGATIVE),
    (MOVEMENTS, {"quantity": "0"}, "quantity", RowReason.ZERO),
    (MOVEMENTS, {"movement_type": "adjusted", "quantity": "0"}, "quantity", RowReason.ZERO),
    (MOVEMENTS, {"quantity": ""}, "quantity", RowReason.EMPTY),
    (MOVEMENTS, {"quantity": "#N/D"}, "quantity", RowReason.SHEET_ERROR),
    (MOVEMENTS, {"item_id": ""}, "item_id", RowReason.EMPTY),
    (MOVEMENTS, {"item_id": "   "}, "item_id", RowReason.EMPTY),
    (MOVEMENTS, {"item_id": "x" * 10_240}, "item_id", RowReason.TOO_LONG),
    (MOVEMENTS, {"item_id": "a|b"}, "item_id", RowReason.FORBIDDEN_CHARACTER),
    (MOVEMENTS, {"site_id": "a\x01b"}, "site_id", RowReason.FORBIDDEN_CHARACTER),
    (MOVEMENTS, {"document": "#REF!"}, "document", RowReason.SHEET_ERROR),
    (MOVEMENTS, {"movement_type": "stolen"}, "movement_type", RowReason.UNKNOWN_VALUE),
    (MOVEMENTS, {"occurred_at": "ontem"}, "occurred_at", RowReason.NOT_A_DATE),
    (MOVEMENTS, {"occurred_at": "2025-02-30 10:00"}, "occurred_at", RowReason.NOT_A_DATE),
    (MOVEMENTS, {"occurred_at": "01/01/2262"}, "occurred_at", RowReason.DATE_OUT_OF_RANGE),
    (MOVEMENTS, {"occurred_at": "2262-01-01 10:00"}, "occurred_at", RowReason.DATE_OUT_OF_RANGE),
    (MOVEMENTS, {"occurred_at": "2199-12-31 23:59"}, "occurred_at", RowReason.DATE_OUT_OF_RANGE),
    (MOVEMENTS, {"occurred_at": "1970-01-01T00:00Z"}, "occurred_at", RowReason.DATE_OUT_OF_RANGE),
    (ORDERS, {"due_on": "1970-01-01"}, "due_on", RowReason.DATE_OUT_OF_RANGE),
    (COUNTS, {"occurred_at": "2199-12-31"}, "occurred_at", RowReason.DATE_OUT_OF_RANGE),
    (MOVEMENTS, {"occurred_at": "1969-12-31"}, "occurred_at", RowReason.DATE_OUT_OF_RANGE),
    (MOVEMENTS, {"recorded_at": "2025-07-21"}, "recorded_at", RowReason.RECORDED_IN_FUTURE),
    (MOVEMENTS, {"movement_type": "transferred_out"}, "transfer_id", RowReason.MISSING_TRANSFER),
    (
        MOVEMENTS,
        {"movement_type": "transferred_in", "transfer_id": "T-1"},
        "counterpart_site_id",
        RowReason.MISSING_TRANSFER,
    ),
    (
        MOVEMENTS,
        {
            "movement_type": "transferred_out",
            "transfer_id": "T-1",
            "counterpart_site_id": "bajss002-3 ",
        },
        "counterpart_site_id",
        RowReason.TRANSFER_TO_ITSELF,
    ),
    (MOVEMENTS, {"corrects": "NF-1/1"}, "corrects", RowReason.CORRECTS_ITSELF),
    (MOVEMENTS, {"event_id": "e", "corrects": "e"}, "corrects", RowReason.CORRECTS_ITSELF),
    (COUNTS, {"quantity": "-1"}, "quantity", RowReason.NEGATIVE),
    (COUNTS, {"cancelled": "talvez"}, "cancelled", RowReason.UNKNOWN_VALUE),
    (ORDERS, {"status": "lost"}, "status", RowReason.UNKNOWN_VALUE),
    (ORDERS, {"quantity": "-1"}, "quantity", RowReason.NEGATIVE),
    (ORDERS, {"due_on": ""}, "due_on", RowReason.EMPTY),
    (ORDERS, {"due_on": "2262-01-01"}, "due_on", RowReason.DATE_OUT_OF_RANGE),
    (ITEMS, {"unit_cost_brl": "NaN"}, "unit_cost_brl", RowReason.NOT_A_NUMBER),
    (ITEMS, {"unit_cost_brl": "-1"}, "unit_cost_brl", RowReason.NEGATIVE),
    (ITEMS, {"lead_time_days": "3651"}, "lead_time_days", RowReason.OUT_OF_RANGE),
    (ITEMS, {"criticality": "D"}, "criticality", RowReason.UNKNOWN_VALUE),
    (ITEMS, {"name": "x" * 501}, "name", RowReason.TOO_LONG),
    (ITEMS, {"substitutes": "a;b|c"}, "substitutes", RowReason.FORBIDDEN_CHARACTER),
    (SITES, {"kind": "shop"}, "kind", RowReason.UNKNOWN_VALUE),
    (SITES, {"region": "XX"}, "region", RowReason.UNKNOWN_VALUE),
    (SITES, {"fine_rate": "1,5"}, "fine_rate", RowReason.OUT_OF_RANGE),
    (SITES, {"latitude": "-91"}, "latitude", RowReason.OUT_OF_RANGE),
]


@pytest.mark.parametrize(("kind", "cells", "column", "reason"), BAD)
def test_a_line_that_breaks_a_rule_is_refused_with_its_column_and_reason(
    kind: UploadKind, cells: dict[str, str], column: str, reason: RowReason
):
    assert refusal(kind, **cells) == (column, reason)


@pytest.mark.parametrize(("kind", "cells"), [each[:2] for each in BAD])
def test_every_refusal_can_be_said_in_both_languages(kind: UploadKind, cells: dict[str, str]):
    with pytest.raises(RefusedLineError) as refused:
        read(kind, **cells)
    portuguese, english = sentences(refused.value.reason, refused.value.values)
    assert portuguese != english
    assert len(portuguese) < 300
    assert re.search(r"[{}]", portuguese + english) is None


def test_every_reason_has_a_sentence():
    assert set(_SENTENCES) == set(RowReason)


def test_an_adjustment_is_signed_and_a_correction_may_cancel():
    assert (
        read(MOVEMENTS, movement_type="adjusted", quantity="-3").record["quantity_milli"] == -3000
    )
    cancelling = read(MOVEMENTS, line="2", quantity="0", corrects="NF-1/1")
    assert cancelling.record["quantity_milli"] == 0
    assert cancelling.record["corrects"] == "NF-1/1"


def test_a_count_of_nothing_is_an_empty_shelf():
    record = read(COUNTS, quantity="0").record
    assert (record["quantity_milli"], record["cancelled"]) == (0, False)
    assert read(COUNTS, cancelled="sim").record["cancelled"] is True


def test_a_day_means_its_beginning_for_a_movement_and_its_end_for_a_count():
    moved = read(MOVEMENTS, occurred_at="01/07/2025").record
    counted = read(COUNTS, occurred_at="2025-07-01").record
    day = local_day(moved["occurred_at"])
    assert moved["occurred_at"] == start_of_day(day)
    assert counted["occurred_at"] == end_of_day(day)
    assert (moved["precision"], counted["precision"]) == ("day", "day")


@pytest.mark.parametrize(
    "written",
    ["2025-07-01 10:30", "2025-07-01T13:30:00Z", "01/07/2025 10:30:00", "2025-07-01T10:30-03:00"],
)
def test_one_instant_in_every_spelling_is_one_instant(written: str):
    record = read(MOVEMENTS, occurred_at=written).record
    assert to_datetime(record["occurred_at"]).isoformat() == "2025-07-01T13:30:00+00:00"
    assert record["precision"] == "instant"


def test_a_repeated_hour_of_sao_paulo_is_the_first_of_the_two():
    record = read(MOVEMENTS, occurred_at="2018-02-17 23:30").record
    assert to_datetime(record["occurred_at"]).isoformat() == "2018-02-18T01:30:00+00:00"


def test_without_a_time_of_learning_it_is_the_upload_s():
    line = read(MOVEMENTS)
    assert (line.record["recorded_at"], line.defaulted) == (NOW, True)


def test_an_identity_does_not_depend_on_the_upload_or_on_spelling():
    ours = read(MOVEMENTS)
    theirs = read_line(
        MOVEMENTS,
        {**GOOD[MOVEMENTS], "quantity": "2.50", "item_id": " 010825 "},
        decimal_sign=".",
        row=9,
        arrival=Arrival("upload-2", NOW + DAY),
    )
    assert ours.event_id == theirs.event_id
    assert ours.content == theirs.content


def test_a_correction_is_another_event_than_what_it_corrects():
    assert read(MOVEMENTS).event_id != read(MOVEMENTS, corrects="x").event_id


def test_a_master_that_changes_back_is_a_new_version():
    def version(at: int, cost: str) -> str:
        cells = GOOD[ITEMS] | {"unit_cost_brl": cost}
        arrival = Arrival("u", at)
        return read_line(ITEMS, cells, decimal_sign=",", row=2, arrival=arrival).event_id

    assert len({version(NOW, "1"), version(NOW + 1, "2"), version(NOW + 2, "1")}) == 3


@given(
    milli=st.integers(min_value=1, max_value=10**15),
    sign=st.sampled_from([".", ","]),
    grouped=st.booleans(),
)
def test_any_quantity_reads_as_it_was_written(milli: int, sign: str, grouped: bool):
    whole, rest = divmod(milli, 1000)
    other = "," if sign == "." else "."
    text = (f"{whole:,}".replace(",", other) if grouped else str(whole)) + f"{sign}{rest:03}"
    assert read(MOVEMENTS, sign=sign, quantity=text).record["quantity_milli"] == milli


@given(at=st.datetimes(allow_imaginary=False))
def test_any_instant_is_kept_to_the_microsecond_or_refused(at):
    cells = {"occurred_at": at.isoformat(" ", "microseconds")}
    if DAY <= from_datetime(at) < from_datetime(datetime(2200, 1, 1, tzinfo=UTC)):
        assert read(MOVEMENTS, **cells).record["occurred_at"] == from_datetime(at)
    else:
        assert refusal(MOVEMENTS, **cells) == ("occurred_at", RowReason.DATE_OUT_OF_RANGE)


@given(data=st.data(), kind=st.sampled_from(list(GOOD)))
def test_whatever_a_cell_holds_a_line_is_read_or_refused_by_a_named_reason(data, kind: UploadKind):
    name = data.draw(st.sampled_from(list(GOOD[kind])))
    text = data.draw(st.one_of(st.text(max_size=30), st.floats().map(str), st.integers().map(str)))
    codecs = LocalCodecs()
    with suppress(RefusedLineError):
        line = read(kind, **{name: text})
        assert codecs.encode(line.topic, line.record)
