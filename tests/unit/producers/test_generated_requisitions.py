"""The generated export has the figures of a real one, and is the same for the same seed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from statistics import median, quantiles

import pytest

from domain.errors import ConfigurationError
from producers.erp_requisitions import read_requisitions
from producers.generated_requisitions import Row, generate, write_file

SEEDS = (7, 8)


def digest(rows: Sequence[Row]) -> str:
    return hashlib.sha256(repr([row.cells() for row in rows]).encode()).hexdigest()


@pytest.fixture(scope="module", params=SEEDS)
def rows(request: pytest.FixtureRequest) -> list[Row]:
    return generate(seed=request.param)


def about(value: float, share: float = 0.15) -> object:
    return pytest.approx(value, rel=share)


def test_it_has_as_many_lines_items_depots_suppliers_and_families(rows: list[Row]) -> None:
    assert len(rows) == 3117
    assert len({row.item for row in rows}) == 737
    assert len({row.depot for row in rows if row.depot}) == about(182)
    assert len({row.supplier for row in rows}) == about(351)
    assert len({row.family for row in rows}) == 17
    assert len({row.requisition for row in rows}) == about(934)


def test_it_repeats_as_many_lines_and_exports_as_many_again(rows: list[Row]) -> None:
    repeats = len(rows) - len({row.cells() for row in rows})
    lines = {(r.requisition, r.item, r.depot, r.supplier, r.quantity) for r in rows}
    assert repeats == 239
    assert len(rows) - len(lines) == pytest.approx(258, abs=2)


def test_it_is_as_incomplete(rows: list[Row]) -> None:
    undated = [row for row in rows if row.requisition is None]
    assert len(undated) == 19
    assert all(row.requisitioned_on is row.purchased_on is None for row in undated)
    assert sum(row.depot is None for row in rows) == about(8, share=0.5)
    assert sum(row.requested_on is None for row in rows) / len(rows) == pytest.approx(
        0.81, abs=0.04
    )


def test_its_demand_is_as_intermittent(rows: list[Row]) -> None:
    distinct = list({row.cells(): row for row in rows}.values())
    per_item = Counter(row.item for row in distinct)
    per_series = Counter((row.item, row.depot) for row in distinct)
    assert median(per_item.values()) == 2
    assert 100 <= max(per_item.values()) <= 250
    assert sum(n == 1 for n in per_series.values()) / len(per_series) == pytest.approx(
        0.85, abs=0.04
    )
    weeks = {(r.item, r.requisitioned_on.isocalendar()[:2]) for r in rows if r.requisitioned_on}
    assert len(weeks) / (len(per_item) * 51) == pytest.approx(0.06, abs=0.02)


def test_its_purchases_lag_as_much(rows: list[Row]) -> None:
    asked_and_bought = [
        (row.requisitioned_on, row.purchased_on)
        for row in rows
        if row.requisitioned_on and row.purchased_on
    ]
    lags = [(bought - asked).days for asked, bought in asked_and_bought]
    usual = [lag for lag in lags if lag >= 0]
    assert median(usual) == pytest.approx(6, abs=2)
    assert quantiles(usual, n=10)[-1] == pytest.approx(42, abs=8)
    assert max(usual) <= 154
    assert sum(lag < 0 for lag in lags) == about(269, share=0.25)
    assert sum(lag < -600 for lag in lags) == 1
    assert max(asked for asked, _ in asked_and_bought) > max(
        bought for _, bought in asked_and_bought
    )


def test_its_units_and_quantities_are_as_mixed(rows: list[Row]) -> None:
    units = Counter(row.unit for row in rows)
    assert units["UN"] / len(rows) == pytest.approx(0.745, abs=0.04)
    assert units["SR"] / len(rows) == pytest.approx(0.196, abs=0.04)
    assert {"KG", "MT", "M", "M2", "M²"} <= set(units)
    assert sum(row.quantity % 1 != 0 for row in rows) / len(rows) == pytest.approx(0.014, abs=0.004)


def test_its_period_begins_where_it_is_told(rows: list[Row]) -> None:
    usual = sorted(row.requisitioned_on for row in rows if row.requisitioned_on)
    assert date(2024, 10, 9) <= usual[0] < date(2024, 11, 9)
    moved = generate(500, start=date(2026, 1, 5))
    assert min(r.requisitioned_on for r in moved if r.requisitioned_on) >= date(2026, 1, 5)


def test_the_same_seed_gives_the_same_cells_and_another_does_not() -> None:
    assert digest(generate(300, seed=1)) == digest(generate(300, seed=1))
    assert digest(generate(300, seed=1)) != digest(generate(300, seed=2))


def test_it_is_the_same_in_every_process_and_on_every_machine() -> None:
    assert digest(generate(300, seed=1))[:16] == "b101e2987977d861"


@pytest.mark.parametrize("lines", [1, 2, 17, 60, 500])
def test_any_number_of_lines_can_be_asked_for(lines: int) -> None:
    assert len(generate(lines, seed=3)) == lines


@pytest.mark.parametrize("name", ["gerado.xlsx", "requisicoes-geradas.csv"])
def test_what_is_written_is_read_back_line_by_line(tmp_path: Path, name: str) -> None:
    rows = generate(400, seed=4)
    write_file(rows, tmp_path / name)
    lines = list(read_requisitions(tmp_path / name))
    assert [line.cells[1] for line in lines] == [row.item for row in rows]
    quantities = [float((line.cells[5] or "").replace(",", ".")) for line in lines]
    assert quantities == pytest.approx([row.quantity for row in rows])
    assert {line.decimal_sign for line in lines} == {"," if name.endswith("csv") else "."}


@pytest.mark.parametrize(
    ("name", "said"), [("requisicoes.csv", "must say"), ("gerado.pdf", "must end in")]
)
def test_a_name_that_hides_what_it_is_is_refused(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        write_file([], tmp_path / name)


def test_stray_dates_lie_two_years_back() -> None:
    rows = generate(seed=7)
    bought = sorted(row.purchased_on for row in rows if row.purchased_on)
    assert bought[1] - bought[0] > timedelta(300)
