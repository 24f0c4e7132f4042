"""What the stores hold of one event's way, found hop by hop; no order or words yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from domain.instants import day_number, local_day
from operations.trace.commits import Commit
from operations.trace.coordinates import Coordinates
from operations.trace.decoding import decoded_or_why
from operations.trace.resolving import ALERTS, DECISIONS, FACTS, Origin, clean_tables
from operations.trace.sources import Sources
from operations.trace.tables import Row
from schemas.codec import Record
from schemas.topics import topic
from sinks.lakehouse.tables import DEAD_LETTER, table_of

POSITIONS = "silver/stock_position"
INVENTORY = "gold/fact_inventory"
# A tick or a master may lead to thousands: those with a transition come first.
_MOST_DECISIONS = 3


@dataclass(frozen=True, slots=True)
class Stored:
    """One record in the log, and in the stores that it came to.

    Attributes:
        row: its columns in bronze or silver.
        at: where it is in the log.
        published_at: the broker's time of it.
        commit: of the lake; None while only the log holds it, or where that is forgotten.
        visible: its row in the read model, if it has one there.
        visible_at: when that came to be, where it is still remembered.
        copies: where else the same record is: other partitions, or again after a restart.
    """

    row: Row
    at: Coordinates
    published_at: int
    commit: Commit | None = None
    visible: Row | None = None
    visible_at: int | None = None
    copies: tuple[Coordinates, ...] = ()


@dataclass(frozen=True, slots=True)
class Raw:
    """One raw record: what it says, and why it cannot be decoded where it cannot."""

    stored: Stored
    says: Record
    undecodable: str


@dataclass(frozen=True, slots=True)
class GoldRow:
    """A key's day in gold, and the first commit that knew the fact."""

    row: Row | None
    commit: Commit | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of one event's way. The first of `raw` is the one that stands."""

    raw: tuple[Raw, ...]
    lines: tuple[Stored, ...] = ()
    facts: tuple[Stored, ...] = ()
    dead_letters: tuple[Stored, ...] = ()
    decisions: tuple[Stored, ...] = ()
    more_decisions: int = 0
    positions: tuple[Stored, ...] = ()
    alerts: tuple[Stored, ...] = ()
    deliveries: tuple[Row, ...] = ()
    gold: tuple[tuple[str, GoldRow], ...] = ()  # by the fact's event_id


def gather(origin: Origin, sources: Sources) -> Evidence:
    """Return what every store holds of the way that begins at an origin."""
    raw = _raw(origin, sources)
    places = {each.stored.at for each in raw}
    lines = [each for table in clean_tables() - {FACTS} for each in _clean(table, places, sources)]
    facts = _clean(FACTS, places, sources)
    dead = _dead_letters(places | {each.at for each in facts}, sources)
    ids = {each.row["event_id"] for each in facts}
    decided = _caused(DECISIONS, ids, origin.key, sources)
    decisions = [_stored(same, sources) for same in decided[:_MOST_DECISIONS]]
    keys = {_key(each.row) for each in decisions}
    alerts = _alerts(ids, keys, sources)
    standing = {
        Coordinates(r["raw_topic"], r["raw_partition"], r["raw_offset"])
        for r in (each.row for each in (*lines, *facts))
    }
    first = sorted(raw, key=lambda each: (each.stored.at not in standing, each.stored.at))
    return Evidence(
        raw=tuple(first),
        lines=tuple(lines),
        facts=tuple(facts),
        dead_letters=tuple(dead),
        decisions=tuple(decisions),
        more_decisions=len(decided) - len(decisions),
        positions=tuple(_positions(decisions, sources)),
        alerts=tuple(alerts),
        deliveries=tuple(sources.deliveries.of([each.row["event_id"] for each in alerts])),
        gold=tuple(
            (each.row["event_id"], _gold(each, sources)) for each in facts if _is_keyed(each.row)
        ),
    )


def _raw(origin: Origin, sources: Sources) -> list[Raw]:
    table = table_of(topic(origin.raw.topic))
    place = {"partition": origin.raw.partition, "offset": origin.raw.offset}
    (row, *_) = sources.tables.find(table, topic=origin.raw.topic, **place)
    rows = [row]
    if (ce_id := headers_of(row).get("ce_id")) is not None:
        places = sources.tables.places_of(table, "ce_id", ce_id) - {tuple(place.values())}
        for partition, offset in sorted(places):
            rows += sources.tables.find(table, partition=partition, offset=offset)[:1]
    return [_decoded(each, sources) for each in rows]


def _decoded(row: Row, sources: Sources) -> Raw:
    at = Coordinates(row["topic"], row["partition"], row["offset"])
    says, why = decoded_or_why(sources.decode, at.topic, row["value"])
    published = row["timestamp"]
    commit = sources.commit_of(at, published_at=published)
    return Raw(Stored(row, at, published, commit), says, why)


