"""Requisition lines: the clean line, and what it asks of the stock."""

from __future__ import annotations

from datetime import date

import pytest

from domain.instants import day_number
from schemas.requisition_rules import parse_line
from tests.unit.cleaning.raw_records import REQUISITIONS, cleaned, refusal, requisition

LINES, FACTS = "clean.requisition-line.v1", "clean.stock-fact.v1"


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


@pytest.mark.parametrize("changes", [{"decimal_sign": "'"}, {"requisition": "9" * 201}])
def test_a_refusal_says_where_the_line_stands(changes: dict[str, object]) -> None:
    (refused,) = cleaned(REQUISITIONS, requisition(**changes))
    detail = dict(refused.headers)["dlq_detail"]
    assert detail is not None
    assert detail.decode().startswith("requisicoes.xlsx, row 2: ")
