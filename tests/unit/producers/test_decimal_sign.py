"""One decimal sign for a file, decided by its quantities, or a refusal with both readings."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.spreadsheets.decimal_sign import DecimalSign
from domain.errors import ConfigurationError
from domain.quantities import parse_quantity_milli
from producers.erp_requisitions import read_requisitions
from schemas.requisition_rules import parse_line
from tests.fakes.exports import HEADER, LINE, line, text, workbook

QUANTITY = HEADER.index("QUANTIDADE")


def refusal(path: Path) -> str:
    with pytest.raises(ConfigurationError) as refused:
        read_requisitions(path)
    return str(refused.value)


@pytest.mark.parametrize(
    ("quantities", "sign"),
    [
        (["10", "1643,4", "1.643"], ","),
        (["10", "1643.4", "1,643"], "."),
        (["1.234.567"], ","),
        (["1.643,40"], ","),
        (["0.125"], "."),
        (["1234.567"], "."),
        (["10", "x", "1.2.3x"], "."),
        (["01.02.2024", "5.", "12.50.3", "2,5"], ","),
        (["1,2,3", "5,", ",", "1.234.56", "2.5"], "."),
        (["5,", "12,50,3"], "."),
    ],
)
def test_the_decimal_sign_is_decided_once_for_the_file(
    tmp_path: Path, quantities: list[str], sign: str
) -> None:
    rows = [line(quantity=quantity) for quantity in quantities]
    lines = list(read_requisitions(text(tmp_path / "e.csv", HEADER, *rows)))
    assert {raw.decimal_sign for raw in lines} == {sign}
    assert [raw.cells[QUANTITY] for raw in lines] == quantities


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_file_that_reads_both_ways_is_refused_with_both(tmp_path: Path, delimiter: str) -> None:
    path = text(tmp_path / "e.csv", HEADER, LINE, line(quantity="1.234"), delimiter=delimiter)
    sentence = refusal(path)
    assert "row 3, column QUANTIDADE: 1.234 reads as 1234 units or as 1,234" in sentence


def test_a_file_with_two_decimal_signs_is_refused_with_a_row_of_each(tmp_path: Path) -> None:
    path = text(tmp_path / "e.csv", HEADER, line(quantity="1.5"), line(quantity="2,5"))
    sentence = refusal(path)
    assert "1.5 in row 2" in sentence
    assert "2,5 in row 3" in sentence


def test_numbers_of_a_workbook_follow_the_sign_of_its_texts(tmp_path: Path) -> None:
    path = workbook(tmp_path / "e.xlsx", HEADER, line(quantity="2,5"), line(quantity=1643.4))
    assert [raw.cells[QUANTITY] for raw in read_requisitions(path)] == ["2,5", "1643,4"]
    milli = [parse_line(raw.record()).quantity_milli for raw in read_requisitions(path)]
    assert milli == [2_500, 1_643_400]


@given(
    st.lists(st.decimals(min_value=0, max_value=10**6, places=2), min_size=1),
    st.sampled_from([".", ","]),
)
def test_two_decimals_always_decide_and_read_back(numbers: list[Decimal], sign: str) -> None:
    written = [str(number).replace(".", sign) for number in numbers]
    decision = DecimalSign()
    for row, quantity in enumerate(written):
        decision.see(quantity, row, "QUANTIDADE")
    assert decision.decided(where="file") == sign
    for number, quantity in zip(numbers, written, strict=True):
        assert parse_quantity_milli(quantity, decimal_sign=sign) == parse_quantity_milli(
            str(number)
        )
