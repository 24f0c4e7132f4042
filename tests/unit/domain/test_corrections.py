"""Which facts still stand."""

from __future__ import annotations

import pytest

from domain.facts import FactKind, StockFact
from domain.stock.corrections import live_entries, resolve
from tests.fakes.facts import at, entries, fact


def issued(event_id: str, milli: int, corrects: str | None = None, **fields: object) -> StockFact:
    return fact(event_id, FactKind.ISSUED, 1, milli, corrects=corrects, **fields)


def live(*facts: StockFact) -> set[str]:
    return {entry.event_id for entry in live_entries(entries(*facts))}


def test_a_correction_stands_in_the_place_of_what_it_corrects() -> None:
    assert live(issued("a", 1), issued("b", 2, "a")) == {"b"}


def test_a_chain_is_followed_to_its_end() -> None:
    assert live(issued("a", 1), issued("b", 2, "a"), issued("c", 3, "b")) == {"c"}


def test_of_several_corrections_the_one_recorded_last_wins() -> None:
    early = issued("z", 2, "a", recorded_at=at(2), document="Z")
    late = issued("b", 3, "a", recorded_at=at(3), document="A")
    assert live(issued("a", 1), late, early) == {"b"}


def test_of_corrections_recorded_together_the_highest_document_wins() -> None:
    low = issued("z", 2, "a", document="D1", line="9")
    high = issued("b", 3, "a", document="D2", line="1")
    assert live(issued("a", 1), high, low) == {"b"}


def test_what_corrects_a_losing_correction_falls_with_it() -> None:
    loser = issued("b", 2, "a", recorded_at=at(2))
    winner = issued("c", 3, "a", recorded_at=at(3))
    of_loser = issued("d", 4, "b", recorded_at=at(4))
    assert live(issued("a", 1), loser, winner, of_loser) == {"c"}


def test_a_cycle_leaves_nothing_and_is_named() -> None:
    a, b = issued("a", 1, "b"), issued("b", 2, "a")
    assert live(a, b) == set()
    assert {each.event_id for each in resolve(entries(a, b)).cyclic} == {"a", "b"}


def test_a_fact_that_corrects_itself_is_a_cycle() -> None:
    assert live(issued("a", 1, "a"), issued("b", 2)) == {"b"}
    assert resolve(entries(issued("a", 1, "a"))).cyclic


def test_what_corrects_a_cycle_does_not_stand_either() -> None:
    a, b = issued("a", 1, "b"), issued("b", 2, "a")
    assert live(a, b, issued("c", 3, "a", recorded_at=at(9))) == set()


def test_a_chain_is_no_cycle() -> None:
    chain = entries(issued("a", 1), issued("b", 2, "a"), issued("c", 3, "b"))
    assert resolve(chain).cyclic == []


def test_a_correction_may_arrive_before_what_it_corrects() -> None:
    early = issued("b", 2, "a")
    assert live(early) == {"b"}
    assert [each.event_id for each in resolve(entries(early)).orphans] == ["b"]
    assert live(early, issued("a", 1)) == {"b"}
    assert resolve(entries(early, issued("a", 1))).orphans == []


def test_two_early_corrections_of_one_fact_do_not_both_count() -> None:
    first = issued("b", 2, "D1/1", recorded_at=at(2), document="D1", line="1")
    second = issued("c", 3, "D1/1", recorded_at=at(3), document="D9", line="1")
    assert live(first, second) == {"c"}


def test_a_fact_is_named_by_document_and_line() -> None:
    wrong = issued("a", 1, document="D1", line="2")
    other = issued("x", 1, document="D1", line="3")
    assert live(wrong, other, issued("b", 2, "D1/2", document="D9", line="1")) == {"b", "x"}


def test_a_correction_too_is_named_by_document_and_line() -> None:
    wrong = issued("a", 1, document="D1", line="1")
    better = issued("b", 2, "D1/1", document="D2", line="1")
    best = issued("c", 3, "D2/1", document="D3", line="1")
    assert live(wrong, better, best) == {"c"}


def test_a_name_means_the_first_fact_and_not_its_correction_of_the_same_name() -> None:
    wrong = issued("a", 1, document="D1", line="1")
    first = issued("b", 2, "D1/1", document="D1", line="1", recorded_at=at(2))
    second = issued("c", 3, "D1/1", document="D9", line="1", recorded_at=at(3))
    assert live(wrong, first, second) == {"c"}


@pytest.mark.parametrize("kind", [FactKind.COUNTED, FactKind.REQUESTED])
def test_a_movement_is_not_corrected_by_another_paper_of_its_number(kind: FactKind) -> None:
    moved = issued("moved", 1, document="D1", line="1")
    paper = fact("paper", kind, 0, 5, document="D1", line="1")
    right = issued("right", 2, "D1/1", document="D2", line="1")
    assert live(paper, moved, right) == {"paper", "right"}


def test_the_announcement_of_a_corrected_out_leg_is_corrected_by_the_same_name() -> None:
    leg = {"document": "D1", "line": "1", "transfer_id": "T"}
    coming = fact("out/inbound", FactKind.INBOUND_EXPECTED, 0, 5000, **leg)
    right = fact(
        "right/inbound", FactKind.INBOUND_EXPECTED, 0, 4000, corrects="D1/1/inbound",
        **leg | {"document": "D2"},
    )  # fmt: skip
    assert live(coming, right) == {"right/inbound"}


def test_a_correction_stays_where_its_own_time_puts_it() -> None:
    (entry,) = live_entries(entries(issued("a", 1), issued("b", 2, "a", occurred_at=at(7))))
    assert entry.occurred_at == at(7)


def leg(event_id: str, transfer: str, corrects: str | None = None, **fields: object) -> StockFact:
    given = {"transfer_id": transfer, "counterpart_site_id": "S2", "corrects": corrects} | fields
    return fact(event_id, FactKind.TRANSFERRED_OUT, 1, 1, **given)


@pytest.mark.parametrize(
    "moved",
    [
        leg("b", "T2", "a"),
        leg("b", "T1", "a", counterpart_site_id="S3"),
        issued("b", 2, "a"),
    ],
    ids=["another transfer", "another end", "no transfer"],
)
def test_a_correction_that_moves_its_target_corrects_nothing(moved: StockFact) -> None:
    assert live(leg("a", "T1"), moved) == live(moved, leg("a", "T1")) == {"a"}
    assert [each.event_id for each in resolve(entries(leg("a", "T1"), moved)).moving] == ["b"]


def test_what_corrects_a_correction_that_moves_its_target_falls_with_it() -> None:
    assert live(leg("a", "T1"), leg("b", "T2", "a"), leg("c", "T1", "b")) == {"a"}
    assert live(leg("a", "T1"), leg("b", "T2", "a"), leg("c", "T2", "b")) == {"a"}


def test_the_last_correction_that_moves_nothing_wins() -> None:
    stays = leg("b", "T1", "a", recorded_at=at(2))
    moves = leg("c", "T2", "a", recorded_at=at(3))
    assert live(leg("a", "T1"), moves, stays) == {"b"}


def test_a_correction_whose_target_is_not_known_yet_moves_nothing() -> None:
    assert resolve(entries(leg("b", "T2", "a"))).moving == []
