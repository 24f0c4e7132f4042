"""The way of an event, found in what the real sinks have written."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from domain.instants import day_of, local_day
from operations.trace.hop import after
from operations.trace.showing import document
from tests.unit.trace.story import (
    ALERTS,
    DECISIONS,
    FACTS,
    MOVEMENTS,
    POSITIONS,
    Story,
    example,
    named,
    outline,
)

EVENT = example(MOVEMENTS)["event_id"]
OPENED, ALERT = example(ALERTS)["event_id"], example(ALERTS)["alert_id"]
WHOLE = [
    "raw record",
    "  bronze row",
    "  clean fact, issued",
    "    in the read model",
    "    decision",
    "      position",
    "        in the read model",
    "      alert opened",
    "        in the read model",
    "        webhook delivered",
    "    gold row",
]


def a_movement(story: Story) -> None:
    """Append a movement and its fact."""
    story.add(MOVEMENTS, example(MOVEMENTS))
    story.add(FACTS, story.fact())


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """A movement that opened an alert, delivered and in gold."""
    story = Story(tmp_path_factory.mktemp("whole"))
    a_movement(story)
    opened = {"event_id": OPENED, "alert_id": ALERT, "crossing_event_id": EVENT}
    story.decide(EVENT, 0, transition="opened", **opened)
    story.write()
    story.deliver(OPENED, 204)
    fact = story.fact()
    day = local_day(fact["occurred_at"])
    key = {"item_id": fact["item_id"], "site_id": fact["site_id"]}
    figures = {"facts": 1, "on_hand_end_milli": 2000}
    story.gold([{**key, "date": day, **figures}], {"0": 0})
    return story


def test_every_hop_is_shown_under_the_one_that_led_to_it(whole: Story) -> None:
    assert outline(whole.trace(EVENT).hops) == WHOLE


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (EVENT, "clean fact"),
        (EVENT[:8], "clean fact"),
        (ALERT, "alert"),
        (OPENED, "alert transition"),
        (f"{MOVEMENTS}[0]@0", "raw record"),
        (f"{FACTS}[0]@0", "clean record"),
        (f"{DECISIONS}[0]@0", "decision record"),
        (f"{POSITIONS}[0]@0", "state record"),
        (f"{ALERTS}[0]@0", "alert record"),
    ],
)
def test_any_id_on_the_way_leads_to_the_same_way(whole: Story, text: str, asked: str) -> None:
    found = whole.trace(text)
    assert outline(found.hops) == WHOLE
    assert found.origin.asked == asked
    assert str(found.origin.raw) == f"{MOVEMENTS}[0]@0"


def test_every_hop_says_when_where_and_whose_work_it_is(whole: Story) -> None:
    for root in whole.trace(EVENT).hops:
        for hop in root.walk():
            assert hop.at is not None, hop.name
            assert re.fullmatch(r"[\w/]+\.py::[\w.]+", hop.by), hop.name
            assert hop.where, hop.name


def test_latency_counts_from_the_hop_before(whole: Story) -> None:
    found = whole.trace(EVENT)
    raw, fact = named(found, "raw record"), named(found, "clean fact, issued")
    assert after(fact.at, raw.at) == 10_000
    written = document(EVENT, found.origin, found.hops, found.notes)
    assert written["hops"][0]["hops"][1]["after_ms"] == 10
    assert written["hops"][0]["after_ms"] is None


def test_the_raw_record_shows_key_headers_and_value(whole: Story) -> None:
    raw = named(whole.trace(EVENT), "raw record").record
    assert raw["key"] == "NC-4107|TORRE-BA-017"
    assert raw["headers"]["ce_id"] == EVENT
    assert raw["headers"]["traceparent"].startswith("00-")
    assert raw["value"] == example(MOVEMENTS)


def test_a_document_for_programs_is_json(whole: Story) -> None:
    found = whole.trace(ALERT)
    written = json.dumps(document(ALERT, found.origin, found.hops, found.notes), default=str)
    assert json.loads(written)["is"] == "alert"


def test_a_dead_letter_ends_the_way_and_its_place_leads_back(tmp_path: Path) -> None:
    story = Story(tmp_path)
    refused = story.add(MOVEMENTS, example(MOVEMENTS))
    story.refuse(MOVEMENTS, refused, "unknown_type", "movement type 'lent'")
    story.write()
    for text in (EVENT, f"{MOVEMENTS}[0]@0", f"{MOVEMENTS}.dlq[0]@0"):
        found = story.trace(text)
        assert outline(found.hops) == [
            "raw record", "  bronze row", "  dead letter", "    in the read model",
        ]  # fmt: skip
        assert named(found, "dead letter").says == "unknown_type: movement type 'lent'"


def test_a_fact_that_a_worker_refuses_shows_its_dead_letter(tmp_path: Path) -> None:
    story = Story(tmp_path)
    a_movement(story)
    story.refuse(FACTS, 0, "too_late", "sealed through 2025-01-01")
    story.write()
    found = story.trace(EVENT)
    assert outline(found.hops)[2:] == [
        "  clean fact, issued", "    in the read model", "    dead letter",
        "      in the read model", "    not in gold yet",
    ]  # fmt: skip
    assert named(found, "dead letter").by.endswith("faust_app.py::dead_letter")


def test_a_repeated_event_is_a_duplicate_of_the_one_that_stands(tmp_path: Path) -> None:
    story = Story(tmp_path)
    a_movement(story)
    story.add(MOVEMENTS, example(MOVEMENTS))
    story.decide(EVENT, 0)
    story.write()
    for text in (EVENT, f"{MOVEMENTS}[0]@1"):
        found = story.trace(text)
        assert [str(each.where) for each in found.hops] == [
            f"{MOVEMENTS}[0]@0",
            f"{MOVEMENTS}[0]@1",
        ]
        assert outline(found.hops)[-3:] == ["raw record", "  bronze row", "  duplicate"]
        assert named(found, "duplicate").where == f"of {MOVEMENTS}[0]@0, which stands"


def test_a_transfer_shows_both_legs_of_its_facts(tmp_path: Path) -> None:
    story = Story(tmp_path)
    story.add(MOVEMENTS, example(MOVEMENTS))
    story.add(FACTS, story.fact(kind="transferred_out"))
    there = {"event_id": f"{EVENT}/inbound", "kind": "inbound_expected", "site_id": "CENTRAL-BA"}
    story.add(FACTS, story.fact(**there), partition=3)
    story.write()
    for text in (EVENT, f"{EVENT}/inbound", f"{FACTS}[3]@0"):
        names = [each for each in outline(story.trace(text).hops) if "clean fact" in each]
        assert names == ["  clean fact, transferred_out", "  clean fact, inbound_expected"]


def test_a_broadcast_fact_is_one_hop_with_all_its_places(tmp_path: Path) -> None:
    story = Story(tmp_path)
    story.add("raw.clock-tick.v1", example("raw.clock-tick.v1", event_id="tick-1"))
    of_tick = {"raw_topic": "raw.clock-tick.v1", "raw_partition": 0, "raw_offset": 0}
    tick = example(FACTS, event_id="tick-1", kind="tick", item_id=None, site_id=None, **of_tick)
    for partition in range(6):
        story.add(FACTS, tick, partition=partition)
    for number in range(5):
        caused = {"event_id": f"d{number}", "transition": "none", "item_id": f"I{number}"}
        at = {"caused_by": "tick-1", "log_partition": 0, "log_offset": 0}
        story.add(DECISIONS, example(DECISIONS, **{**caused, **at}))
    story.write()
    found = story.trace("tick-1")
    fact = named(found, "clean fact, tick")
    assert "also at [1]@0, [2]@0, [3]@0, [4]@0, [5]@0" in fact.says
    assert outline(found.hops).count("    decision") == 3
    assert named(found, "decisions").where.startswith("and 2 more keys")
    of_one = story.trace("d4")
    assert outline(of_one.hops).count("    decision") == 1
    assert named(of_one, "decision").record["item_id"] == "I4"


def test_a_repetition_after_a_restart_is_named_and_not_shown_twice(tmp_path: Path) -> None:
    story = Story(tmp_path)
    a_movement(story)
    story.add(FACTS, story.fact())
    story.write()
    assert "also at [0]@1" in named(story.trace(EVENT), "clean fact, issued").says


def test_an_alert_shows_how_it_ended(tmp_path: Path) -> None:
    story = Story(tmp_path)
    a_movement(story)
    opened = {"event_id": OPENED, "alert_id": ALERT, "crossing_event_id": EVENT}
    story.decide(EVENT, 0, transition="opened", **opened)
    story.decide("later", 1, **{**opened, "event_id": "t2", "transition": "recovered"})
    story.write()
    story.deliver(OPENED, 503)
    found = story.trace(ALERT)
    assert named(found, "alert recovered").record["caused_by"] == "later"
    assert "1 attempt, answered 503" in named(found, "webhook pending").says


def test_of_several_facts_in_a_batch_each_shows_the_position_that_knew_it(tmp_path: Path) -> None:
    story = Story(tmp_path)
    a_movement(story)
    at = {"caused_by": EVENT, "log_partition": 0, "log_offset": 0, "transition": "none"}
    story.add(DECISIONS, example(DECISIONS, **at))
    for offset in (9, 4):
        later = {"caused_by": f"e{offset}", "log_partition": 0, "log_offset": offset}
        story.add(POSITIONS, example(POSITIONS, **later))
    story.write()
    position = named(story.trace(EVENT), "position")
    assert position.record["log_offset"] == 4
    assert position.says.startswith("as of offset 4: folded in one batch")


def test_what_has_not_come_to_the_next_hop_says_so(tmp_path: Path) -> None:
    story = Story(tmp_path)
    story.add(MOVEMENTS, example(MOVEMENTS))
    story.write()
    assert outline(story.trace(EVENT).hops)[-1] == "  nothing yet"
    story.add(FACTS, story.fact())
    story.write()
    assert outline(story.trace(EVENT).hops)[-2:] == ["    no decision", "    not in gold yet"]


def test_bytes_that_nobody_can_decode_are_still_traced(tmp_path: Path) -> None:
    story = Story(tmp_path)
    story.append(MOVEMENTS, b"poison", headers=[("ce_id", b"poisoned")])
    story.refuse(MOVEMENTS, 0, "undecodable", "no Avro frame")
    story.write()
    found = story.trace("poisoned")
    assert "cannot be decoded: undecodable" in named(found, "raw record").says


def test_a_calendar_day_ends_as_a_clean_record(tmp_path: Path) -> None:
    story = Story(tmp_path)
    day = example("raw.calendar-day.v1")
    story.add("raw.calendar-day.v1", day)
    of_day = {"raw_topic": "raw.calendar-day.v1", "raw_partition": 0, "raw_offset": 0}
    story.add("clean.calendar-day.v1", example("clean.calendar-day.v1", **of_day))
    story.write()
    names = outline(story.trace(day["event_id"]).hops)
    assert names == ["raw record", "  bronze row", "  clean record"]


def test_the_day_of_the_gold_row_is_the_local_day_of_the_fact(whole: Story) -> None:
    gold = named(whole.trace(EVENT), "gold row").record
    assert day_of(gold["date"]) == local_day(whole.fact()["occurred_at"])
