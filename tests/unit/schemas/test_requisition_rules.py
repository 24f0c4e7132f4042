"""What one requisition line means, and why some mean nothing."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import RejectedEventError
from domain.instants import start_of_day
from domain.rejection import Rejection
from schemas.requisition_rules import (
    FIELDS,
    MISSING_DEPOT,
    Flag,
    ParsedLine,
    instants,
    normalise_code,
    normalise_unit,
    parse_date,
    parse_line,
)

GOOD: dict[str, object] = {
    "depot": "BATST001",
    "item": "010001",
    "material": "CABO RF 1/2",
    "family": "MATERIAL ELETRICO",
    "supplier": "FORN-0001",
    "quantity": "1643.4",
    "unit": "UN",
    "requested_on": None,
    "requisition": "94001",
    "requisitioned_on": "2024-12-02",
    "purchased_on": "2024-12-09",
    "decimal_sign": ".",
    "row": 7,
}


def with_cells(**cells: object) -> ParsedLine:
    return parse_line(GOOD | cells)


def refusal(**cells: object) -> RejectedEventError:
    with pytest.raises(RejectedEventError) as refused:
        with_cells(**cells)
    return refused.value


def outcome(cells: dict[str, object]) -> ParsedLine | str:
    try:
        return parse_line(cells)
    except RejectedEventError as refused:
        return refused.reason


def test_a_good_line_is_typed_and_has_no_flag() -> None:
    line = with_cells()
    assert (line.item_id, line.site_id, line.quantity_milli) == ("010001", "BATST001", 1_643_400)
    assert line.requisitioned_on == date(2024, 12, 2)
    assert line.requested_on is None
    assert line.flags == ()
    assert not line.is_service


def test_codes_are_trimmed_and_upper_cased() -> None:
    line = with_cells(depot=" batst001 ", item="cb-01 ", supplier=" forn-0001")
    assert (line.site_id, line.item_id, line.supplier) == ("BATST001", "CB-01", "FORN-0001")


@pytest.mark.parametrize(
    ("written", "unit"),
    [("M³", "M3"), ("m²", "M2"), ("MT", "M"), ("PC", "UN"), ("und.", "UN"), ("LT", "L")],
)
def test_variants_of_a_unit_become_one_and_are_flagged(written: str, unit: str) -> None:
    line = with_cells(unit=written)
    assert line.unit == unit
    assert line.flags == (Flag.UNIT_VARIANT,)


def test_a_missing_depot_has_a_site_of_its_own_and_a_flag() -> None:
    line = with_cells(depot="  ")
    assert line.site_id == MISSING_DEPOT
    assert line.flags == (Flag.MISSING_DEPOT,)


def test_a_purchase_before_its_request_is_flagged() -> None:
    assert with_cells(purchased_on="2024-12-01").flags == (Flag.PURCHASE_BEFORE_REQUEST,)


@pytest.mark.parametrize("stray", ["2022-10-04", "2031-01-01", "2026-12-02"])
def test_a_date_far_from_the_others_is_flagged(stray: str) -> None:
    assert Flag.DATE_OUT_OF_RANGE in with_cells(purchased_on=stray).flags


@pytest.mark.parametrize("year", [2019, 2031])
def test_no_year_is_odd_of_itself(year: int) -> None:
    line = with_cells(requisitioned_on=f"{year}-12-02", purchased_on=f"{year + 1}-01-09")
    assert line.flags == ()


@pytest.mark.parametrize("year", [1999, 2101])
def test_a_year_that_no_export_is_about_is_flagged_even_alone(year: int) -> None:
    line = with_cells(requisitioned_on=f"{year}-12-02", purchased_on=None)
    assert line.flags == (Flag.DATE_OUT_OF_RANGE,)


@pytest.mark.parametrize("stray", ["0001-10-01", "1900-01-01", "9999-12-31"])
def test_a_date_outside_of_all_instants_is_no_date_and_flagged(stray: str) -> None:
    line = with_cells(requisitioned_on=stray)
    assert (line.requisitioned_on, line.occurred_on) == (None, date(2024, 12, 9))
    assert line.flags == (Flag.DATE_OUT_OF_RANGE,)
    assert instants(GOOD | {"requisitioned_on": stray}) == (start_of_day(date(2024, 12, 9)),) * 2
    refused = refusal(requisitioned_on=stray, purchased_on=None)
    assert refused.reason == Rejection.UNDATED
    assert f"DATA SOLICITADO ({stray})" in refused.detail


def test_a_line_without_number_or_unit_is_usable_and_flagged() -> None:
    line = with_cells(requisition=None, unit=None)
    assert line.requisition == ""
    assert line.unit == "UN"
    assert set(line.flags) == {Flag.MISSING_REQUISITION, Flag.MISSING_UNIT}


@pytest.mark.parametrize(
    ("unit", "family"),
    [("SR", "EPI"), ("sr", "EPI"), ("UN", "Serviços tomados"), ("UN", "SERV APOIO TECNICO")],
)
def test_work_is_a_service_by_its_unit_or_its_family(unit: str, family: str) -> None:
    assert with_cells(unit=unit, family=family).is_service


@pytest.mark.parametrize(
    ("cells", "reason", "said"),
    [
        ({"requisitioned_on": None, "purchased_on": None}, Rejection.UNDATED, "row 7"),
        ({"item": " "}, Rejection.MISSING_ITEM, "PRODUTO/SERVIÇO"),
        ({"item": "a|b"}, Rejection.INVALID_KEY, "'A|B'"),
        ({"requisitioned_on": "31/02/2025"}, Rejection.INVALID_DATE, "DATA SOLICITADO"),
        ({"purchased_on": "soon"}, Rejection.INVALID_DATE, "'soon'"),
        ({"quantity": "many"}, Rejection.INVALID_QUANTITY, "QUANTIDADE"),
        ({"quantity": "1.2345"}, Rejection.INVALID_QUANTITY, "decimals"),
        ({"quantity": "0"}, Rejection.INVALID_QUANTITY, "not positive"),
        ({"quantity": "-3"}, Rejection.INVALID_QUANTITY, "not positive"),
        ({"quantity": None}, Rejection.INVALID_QUANTITY, "empty"),
    ],
)
def test_a_broken_line_is_refused_with_its_reason_and_place(
    cells: dict[str, object], reason: Rejection, said: str
) -> None:
    refused = refusal(**cells)
    assert refused.reason == reason
    assert said in refused.detail


def test_the_files_decimal_sign_decides_what_a_quantity_means() -> None:
    assert with_cells(quantity="1.643", decimal_sign=",").quantity_milli == 1_643_000
    assert with_cells(quantity="1.643", decimal_sign=".").quantity_milli == 1_643


def test_another_export_of_a_line_has_the_same_line_id() -> None:
    later = with_cells(purchased_on="2024-12-20", requested_on="2024-12-02")
    assert later.line_id("erp") == with_cells().line_id("erp")
    assert with_cells(quantity="2").line_id("erp") != with_cells().line_id("erp")


def test_lines_without_a_number_are_told_apart_by_their_day() -> None:
    first = with_cells(requisition=None)
    assert first.line_id("erp") == with_cells(requisition=" ", purchased_on=None).line_id("erp")
    assert first.line_id("erp") != with_cells(
        requisition=None, requisitioned_on="2024-12-03"
    ).line_id("erp")


def test_a_lines_document_is_its_number_or_one_made_of_its_identity() -> None:
    assert with_cells().document("erp") == "94001"
    unnumbered = with_cells(requisition=None)
    assert unnumbered.document("erp") == f"SN-{unnumbered.line_id('erp')}"


def test_a_line_occurred_on_the_first_date_that_can_be_read_and_was_recorded_on_the_latest() -> (
    None
):
    record = GOOD | {"requisitioned_on": "nonsense", "requested_on": "01/12/2024"}
    assert instants(record) == (start_of_day(date(2024, 12, 1)), start_of_day(date(2024, 12, 9)))


def test_a_record_is_never_recorded_before_it_occurred() -> None:
    record = GOOD | {"purchased_on": "2024-11-01"}
    occurred_at, recorded_at = instants(record)
    assert occurred_at == recorded_at == start_of_day(date(2024, 12, 2))


def test_a_line_without_dates_has_no_instants() -> None:
    assert instants(dict.fromkeys(FIELDS)) == (0, 0)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_every_day_is_read_in_both_ways_of_writing_it(day: date) -> None:
    assert parse_date(day.isoformat()) == day
    assert parse_date(f"{day.day:02d}/{day.month:02d}/{day.year:04d}") == day


@given(st.text(max_size=20))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise_code(text)
    assert normalise_code(once) == once
    assert normalise_unit(normalise_unit(text)) == normalise_unit(text)


@given(st.dictionaries(st.sampled_from(FIELDS), st.none() | st.text(max_size=12)))
def test_any_cells_give_a_line_or_a_reason_from_the_closed_set(cells: dict[str, object]) -> None:
    read = outcome(cells)
    assert read in set(Rejection) if isinstance(read, str) else read.quantity_milli > 0
