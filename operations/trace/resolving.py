"""What a person typed in, the raw record where that event's way begins out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from domain.errors import ConfigurationError
from operations.trace.coordinates import Coordinates, written_coordinates
from operations.trace.sources import Sources
from operations.trace.tables import Row
from schemas.topics import topic, topics
from sinks.lakehouse.tables import table_of

FACTS = "silver/stock_fact"
DECISIONS = "silver/stock_decided"
ALERTS = "silver/stockout"
# As with commits of git: enough to be typed, and to be unlike all others most of the time.
SHORTEST_ID = 6
_CAUSED_IDS = ((ALERTS, "event_id"), (ALERTS, "alert_id"), (DECISIONS, "event_id"))
_MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a way begins, and which branch of it was asked for.

    Attributes:
        raw: the raw record.
        asked: what the id is, in words: "alert", "clean fact".
        key: (item, site), where only what happened to that key is wanted.
    """

    raw: Coordinates
    asked: str
    key: tuple[str, str] | None = None


def resolve(text: str, sources: Sources) -> Origin:
    """Return the origin of any id on the way.

    Raises:
        ConfigurationError: nothing has that id, with the nearest there is.
    """
    at = written_coordinates(text)
    if at is not None:
        return _at_place(at, sources)
    found = _by_id(text, sources)
    if found is not None:
        return found
    (only,) = _completed(text, sources)
    found = _by_id(only, sources)
    assert found is not None
    return found


def _by_id(text: str, sources: Sources) -> Origin | None:
    tables = sources.tables
    for table in sorted(clean_tables(), key=lambda each: each != FACTS):
        if rows := tables.find(table, event_id=text):
            return Origin(raw_of(rows[0]), "clean fact" if table == FACTS else "clean record")
    for table, column in _CAUSED_IDS:
        if rows := tables.find(table, **{column: text}):
            first = min(rows, key=lambda row: row["log_offset"])
            cause = first["crossing_event_id" if column == "alert_id" else "caused_by"]
            asked = {"alert_id": "alert", ALERTS: "alert transition", DECISIONS: "decision"}
            return _of_fact(cause, asked.get(column) or asked[table], first, sources)
    for each in raw_topics():
        if places := tables.places_of(table_of(topic(each)), "ce_id", text.encode()):
            return Origin(Coordinates(each, *min(places)), "raw event")
    for table in alert_tables() - {ALERTS}:
        _refuse_what_no_event_caused(text, tables.find(table, event_id=text))
    return None


def _at_place(at: Coordinates, sources: Sources) -> Origin:
    try:
        table = table_of(topic(at.topic))
    except KeyError as error:
        names = ", ".join(each.name for each in topics() if not each.is_dead_letter)
        msg = f"there is no topic {at.topic}: there are {names}, and their .dlq"
        raise ConfigurationError(msg) from error
    mark = "_" if table.startswith("silver/") else ""
    columns = (f"{mark}topic", f"{mark}partition", f"{mark}offset")
    rows = sources.tables.find(
        table, **dict(zip(columns, (at.topic, at.partition, at.offset), strict=True))
    )
    if not rows:
        last = sources.tables.last_offset(table, columns, at)
        known = f"it ends at offset {last}" if last >= 0 else "nothing of that partition is known"
        msg = f"there is no record at {at}: {known}"
        raise ConfigurationError(msg)
    row = rows[0]
    if at.is_dead_letter:
        refused = Coordinates(row["topic"], row["partition"], row["offset"])
        origin = _at_place(refused, sources)
        return Origin(origin.raw, f"dead letter of {refused}", origin.key)
    if at.layer == "raw":
        return Origin(at, "raw record")
    if at.layer == "clean":
        return Origin(raw_of(row), "clean record")
    _refuse_what_no_event_caused(str(at), rows)
    return _of_fact(row["caused_by"], f"{at.layer} record", row, sources)


def _refuse_what_no_event_caused(text: str, rows: list[Row]) -> None:
    """Raise where a record, such as the alert of a failed job, follows upon no event.

    Raises:
        ConfigurationError: it does not, with what it says.
    """
    for row in rows:
        if "caused_by" not in row:
            said = row.get("message") or row["event_id"]
            msg = f"{text} is a record of {row['_topic']} that no event caused: {said}"
            raise ConfigurationError(msg)


def _of_fact(event_id: str, asked: str, caused: Row, sources: Sources) -> Origin:
    rows = sources.tables.find(FACTS, event_id=event_id)
    if not rows:
        msg = f"its cause, fact {event_id}, is not in the lake: was {FACTS} moved away?"
        raise ConfigurationError(msg)
    return Origin(raw_of(rows[0]), asked, (caused["item_id"], caused["site_id"]))


def _completed(text: str, sources: Sources) -> list[str]:
    """Return the one id that begins with what was typed.

    Raises:
        ConfigurationError: none does, or several do.
    """
    known = _ids_beginning(text, sources) if len(text) >= SHORTEST_ID else set()
    if len(known) == 1:
        return list(known)
    if known:
        msg = f"{len(known)} ids begin with {text}: {_named(known)}; type more of it"
        raise ConfigurationError(msg)
    msg = f"no event, fact, decision, alert or transition {text!r}{_hint(text, sources)}"
    raise ConfigurationError(msg)


def _ids_beginning(text: str, sources: Sources) -> set[str]:
    places = (*((table, "event_id") for table in clean_tables()), *_CAUSED_IDS)
    found = {each for place in places for each in sources.tables.beginning(*place, text)}
    # A fact and its announcement share an event.
    return {each for each in found if each.removesuffix("/inbound") not in found - {each}}


def _hint(text: str, sources: Sources) -> str:
    item_id, bar, site_id = text.partition("|")
    if bar and (fact := sources.read_model.newest_fact(item_id, site_id)):
        return f": that is a key; its newest fact is {fact['event_id']}"
    for length in range(min(len(text) - 1, 31), 3, -1):
        if near := _ids_beginning(text[:length], sources):
            return f": the nearest is {_named(near)}"
    return (
        f" in {sources.data_dir}: an id is 32 hexadecimal digits (the first {SHORTEST_ID} may do),"
        " or a place such as clean.stock-fact.v1[3]@1842; alerts and facts show theirs in the API"
    )


def _named(ids: Iterable[str]) -> str:
    several = sorted(ids)
    more = len(several) - _MOST_NAMED
    return ", ".join(several[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def raw_of(clean: Row) -> Coordinates:
    """Return where the raw record of a clean one is."""
    return Coordinates(clean["raw_topic"], clean["raw_partition"], clean["raw_offset"])


def raw_topics() -> tuple[str, ...]:
    """Return the topics at which a way can begin."""
    return tuple(each.name for each in topics() if each.layer == "raw" and not each.is_dead_letter)


def alert_tables() -> set[str]:
    """Return the tables of what people are told."""
    alerts = (each for each in topics() if each.layer == "alert" and not each.is_dead_letter)
    return {table_of(each) for each in alerts}


def clean_tables() -> set[str]:
    """Return the tables of what cleaning makes: facts, requisition lines and the like."""
    clean = (each for each in topics() if each.layer == "clean" and not each.is_dead_letter)
    return {table_of(each) for each in clean}
