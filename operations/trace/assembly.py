"""Evidence in, the hops of one event's way out: pure, and the order in which things happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.facts import BROADCAST
from operations.trace import doers, sayings
from operations.trace.coordinates import Coordinates
from operations.trace.evidence import INVENTORY, Evidence, Raw, Stored, headers_of
from operations.trace.hop import Hop
from operations.trace.tables import Row
from schemas.topics import topic
from sinks.lakehouse.tables import table_of

NOWHERE = "nothing yet"
_READ_MODEL_TABLES = {
    "clean.stock-fact.v1": "fact",
    "state.stock-position.v1": "position",
    "alert.stockout.v1": "alert",
}


def way(found: Evidence, *, is_running: bool) -> tuple[Hop, ...]:
    """Return the way of an event, then its repetitions, which end at cleaning."""
    first, *repeats = found.raw
    return (
        _raw_hop(first, (*_bronze(first), *_cleaned(found, is_running=is_running))),
        *(_repeat(each, first) for each in repeats),
    )


def _raw_hop(raw: Raw, hops: Iterable[Hop]) -> Hop:
    row = raw.stored.row
    headers = {
        name: (value or b"").decode("utf-8", "replace") for name, value in headers_of(row).items()
    }
    key = (row["key"] or b"").decode("utf-8", "replace")
    says = sayings.of_raw(raw.says) or f"cannot be decoded: {raw.undecodable}"
    return Hop(
        name="raw record",
        by=doers.producer_of(raw.stored.at.topic, upload_id=(raw.says or {}).get("upload_id")),
        where=str(raw.stored.at),
        at=raw.stored.published_at,
        says=f"key {key} · {says} · trace {headers.get('traceparent', 'none')}",
        record={"key": key, "headers": headers, "schema_id": row["schema_id"], "value": raw.says},
        hops=tuple(hops),
    )


def _bronze(raw: Raw) -> Iterator[Hop]:
    at, commit = raw.stored.at, raw.stored.commit
    yield Hop(
        name="bronze row",
        by=doers.BRONZE,
        where=_place(table_of(topic(at.topic)), raw.stored),
        at=commit.at if commit else None,
    )


def _cleaned(found: Evidence, *, is_running: bool) -> Iterator[Hop]:
    at = found.raw[0].stored.at
    for line in found.lines:
        name = "clean line" if "line_id" in line.row else "clean record"
        yield _hop(name, doers.cleaner_for(at.topic), line, says=sayings.of_clean(line.row))
    # An announced leg follows upon the one that announces it.
    for fact in sorted(found.facts, key=lambda each: (len(each.row["event_id"]), each.at)):
        yield _fact(fact, found, is_running=is_running)
    for dead in _dead_letters_of(found, at):
        yield _dead_letter(dead)
    if not (found.lines or found.facts or found.dead_letters):
        where = "cleaning has not come to it" if is_running else "the stack stopped before that"
        yield Hop(name=NOWHERE, by=doers.cleaner_for(at.topic), where=where)


def _fact(fact: Stored, found: Evidence, *, is_running: bool) -> Hop:
    row = fact.row
    hops = [*_visible(fact)]
    decisions = [each for each in found.decisions if each.row["caused_by"] == row["event_id"]]
    hops += [_decision(each, found) for each in decisions]
    if found.more_decisions:
        where = f"and {found.more_decisions} more keys; name one by its decision or alert"
        hops.append(Hop(name="decisions", by=doers.LOOKED_AGAIN, where=where))
    hops += [_dead_letter(each) for each in _dead_letters_of(found, fact.at)]
    if not decisions and len(hops) < 2:
        where = "no key was touched" if row["kind"] in BROADCAST else _later(is_running=is_running)
        by = doers.LOOKED_AGAIN if row["kind"] in BROADCAST else doers.DECIDED
        hops.append(Hop(name="no decision", by=by, where=where))
    hops += _gold(fact, found, is_running=is_running)
    name = f"clean fact, {row['kind']}"
    by = doers.cleaner_for(row["raw_topic"])
    return _hop(name, by, fact, says=sayings.of_fact(row), hops=hops)


def _later(*, is_running: bool) -> str:
    return "the stock worker has not come to it" if is_running else "the stack stopped before it"


def _decision(decision: Stored, found: Evidence) -> Hop:
    row = decision.row
    by = doers.DECIDED if _is_of(row, found.facts) else doers.LOOKED_AGAIN
    hops = [_position(each, row) for each in found.positions if _same_key(each.row, row)]
    caused = [
        each
        for each in found.alerts
        if each.row["caused_by"] == row["caused_by"] and _same_key(each.row, row)
    ]
    hops += [_alert(each, found) for each in caused]
    return _hop("decision", by, decision, says=sayings.of_decision(row), hops=hops)


def _position(position: Stored, decision: Row) -> Hop:
    says = ""
    if position.row["log_offset"] != decision["log_offset"]:
        says = f"as of offset {position.row['log_offset']}: folded in one batch with later facts"
    hops = _visible(position)
    return _hop("position", doers.POSITION, position, says=says, hops=hops)


def _alert(alert: Stored, found: Evidence) -> Hop:
    row = alert.row
    hops = [*_visible(alert)]
    hops += [
        _delivery(each, row)
        for each in found.deliveries
        if each["transition_id"] == row["event_id"]
    ]
    if row["transition"] == "opened":
        hops += [_alert(each, found) for each in found.alerts if _follows(each.row, row)]
    return _hop(
        f"alert {row['transition']}", doers.ALERT, alert, says=sayings.of_alert(row), hops=hops
    )


def _delivery(row: Row, alert: Row) -> Hop:
    return Hop(
        name=f"webhook {row['state']}",
        by=doers.WEBHOOK,
        where=f"{row['endpoint_id']}, webhook-id {row['transition_id']}",
        at=row["first_attempt_at"],
        says=sayings.of_delivery(row),
        record={**row, "alert_id": alert["alert_id"]},
    )


def _dead_letter(dead: Stored) -> Hop:
    row = dead.row
    return _hop(
        "dead letter",
        doers.refused_by(row["topic"]),
        dead,
        says=f"{row['reason']}: {row['detail']}",
        hops=_visible(dead),
    )


def _gold(fact: Stored, found: Evidence, *, is_running: bool) -> Iterator[Hop]:
    for event_id, gold in found.gold:
        if event_id != fact.row["event_id"]:
            continue
        if gold.commit is None:
            where = "with the next compaction" if is_running else "no compaction has known it"
            yield Hop(name="not in gold yet", by=doers.GOLD, where=where)
            continue
        says = sayings.of_gold(gold.row) if gold.row else "its key has no row for that day"
        where = f"{INVENTORY}, version {gold.commit.version}"
        yield Hop("gold row", doers.GOLD, where, gold.commit.at, says, gold.row or {})


def _repeat(raw: Raw, first: Raw) -> Hop:
    dropped = Hop(
        name="duplicate",
        by=doers.DUPLICATE,
        where=f"of {first.stored.at}, which stands",
        says="dropped by cleaning: its event_id had been there",
    )
    return _raw_hop(raw, (*_bronze(raw), dropped))


def _visible(stored: Stored) -> Iterator[Hop]:
    if stored.visible is None:
        return
    says = ""
    newer = stored.visible.get("log_offset")
    if "log_offset" in stored.row and newer is not None and newer > stored.row["log_offset"]:
        says = f"newer now: as of offset {newer} of the fact log"
    table = _READ_MODEL_TABLES.get(stored.at.topic, "dead_letter")
    where, at = f"SQLite, table {table}", stored.visible_at
    yield Hop("in the read model", doers.READ_MODEL, where, at, says, stored.visible)


def _hop(name: str, by: str, stored: Stored, *, says: str = "", hops: Iterable[Hop] = ()) -> Hop:
    says = " · ".join(each for each in (says, sayings.of_copies(stored.copies)) if each)
    record = {**stored.row, "lake": _place(table_of(topic(stored.at.topic)), stored)}
    return Hop(name, by, str(stored.at), stored.published_at, says, record, tuple(hops))


def _place(table: str, stored: Stored) -> str:
    """Return where in the lake a record is."""
    if stored.commit is None:
        return f"{table}, in no commit that is remembered"
    return f"{table}, version {stored.commit.version}"


def _dead_letters_of(found: Evidence, at: Coordinates) -> list[Stored]:
    return [
        each
        for each in found.dead_letters
        if Coordinates(each.row["topic"], each.row["partition"], each.row["offset"]) == at
    ]


def _is_of(decision: Row, facts: Iterable[Stored]) -> bool:
    """Return whether a keyed fact led to a decision; a broadcast one makes it look again."""
    return any(
        each.row["event_id"] == decision["caused_by"] and each.row["kind"] not in BROADCAST
        for each in facts
    )


def _follows(later: Row, opened: Row) -> bool:
    return later["alert_id"] == opened["alert_id"] and later["event_id"] != opened["event_id"]


def _same_key(one: Row, other: Row) -> bool:
    return (one["item_id"], one["site_id"]) == (other["item_id"], other["site_id"])
