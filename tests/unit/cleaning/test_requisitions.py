"""Requisition lines: the clean line, and what it asks of the stock."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.instants import DAY, day_number, local_day, start_of_day
from schemas.codec import Record
from schemas.requisition_rules import DATE_FIELDS, parse_line
from tests.unit.cleaning.raw_records import NOW, REQUISITIONS, cleaned, refusal, requisition

LINES, FACTS = "clean.requisition-line.v1", "clean.stock-fact.v1"
PURCHASE, ARRIVAL = start_of_day(date(2024, 10, 3)), start_of_day(local_day(NOW))


def line_of(**changes: object) -> Record:
    """Return the clean line of a requisition that asks for stock."""
    line, request = cleaned(REQUISITIONS, requisition(**changes))
    assert isinstance(line.value, dict)
    assert isinstance(request.value, dict)
    both = ("occurred_at", "recorded_at", "flags")
    assert [line.value[name] for name in both] == [request.value[name] for name in both]
    return line.value


def refused_detail(**changes: object) -> str:
    (refused,) = cleaned(REQUISITIONS, requisition(**changes))
    return (dict(refused.headers)["dlq_detail"] or b"").decode()


def test_a_line_becomes_a_clean_line_and_a_request() -> None:
    line, request = cleaned(REQUISITIONS, requisition(event_id="r1"))
    assert (line.topic, request.topic) == (LINES, FACTS)
    assert line.key == request.key == b"P-1|DEP-1"
    assert line.dedupe_id != request.dedupe_id
    assert isinstance(line.value, dict)
    assert isinstance(request.value, dict)
    assert line.value["event_id"] == request.value["event_id"] == "r1"
    assert line.value["line_id"] == request.value["line_id"]
    assert line.value["purchased_on"] == day_number(date(2024, 10, 3))
    assert line.value["requested_on"] is None
    assert (line.value["file"], line.value["sheet"], line.value["row"]) == (
        "requisicoes.xlsx",
        "Plan1",
        2,
    )
    assert request.value["kind"] == "requested"
    assert request.value["document"] == "4711"
    assert request.value["quantity_milli"] == 10_000
    assert request.value["raw_topic"] == REQUISITIONS


def test_a_request_without_a_number_carries_the_document_of_its_issues() -> None:
    line, request = cleaned(REQUISITIONS, requisition(requisition=None))
    assert isinstance(line.value, dict)
    assert isinstance(request.value, dict)
    assert line.value["requisition"] == ""
    assert request.value["document"] == parse_line(requisition(requisition=None)).document("erp")


@pytest.mark.parametrize("changes", [{"unit": "SR"}, {"family": "SERVIÇOS TOMADOS"}])
def test_a_service_asks_nothing_of_the_stock(changes: dict[str, str]) -> None:
    (line,) = cleaned(REQUISITIONS, requisition(**changes))
    assert isinstance(line.value, dict)
    assert line.value["is_service"] is True


def test_other_dates_are_another_version_of_the_same_line() -> None:
    first, _ = cleaned(REQUISITIONS, requisition(event_id="r1"))
    second, _ = cleaned(REQUISITIONS, requisition(event_id="r2", purchased_on="2024-11-30"))
    assert isinstance(first.value, dict)
    assert isinstance(second.value, dict)
    assert first.value["line_id"] == second.value["line_id"]
    assert first.dedupe_id != second.dedupe_id


def test_what_is_odd_is_flagged_on_the_line_and_on_the_request() -> None:
    odd = requisition(depot=None, purchased_on="2024-09-01")
    for output in cleaned(REQUISITIONS, odd):
        assert isinstance(output.value, dict)
        assert output.value["site_id"] == "SEM-DEPOSITO"
        assert output.value["flags"] == "missing_depot;purchase_before_request"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"requisitioned_on": None, "purchased_on": None}, "undated"),
        ({"purchased_on": "2024-13-45"}, "invalid_date"),
        ({"item": None}, "missing_item"),
        ({"item": "x" * 201}, "invalid_key"),
        ({"depot": "a|b"}, "invalid_key"),
        ({"quantity": "muitos"}, "invalid_quantity"),
        ({"decimal_sign": "'"}, "invalid_quantity"),
        ({"event_id": ""}, "invalid_key"),
    ],
)
def test_a_broken_rule_is_a_dead_letter_with_its_reason(
    changes: dict[str, object], reason: str
) -> None:
    assert refusal(REQUISITIONS, requisition(**changes)) == reason


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"decimal_sign": "'"}, "QUANTIDADE"),
        ({"requisition": "9" * 201}, "SOLICITAÇÃO"),
        ({"item": "x" * 201}, "PRODUTO/SERVIÇO"),
        ({"depot": "x" * 201}, "DEPÓSITO"),
        ({"event_id": " "}, "event_id"),
        (
            {"requisitioned_on": "01/10/0001", "purchased_on": None},
            "no usable date in DATA SOLICITADO (0001-10-01)",
        ),
    ],
)
def test_a_refusal_says_where_the_line_stands(changes: dict[str, object], place: str) -> None:
    assert refused_detail(**changes).startswith(f"requisicoes.xlsx, row 2: {place}")


@pytest.mark.parametrize(
    "changes",
    [
        {"requisitioned_on": "01/10/2042"},  # for 2024
        {"requested_on": "2025-12-20"},  # when it is wanted
        {"purchased_on": "2031-10-03", "requested_on": "2024-10-03"},
        {"requisitioned_on": "01/10/0024"},
        {"requisitioned_on": "1900-01-01"},  # a spreadsheet's zero
        {"requested_on": "31/12/9999"},
        {"requisitioned_on": "2022-10-01"},
    ],
)
def test_a_date_that_cannot_be_is_flagged_and_the_others_say_when_the_line_was(
    changes: dict[str, object],
) -> None:
    line = line_of(**changes)
    assert "date_out_of_range" in line["flags"].split(";")
    assert line["occurred_at"] in {PURCHASE, start_of_day(date(2024, 10, 1))}
    assert line["recorded_at"] == PURCHASE


def test_a_line_with_dates_to_come_alone_was_asked_for_by_its_arrival() -> None:
    line = line_of(requisitioned_on="2031-10-01", purchased_on=None)
    assert line["flags"] == "date_out_of_range"
    assert line["occurred_at"] == line["recorded_at"] == ARRIVAL
    assert line["requisitioned_on"] == day_number(date(2031, 10, 1))


def test_a_day_that_has_begun_elsewhere_is_not_ahead() -> None:
    tomorrow = local_day(NOW + DAY)
    line = line_of(requisitioned_on=tomorrow.isoformat(), purchased_on=None)
    assert (line["flags"], line["occurred_at"]) == ("", start_of_day(tomorrow))


def test_a_date_that_no_instant_can_hold_is_left_out_of_the_clean_line() -> None:
    assert line_of(purchased_on="31/12/9999")["purchased_on"] is None


@given(st.lists(st.none() | st.dates(), min_size=3, max_size=3))
def test_whatever_its_dates_a_line_is_silver_unless_it_has_none_that_can_be_used(
    days: list[date | None],
) -> None:
    written = [None if day is None else day.isoformat() for day in days]
    record = requisition(**dict(zip(DATE_FIELDS, written, strict=True)))
    outputs = cleaned(REQUISITIONS, record)
    if any(day is not None and 1970 <= day.year < 2200 for day in days):
        for output in outputs:
            assert isinstance(output.value, dict)
            assert 0 < output.value["occurred_at"] <= output.value["recorded_at"] <= NOW + DAY
    else:
        assert refusal(REQUISITIONS, record) == "undated"
