"""What the simulated warehouse makes of a file: masters, and which lines touch stock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.instants import DAY
from producers.generated_requisitions import generate
from producers.simulated_warehouse import Simulation, StockKey, simulate
from schemas.requisition_rules import MISSING_DEPOT
from tests.fakes.exports import FIRST, asked, raw_line

MOVEMENTS = "raw.stock-movement.v1"


@pytest.fixture(scope="module")
def simulation() -> Simulation:
    lines = [raw_line(n, *row.cells()) for n, row in enumerate(generate(600, seed=5), start=2)]
    return simulate(lines, seed=1)


def test_items_and_sites_are_plausible(simulation: Simulation) -> None:
    for item in simulation.items.values():
        assert item.criticality in {"A", "B", "C"}
        assert item.unit_cost_brl > 0
        assert 3 <= item.lead_time_days <= 160
        assert 0 < item.lead_time_spread_days <= item.lead_time_days + 0.1
        others = item.substitutes.split(";") if item.substitutes else []
        assert item.item_id not in others
        assert {simulation.items[other].family for other in others} <= {item.family}
    for site in simulation.sites.values():
        assert site.operator in {"Claro", "Vivo", "TIM", "IHS"}
        assert 0.02 <= site.fine_rate <= 0.10
        assert 4 <= site.response_hours <= 8
        assert len(site.region) == 2
    assert any(item.substitutes for item in simulation.items.values())


def test_services_and_undated_lines_touch_no_stock() -> None:
    undated = raw_line(4, "BATST001", "I3", "X", "EPI", "F", 1, "UN", None, None, None, None)
    lines = [asked(2, "I1", "BATST001"), asked(3, "I2", "BATST001", unit="SR"), undated]
    assert set(simulate(lines).on_hand_milli) == {StockKey("I1", "BATST001")}


def test_a_missing_depot_is_a_place_of_its_own() -> None:
    simulation = simulate([asked(2, "I1", None), asked(3, "I1", "CENTRAL-BA")])
    nowhere = simulation.sites[MISSING_DEPOT]
    assert nowhere.pool_id != simulation.sites["CENTRAL-BA"].pool_id
    assert nowhere.latitude is None


def test_a_repeat_and_another_export_of_a_line_take_their_goods_once() -> None:
    line = asked(2, "I1", "BATST001", quantity=2)
    moved = raw_line(3, *line.cells[:7], FIRST, *line.cells[8:10], FIRST + timedelta(30))
    later = asked(9, "I9", "BATST001", days=60)
    events = simulate([line, line, moved, later], seed=3).events
    issued = [
        e.record for e in events if e.topic == MOVEMENTS and e.record["movement_type"] == "issued"
    ]
    assert sum(r["quantity_milli"] for r in issued if r["item_id"] == "I1") == 2000


def test_a_stray_year_does_not_stretch_the_simulation() -> None:
    lines = [asked(n, "I1", "BATST001", days=n) for n in range(2, 40)]
    stray = [asked(90, "I1", "BATST001", days=-800), asked(91, "I1", "BATST001", days=900)]
    assert simulate(lines).start == simulate([*lines, *stray]).start
    assert simulate(lines).end == simulate([*lines, *stray]).end


def test_bursts_far_apart_are_one_file() -> None:
    bursts = [100 * burst + day for burst in range(9) for day in range(5)]
    simulation = simulate([asked(n, "I1", "BATST001", days=n) for n in bursts])
    assert simulation.covered == 1.0
    assert simulation.end - simulation.start > 800 * DAY


def test_of_two_times_that_nothing_joins_the_busier_is_lived() -> None:
    early = [asked(n, "I1", "BATST001", days=n) for n in range(2, 40)]
    late = [asked(n, "I1", "BATST001", days=n) for n in range(2002, 2050)]
    assert simulate([*early, *late]).start == simulate(late).start
    assert simulate([*early, *late]).covered == 48 / 86


def test_a_file_without_stock_gives_no_events() -> None:
    assert simulate([asked(2, "I1", "BATST001", unit="SR")]).events == []
