"""The read model: what it holds follows from the log alone, however the log arrives."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.kafka.headers import dead_letter_headers
from domain.errors import ConfigurationError
from sinks.live_view.store import LiveView
from tests.fakes.log import InMemoryLog
from tests.fakes.records import a_fact, a_position, an_alert, an_estimate
from tests.unit.sinks.followed_log import (
    ALERTS,
    CODECS,
    ESTIMATES,
    FACTS,
    POSITIONS,
    a_log,
    content,
    follow,
    put,
    rows,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "live" / "view.sqlite"


def test_a_newer_position_replaces_an_older_one_and_never_the_reverse(path):
    log = a_log()
    for offset, on_hand in ((4, 40), (9, 90), (7, 70), (9, 90)):
        put(log, POSITIONS, a_position("e", log_offset=offset, on_hand_milli=on_hand))
    follow(log, path)
    assert rows(path, "SELECT log_offset, on_hand_milli FROM position") == [(9, 90)]


def test_a_newer_estimate_replaces_an_older_one_and_never_the_reverse(path):
    log = a_log()
    for offset, version in ((4, None), (9, "f-9"), (7, "f-7")):
        record = an_estimate("e", log_offset=offset, forecast_version=version, prior_weeks=8.0)
        put(log, ESTIMATES, record)
    follow(log, path)
    query = "SELECT log_offset, forecast_version, prior_weeks, weeks FROM demand_estimate"
    assert rows(path, query) == [(9, "f-9", 8.0, 0)]


def test_a_keyed_fact_is_kept_once_and_broadcast_facts_are_not(path):
    log = a_log()
    put(log, FACTS, a_fact("e1", raw_topic="raw.stock-movement.v1", raw_offset=3))
    put(log, FACTS, a_fact("tick", kind="tick", item_id=None, site_id=None))
    put(log, FACTS, a_fact("item", kind="item_changed", site_id=None))
    put(log, FACTS, a_fact("e1", quantity_milli=999))
    follow(log, path)
    assert rows(path, "SELECT event_id, quantity_milli, raw_offset, log_offset FROM fact") == [
        ("e1", 1500, 3, 0)
    ]


def test_an_alert_shows_its_newest_transition_and_keeps_them_all(path):
    log = a_log()
    put(log, ALERTS, an_alert("t1", log_offset=5))
    put(log, ALERTS, an_alert("t2", log_offset=8, transition="recovered", state="recovered"))
    put(log, ALERTS, an_alert("t1", log_offset=5))
    follow(log, path)
    assert rows(path, "SELECT alert_id, state, event_id FROM alert") == [("A1", "recovered", "t2")]
    assert rows(path, "SELECT event_id FROM alert_transition ORDER BY sequence") == [
        ("t1",),
        ("t2",),
    ]


def dead_letter(log: InMemoryLog, name: str, offset: int, key: bytes | None, reason: str) -> None:
    headers = dead_letter_headers(
        reason=reason, detail="", topic=name, partition=0, offset=offset, timestamp_ms=1,
        schema_id=None,
    )  # fmt: skip
    log.append(f"{name}.dlq", b"x", key=key, headers=headers)


def test_dead_letters_are_counted_once_by_topic_reason_and_key(path):
    log = a_log()
    count = "raw.stock-count.v1"
    dead_letter(log, count, 1, b"I1|S1", "undated")
    dead_letter(log, count, 1, b"I1|S1", "undated")
    dead_letter(log, count, 2, b"I1|S1", "invalid_quantity")
    dead_letter(log, "raw.item.v1", 1, b"I1", "invalid_master")
    dead_letter(log, count, 3, b"\xff", "undecodable")
    follow(log, path)
    assert rows(path, "SELECT * FROM dead_letter_count ORDER BY 1, 2") == [
        ("raw.item.v1", "invalid_master", 1),
        (count, "invalid_quantity", 1),
        (count, "undated", 1),
        (count, "undecodable", 1),
    ]
    assert rows(path, "SELECT * FROM dlq_pending") == [("I1", "S1", 2)]


def test_what_cannot_be_read_is_passed_over_and_listed(path):
    log = a_log()
    log.append(FACTS, b"poison")
    put(log, POSITIONS, a_position("e1", p_stockout=float("nan")))
    put(log, FACTS, a_fact("keyless", site_id=None))
    put(log, FACTS, a_fact("e2"))
    follow(log, path)
    assert rows(path, "SELECT topic, record_offset, reason FROM unreadable ORDER BY 1, 2") == [
        (FACTS, 0, "undecodable"),
        (FACTS, 1, "invalid_key"),
        (POSITIONS, 0, "undecodable"),
    ]
    assert rows(path, "SELECT event_id FROM fact") == [("e2",)]


def test_freshness_is_the_newest_seen_of_each_topic(path):
    log = a_log()
    for occurred_at in (10, 30, 20):
        value = CODECS.encode(FACTS, a_fact(f"e{occurred_at}", occurred_at=occurred_at))
        log.append(FACTS, value, timestamp_ms=occurred_at)
    dead_letter(log, FACTS, 1, None, "undated")
    follow(log, path, now=77)
    follow(log, path, now=99)
    assert rows(path, "SELECT * FROM freshness ORDER BY topic") == [
        (FACTS, 30_000, 30, 77, 3),
        (f"{FACTS}.dlq", 1_000_000, None, 77, 1),
    ]


def test_a_file_of_another_version_is_filled_again(path):
    log = a_log()
    put(log, FACTS, a_fact("e1"))
    follow(log, path)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 999")
        connection.execute("DELETE FROM fact")
    connection.close()
    follow(log, path)
    assert rows(path, "SELECT event_id FROM fact") == [("e1",)]


def test_a_read_model_of_another_broker_is_refused_with_what_to_do(path):
    log = a_log()
    put(log, FACTS, a_fact("e1"))
    follow(log, path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE offset SET topic_id = 'another'")
    connection.close()
    with pytest.raises(ConfigurationError, match="written from another broker"):
        follow(log, path)


def test_every_field_of_position_and_alert_is_a_column():
    connection = sqlite3.connect(":memory:")
    ddl = Path(__file__).resolve().parents[3] / "sinks" / "live_view" / "schema.sql"
    connection.executescript(ddl.read_text(encoding="utf-8"))
    for table, name in (("position", POSITIONS), ("alert", ALERTS)):
        columns = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
        avro = set(CODECS.decode(name, CODECS.encode(name, sample(name))))
        assert avro == columns - {"published_at"}
    connection.close()


def sample(name: str) -> dict[str, object]:
    return a_position("e") if name == POSITIONS else an_alert("e")


events = st.one_of(
    st.tuples(st.just("fact"), st.integers(0, 5), st.sampled_from(["I1", "I2"])),
    st.tuples(st.just("position"), st.integers(0, 30), st.sampled_from(["I1", "I2"])),
    st.tuples(st.just("alert"), st.integers(0, 30), st.sampled_from(["A1", "A2"])),
    st.tuples(st.just("poison"), st.just(0), st.just("")),
)


def fill(log: InMemoryLog, history: list[tuple[str, int, str]]) -> None:
    for what, number, key in history:
        partition = sum(key.encode()) % 2  # one key, one partition
        match what:
            case "fact":
                fact = a_fact(f"e{number}", item_id=key)
                put(log, FACTS, fact, partition=partition)
            case "position":
                # The fold is deterministic: the same place in the log gives the same position.
                position = a_position("e", item_id=key, log_offset=number, on_hand_milli=number)
                put(log, POSITIONS, position, partition=partition)
            case "alert":
                alert = an_alert(f"t{key}{number}", alert_id=key, log_offset=number)
                put(log, ALERTS, alert, partition=partition)
            case _:
                log.append(FACTS, b"poison")


@settings(max_examples=25, deadline=None)
@given(history=st.lists(events, max_size=40), stops=st.lists(st.integers(1, 3), max_size=4))
def test_a_rebuild_has_the_same_content_however_the_log_was_cut(tmp_path_factory, history, stops):
    folder = tmp_path_factory.mktemp("view")
    grown, rebuilt = folder / "grown", folder / "rebuilt"
    log = a_log()
    cuts = [len(history) * each // (len(stops) + 1) for each in range(1, len(stops) + 1)]
    for start, end in zip([0, *cuts], [*cuts, len(history)], strict=True):
        fill(log, history[start:end])
        follow(log, grown)
    follow(log, rebuilt)
    assert content(grown) == content(rebuilt)


def test_a_batch_that_fails_leaves_rows_and_offsets_as_they_were(path, monkeypatch):
    log = a_log()
    put(log, FACTS, a_fact("e1"))
    follow(log, path)
    put(log, FACTS, a_fact("e2"))
    before = content(path)
    monkeypatch.setattr(LiveView, "_write", broken_write)
    with pytest.raises(sqlite3.OperationalError):
        follow(log, path)
    assert content(path) == before


def broken_write(self, _):
    self._connection.execute("DELETE FROM fact")
    msg = "disk full"
    raise sqlite3.OperationalError(msg)
