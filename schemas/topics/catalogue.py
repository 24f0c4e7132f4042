"""Every topic of the platform, read from the YAML files beside this module."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_HERE = Path(__file__).parent
_SCHEMAS = _HERE.parent
# Rare and read by people: one partition keeps them in the order in which they were refused.
_DEAD_LETTER_PARTITIONS = 1
# What these cannot read the lakehouse sink cannot either: it reads every topic, and refuses it.
_LEAVE_REFUSING_TO_OTHERS = frozenset({"sinks.live_view", "sinks.webhooks"})


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic: what is in it, who writes it, who reads it."""

    name: str
    description: str
    key: str
    partitions: int
    config: dict[str, str]
    producers: tuple[str, ...]
    consumers: tuple[str, ...]
    value_schema_path: Path | None
    compatibility: str | None
    dead_letter: str | None

    @property
    def subject(self) -> str:
        """The registry's name for the schema of the values (TopicNameStrategy)."""
        return f"{self.name}-value"

    @property
    def layer(self) -> str:
        """raw, clean, state, decision or alert."""
        return self.name.split(".", 1)[0]

    @property
    def table(self) -> str:
        """The name of its table in a lake layer: the event in snake case."""
        return self.name.split(".")[1].replace("-", "_")

    @property
    def is_dead_letter(self) -> bool:
        """Whether it holds another topic's refused bytes."""
        return self.name.endswith(".dlq")

    @property
    def value_schema_json(self) -> str | None:
        """The Avro schema as registered, or None where values are bytes as received."""
        if self.value_schema_path is None:
            return None
        return json.dumps(json.loads(self.value_schema_path.read_text(encoding="utf-8")))


@cache
def topics() -> tuple[Topic, ...]:
    """Return every topic, dead letters included, in alphabetical order."""
    found: list[Topic] = []
    for path in sorted(_HERE.glob("*.yaml")):
        declared = _read(path)
        found.append(declared)
        found.append(_dead_letter_of(declared))
    return tuple(sorted(found, key=lambda each: each.name))


def topic(name: str) -> Topic:
    """Return one topic by name.

    Raises:
        KeyError: there is no such topic.
    """
    for each in topics():
        if each.name == name:
            return each
    raise KeyError(name)


def _read(path: Path) -> Topic:
    text: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Topic(
        name=path.stem,
        description=text["description"],
        key=text["key"],
        partitions=text["partitions"],
        config={name: str(value) for name, value in text["config"].items()},
        producers=tuple(text["producers"]),
        consumers=tuple(text["consumers"]),
        value_schema_path=_SCHEMAS / text["value_schema"],
        compatibility=text["compatibility"],
        dead_letter=text["dead_letter"],
    )


def _dead_letter_of(refusing: Topic) -> Topic:
    if refusing.dead_letter is None:
        msg = f"{refusing.name} names no dead letter"
        raise ValueError(msg)
    return Topic(
        name=refusing.dead_letter,
        description=f"Records of {refusing.name} that could not be used, bytes as received.",
        key="as received",
        partitions=_DEAD_LETTER_PARTITIONS,
        config={"cleanup.policy": "delete", "retention.ms": "-1"},
        producers=tuple(
            each for each in refusing.consumers if each not in _LEAVE_REFUSING_TO_OTHERS
        ),
        consumers=("sinks.lakehouse", "sinks.live_view"),
        value_schema_path=None,
        compatibility=None,
        dead_letter=None,
    )
