"""The simulated warehouse keeps its books right, whatever it is asked for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.instants import DAY, local_day, start_of_day
from producers.clock import ticks
from producers.erp_requisitions import RawLine, to_event
from producers.generated_requisitions import generate
from producers.simulated_warehouse import Simulation, simulate
from producers.timeline import TimedEvent, merged
from schemas.requisition_rules import FIELDS, parse_line
from tests.fakes.decoding import LocalCodecs
from tests.fakes.exports import asked, raw_line

MOVEMENTS, COUNTS, ORDERS = "raw.stock-movement.v1", "raw.stock-count.v1", "raw.purchase-order.v1"
ITEMS, SITES = "raw.item.v1", "raw.site.v1"
TAKES = {"issued", "scrapped", "transferred_out"}

every_file = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def files(draw: st.DrawFn) -> list[RawLine]:
    """Return files of few keys, so that their shelves are asked often."""
    lines = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["I1", "I2", "I3"]),
                st.sampled_from(["BATST001", "BATST002", "PETST001", "CENTRAL-BA", None]),
                st.integers(0, 120),
                st.sampled_from([1, 2, 0.5, 7, 40, 12.25]),
            ),
            min_size=1,
            max_size=60,
        )
    )
    return [
        asked(row, item, depot, days=days, quantity=quantity)
        for row, (item, depot, days, quantity) in enumerate(lines, start=2)
    ]


@pytest.fixture(scope="module")
def export() -> list[RawLine]:
    return [raw_line(n, *row.cells()) for n, row in enumerate(generate(1200, seed=5), start=2)]


@pytest.fixture(scope="module")
def simulation(export: list[RawLine]) -> Simulation:
    return simulate(export, seed=1)


def of(topic: str, events: Sequence[TimedEvent]) -> list[TimedEvent]:
    return [event for event in events if event.topic == topic]


def signed(movement: TimedEvent) -> int:
    quantity = int(movement.record["quantity_milli"])
    return -quantity if movement.record["movement_type"] in TAKES else quantity


def ledger(events: Sequence[TimedEvent]) -> dict[str, list[int]]:
    """Return stock after each event of each key, computed from the events alone."""
    levels: dict[str, list[int]] = defaultdict(list)
    for event in events:
        if event.topic == COUNTS:
            levels[event.key].append(int(event.record["quantity_milli"]))
        elif event.topic == MOVEMENTS:
            levels[event.key].append(levels[event.key][-1] + signed(event))
    return levels


@every_file
@given(files(), st.integers(0, 2**32))
def test_stock_is_never_negative_and_the_events_sum_up_to_it(
    lines: list[RawLine], seed: int
) -> None:
    simulation = simulate(lines, seed)
    levels = ledger(simulation.events)
    assert {key: after[-1] for key, after in levels.items()} == {
        str(key): truth for key, truth in simulation.on_hand_milli.items()
    }
    assert min(min(after) for after in levels.values()) >= 0


@every_file
@given(files(), st.integers(0, 2**32))
def test_the_same_lines_and_seed_give_the_same_events_each_with_an_id_of_its_own(
    lines: list[RawLine], seed: int
) -> None:
    events = simulate(lines, seed).events
    assert events == simulate(lines, seed).events
    assert len({event.event_id for event in events}) == len(events)


@every_file
@given(files(), files(), st.integers(0, 3), st.integers(0, 3))
def test_an_id_never_has_two_contents_whatever_the_file_and_the_seed(
    lines: list[RawLine], others: list[RawLine], seed: int, other_seed: int
) -> None:
    first = {event.event_id: event for event in simulate(lines, seed).events}
    second = {event.event_id: event for event in simulate(others, other_seed).events}
    shared = first.keys() & second.keys()
    assert [first[each] for each in shared] == [second[each] for each in shared]


def test_another_seed_or_another_line_numbers_every_document_anew(export: list[RawLine]) -> None:
    def documents(lines: list[RawLine], seed: int) -> set[str]:
        events = simulate(lines, seed).events
        return {e.event_id for e in events if e.topic in {MOVEMENTS, COUNTS, ORDERS}}

    known = documents(export, 1)
    assert known == documents(export, 1) == documents([*export, export[0]], 1)
    for others in (documents(export, 2), documents(export[1:], 1)):
        assert known.isdisjoint(others)


@every_file
@given(files(), st.integers(0, 2**32))
def test_nothing_is_issued_that_was_not_asked_for(lines: list[RawLine], seed: int) -> None:
    issued: Counter[str] = Counter()
    for event in of(MOVEMENTS, simulate(lines, seed).events):
        if event.record["movement_type"] == "issued":
            issued[event.record["document"]] += event.record["quantity_milli"]
    wanted = Counter({str(raw.row): int(float(raw.cells[5] or 0) * 1000) for raw in lines})
    assert issued <= wanted


def test_an_issue_carries_the_document_of_the_line_even_when_that_has_no_number() -> None:
    numbered = [asked(row, "I1", "BATST001", days=row) for row in range(2, 12)]
    at_number = FIELDS.index("requisition")
    lines = [
        replace(raw, cells=(*raw.cells[:at_number], None, *raw.cells[at_number + 1 :]))
        for raw in numbered
    ]
    issues = [
        event.record["document"]
        for event in of(MOVEMENTS, simulate(lines, seed=1).events)
        if event.record["movement_type"] == "issued"
    ]
    documents = {parse_line(raw.record()).document("erp") for raw in lines}
    assert len(documents) == len(lines)
    assert set(issues) <= documents
    assert issues


@every_file
@given(files(), st.integers(0, 2**32))
def test_every_transfer_has_two_legs_and_the_second_follows(
    lines: list[RawLine], seed: int
) -> None:
    simulation = simulate(lines, seed)
    out = {
        e.record["transfer_id"]: e
        for e in of(MOVEMENTS, simulation.events)
        if e.record["movement_type"] == "transferred_out"
    }
    arrived = [
        e for e in of(MOVEMENTS, simulation.events) if e.record["movement_type"] == "transferred_in"
    ]
    for leg in arrived:
        first = out[leg.record["transfer_id"]]
        assert first.record["quantity_milli"] == leg.record["quantity_milli"]
        assert first.record["counterpart_site_id"] == leg.record["site_id"]
        assert leg.record["counterpart_site_id"] == first.record["site_id"]
        assert first.occurred_at < leg.occurred_at
    pools = {site_id: site.pool_id for site_id, site in simulation.sites.items()}
    assert all(
        pools[e.record["site_id"]] == pools[e.record["counterpart_site_id"]] for e in out.values()
    )


def test_events_are_in_order_and_begin_with_masters_and_opening_counts(
    simulation: Simulation,
) -> None:
    events = simulation.events
    assert [e.occurred_at for e in events] == sorted(e.occurred_at for e in events)
    masters = len(simulation.items) + len(simulation.sites)
    assert {e.topic for e in events[:masters]} == {ITEMS, SITES}
    opening = events[masters : masters + len(simulation.on_hand_milli)]
    assert {e.topic for e in opening} == {COUNTS}
    assert {e.key for e in opening} == {str(key) for key in simulation.on_hand_milli}
    assert not of(ITEMS, events[masters:])
    assert (
        simulation.start == events[0].occurred_at == start_of_day(local_day(events[0].occurred_at))
    )


def test_everything_says_that_it_is_simulated_and_fits_its_schema(simulation: Simulation) -> None:
    codecs = LocalCodecs()
    for event in simulation.events:
        assert event.record["source"] == "simulated"
        assert event.record["recorded_at"] == event.occurred_at
        framed = codecs.encode(event.topic, event.record)
        assert codecs.decode(event.topic, framed) == event.record


def test_parts_run_out_and_come_back(simulation: Simulation) -> None:
    emptied = {key for key, after in ledger(simulation.events).items() if 0 in after}
    recovered = {
        key for key, after in ledger(simulation.events).items() if 0 in after[:-1] and after[-1]
    }
    assert 0.02 < len(emptied) / len(simulation.on_hand_milli) < 0.4
    assert recovered


def test_orders_are_placed_slip_split_and_arrive(simulation: Simulation) -> None:
    states = Counter(e.record["status"] for e in of(ORDERS, simulation.events))
    assert set(states) == {"placed", "rescheduled", "partially_received", "received"}
    assert states["placed"] > states["received"] * 0.9
    placed: Counter[str] = Counter()
    for event in of(ORDERS, simulation.events):
        if event.record["status"] == "placed":
            placed[event.record["order_id"]] = event.record["quantity_milli"]
    received: Counter[str] = Counter()
    for event in of(MOVEMENTS, simulation.events):
        if event.record["movement_type"] == "received":
            received[event.record["order_id"]] += event.record["quantity_milli"]
    done = {
        e.record["order_id"]
        for e in of(ORDERS, simulation.events)
        if e.record["status"] == "received"
    }
    assert {order: received[order] for order in done} == {order: placed[order] for order in done}


def test_every_key_is_counted_again_and_again_and_some_counts_surprise(
    simulation: Simulation,
) -> None:
    counts = Counter(event.key for event in of(COUNTS, simulation.events))
    weeks = (simulation.end - simulation.start) / DAY / 7
    assert min(counts.values()) >= 1 + int(weeks / 14)
    surprises = 0
    level: dict[str, int] = {}
    for event in simulation.events:
        if event.topic == COUNTS:
            surprises += (
                level.get(event.key, event.record["quantity_milli"])
                != event.record["quantity_milli"]
            )
            level[event.key] = event.record["quantity_milli"]
        elif event.topic == MOVEMENTS:
            level[event.key] += signed(event)
    assert 0.01 < surprises / counts.total() < 0.08


def test_the_timeline_holds_everything_once_and_masters_come_first(
    simulation: Simulation, export: list[RawLine]
) -> None:
    daily = list(ticks(simulation.start, simulation.end, DAY))
    events = merged(simulation.events, map(to_event, export), daily)
    assert len(events) == len(simulation.events) + len(export) + len(daily)
    masters = len(simulation.items) + len(simulation.sites)
    assert {e.topic for e in events[:masters]} == {ITEMS, SITES}
    placed = [max(e.occurred_at, simulation.start) for e in events]
    assert placed == sorted(placed)


def test_a_full_years_volume_stays_within_what_a_demo_can_feed() -> None:
    lines = [raw_line(n, *row.cells()) for n, row in enumerate(generate(), start=2)]
    assert len(simulate(lines).events) + len(lines) <= 25_000
