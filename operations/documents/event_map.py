"""Every topic in, the page that draws who writes it and who reads it out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from schemas.topics import Topic

_HEAD = """\
# Event map

Made from `schemas/topics/*.yaml` by `./nova docs`; a test fails when it is stale. Boxes are
modules, rounded boxes are topics, dotted arrows carry what was refused. Grep a topic's name, or a
module's, and you have the whole route. What reads tables instead of topics (`compaction_jobs`,
most of `api`) is in [architecture.md](architecture.md).
"""
_ROOMS = ("producers", "stream_processors", "sinks", "compaction_jobs", "api", "operations")
_DAY_MS = 86_400_000
_NOT_IN_A_NAME = re.compile(r"\W")


def event_map(topics: Iterable[Topic]) -> str:
    """Return the page: a Mermaid flowchart, and a row a topic."""
    every = sorted(topics, key=lambda each: each.name)
    declared = [each for each in every if not each.is_dead_letter]
    dead = [each for each in every if each.is_dead_letter]
    chart = "\n".join(["```mermaid", "flowchart LR", *_chart(declared, dead), "```"])
    return "\n".join([_HEAD, chart, "", *_table(declared), "", *_dead_table(dead), ""])


def _chart(declared: list[Topic], dead: list[Topic]) -> Iterator[str]:
    for room in _ROOMS:
        modules = {name for each in declared for name in (*each.producers, *each.consumers)}
        yield f"  subgraph {room}"
        yield from (
            f'    {_id(each)}["{each}"]' for each in sorted(modules) if each.startswith(room)
        )
        yield "  end"
    for each in declared:
        yield f'  {_id(each.name)}(["{each.name}"])'
        yield from (f"  {_id(name)} --> {_id(each.name)}" for name in each.producers)
        yield from (f"  {_id(each.name)} --> {_id(name)}" for name in each.consumers)
    for number, (writers, letters) in enumerate(sorted(_by_writers(dead).items()), start=1):
        yield f'  dead{number}(["{"<br/>".join(each.name for each in letters)}"])'
        yield from (f"  {_id(name)} -.-> dead{number}" for name in writers)
        readers = sorted({name for each in letters for name in each.consumers})
        yield from (f"  dead{number} -.-> {_id(name)}" for name in readers)


def _by_writers(dead: list[Topic]) -> dict[tuple[str, ...], list[Topic]]:
    groups: dict[tuple[str, ...], list[Topic]] = {}
    for each in dead:
        groups.setdefault(tuple(sorted(each.producers)), []).append(each)
    return groups


def _table(declared: list[Topic]) -> Iterator[str]:
    yield "| topic | what is in it | key | partitions | kept | written by | read by |"
    yield "|---|---|---|---|---|---|---|"
    for each in declared:
        name = f"[`{each.name}`](../schemas/topics/{each.name}.yaml)"
        key = f"`{each.key}`".replace("|", "\\|")
        yield _row(
            name, each.description, key, str(each.partitions), _kept(each),
            _modules(each.producers), _modules(each.consumers),
        )  # fmt: skip


def _dead_table(dead: list[Topic]) -> Iterator[str]:
    yield "| dead letters | written by | read by |"
    yield "|---|---|---|"
    for each in dead:
        yield _row(f"`{each.name}`", _modules(each.producers), _modules(each.consumers))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _kept(topic: Topic) -> str:
    if topic.config["cleanup.policy"] == "compact":
        return "newest of each key"
    retention = int(topic.config["retention.ms"])
    return "for ever" if retention < 0 else f"{retention // _DAY_MS} days"


def _modules(names: Iterable[str]) -> str:
    return ", ".join(f"[`{each}`](../{each.replace('.', '/')}/)" for each in names)


def _id(name: str) -> str:
    return _NOT_IN_A_NAME.sub("_", name)