def headers_of(bronze: Row) -> dict[str, bytes]:
    """Return the headers of a raw record."""
    return {each["key"]: each["value"] for each in bronze["headers"] or ()}


def _clean(table: str, places: Iterable[Coordinates], sources: Sources) -> list[Stored]:
    found: list[Row] = []
    for at in places:
        asked = {"raw_topic": at.topic, "raw_partition": at.partition, "raw_offset": at.offset}
        found += sources.tables.find(table, **asked)
    return [_stored(rows, sources) for rows in _by(found, "event_id").values()]


def _dead_letters(places: Iterable[Coordinates], sources: Sources) -> list[Stored]:
    found = []
    for at in sorted(places):
        asked = {"topic": at.topic, "partition": at.partition, "offset": at.offset}
        if rows := sources.tables.find(DEAD_LETTER, **asked):
            row = rows[0]
            place = Coordinates(row["_topic"], row["_partition"], row["_offset"])
            seen = sources.read_model.dead_letter(at)
            published = seen["published_at"] if seen else row["timestamp"]
            commit = sources.commit_of(place, published_at=published)
            visible_at = sources.read_model.applied_at(place)
            found.append(Stored(row, place, published, commit, seen, visible_at))
    return found


def _caused(
    table: str, ids: set[str], key: tuple[str, str] | None, sources: Sources
) -> list[list[Row]]:
    """Return what the facts caused, each with its repetitions, transitions first."""
    rows = sources.tables.find(table, caused_by=ids) if ids else []
    groups = _by((row for row in rows if key in (None, _key(row))), "event_id").values()
    return sorted(groups, key=lambda same: (same[0]["transition"] == "none", same[0]["log_offset"]))


def _alerts(ids: set[str], keys: set[tuple[str, str]], sources: Sources) -> list[Stored]:
    """Return the transitions that the facts caused, and what became of alerts they opened."""
    caused = [
        _stored(same, sources)
        for same in _caused(ALERTS, ids, None, sources)
        if _key(same[0]) in keys
    ]
    opened = {each.row["alert_id"] for each in caused if each.row["transition"] == "opened"}
    rows = sources.tables.find(ALERTS, alert_id=opened) if opened else []
    since = _by((row for row in rows if row["caused_by"] not in ids), "event_id")
    return [*caused, *(_stored(same, sources) for same in since.values())]


def _positions(decisions: Iterable[Stored], sources: Sources) -> list[Stored]:
    """Return the first position of each decision's key that knows its fact.

    A worker publishes one position a key and batch: of several facts, the last one's.
    """
    found = []
    for decision in decisions:
        row = decision.row
        rows = sources.tables.find(POSITIONS, item_id=row["item_id"], site_id=row["site_id"])
        knowing = [each for each in rows if each["log_offset"] >= row["log_offset"]]
        if knowing:
            first = min(knowing, key=lambda each: (each["log_offset"], each["_offset"]))
            found.append(_stored([first], sources))
    return found


def _gold(fact: Stored, sources: Sources) -> GoldRow:
    row = fact.row
    day = day_number(local_day(row["occurred_at"]))
    rows = sources.tables.find(INVENTORY, item_id=row["item_id"], site_id=row["site_id"])
    of_day = [each for each in rows if each["date"] == day]
    return GoldRow(of_day[0] if of_day else None, sources.gold_commit_of(fact.at))


def _stored(same: list[Row], sources: Sources) -> Stored:
    places = sorted(Coordinates(r["_topic"], r["_partition"], r["_offset"]) for r in same)
    first = min(same, key=lambda row: (row["_timestamp"], row["_partition"], row["_offset"]))
    at = Coordinates(first["_topic"], first["_partition"], first["_offset"])
    return Stored(
        row=first,
        at=at,
        published_at=first["_timestamp"],
        commit=sources.commit_of(at, published_at=first["_timestamp"]),
        visible=_visible(first, sources),
        visible_at=sources.read_model.applied_at(at),
        copies=tuple(each for each in places if each != at),
    )


def _visible(row: Row, sources: Sources) -> Row | None:
    view = sources.read_model
    match row["_topic"]:
        case "clean.stock-fact.v1" if _is_keyed(row):
            return view.fact(row["item_id"], row["site_id"], row["event_id"])
        case "state.stock-position.v1":
            return view.position(row["item_id"], row["site_id"])
        case "alert.stockout.v1":
            return view.alert(row["alert_id"])
        case _:
            return None


def _key(row: Row) -> tuple[str, str]:
    return row["item_id"], row["site_id"]


def _is_keyed(row: Row) -> bool:
    return row["item_id"] is not None and row["site_id"] is not None


def _by(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[column], []).append(row)
    return groups
