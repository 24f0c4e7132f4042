"""The declared topics in, the broker's and the registry's differences from them out; applied."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from confluent_kafka import KafkaException
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourceType,
)

from domain.errors import ConfigurationError, TransientError
from operations.subjects import Subjects
from schemas.topics import Topic, topics

_R = TypeVar("_R")
_TIMEOUT_SECONDS = 30.0
# A subject costs two round trips to a registry that has only just started.
_PARALLEL_SUBJECTS = 4


class Kind(StrEnum):
    """What differs, and so what applying would do."""

    NEW_TOPIC = "new topic"
    CONFIG = "config"
    PARTITIONS = "partitions"
    COMPATIBILITY = "compatibility"
    NEW_SCHEMA = "new schema"
    INCOMPATIBLE_SCHEMA = "incompatible schema"


REFUSED = frozenset({Kind.PARTITIONS, Kind.INCOMPATIBLE_SCHEMA})


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between what is declared and what is there."""

    kind: Kind
    topic: Topic
    detail: str

    @property
    def refused(self) -> bool:
        """Whether applying would break what is in the topic already."""
        return self.kind in REFUSED

    def __str__(self) -> str:
        mark = "!" if self.refused else "+"
        return f"{mark} {self.topic.name}: {self.kind} {self.detail}".rstrip()


@dataclass(frozen=True, slots=True)
class Plan:
    """Every difference, in the order in which it is applied."""

    declared: int
    changes: tuple[Change, ...]

    @property
    def refused(self) -> tuple[Change, ...]:
        """The differences that are never applied."""
        return tuple(each for each in self.changes if each.refused)

    def in_words(self) -> str:
        """Return the plan in one sentence."""
        if not self.changes:
            return f"{self.declared} topics as declared"
        counts = [(kind, sum(c.kind is kind for c in self.changes)) for kind in Kind]
        said = ", ".join(f"{count} × {kind}" for kind, count in counts if count)
        return f"{self.declared} topics: {said}"


def plan_topics(
    bootstrap_servers: str, registry_url: str, declared: Sequence[Topic] | None = None
) -> Plan:
    """Compare every declared topic with the broker and the registry.

    Raises:
        TransientError: one of them does not answer.
    """
    wanted = tuple(topics() if declared is None else declared)
    with Subjects(registry_url) as subjects:
        broker = _broker_changes(_admin(bootstrap_servers), wanted)
        return Plan(len(wanted), (*broker, *_subject_changes(subjects, wanted)))


def apply_topics(
    bootstrap_servers: str, registry_url: str, declared: Sequence[Topic] | None = None
) -> Plan:
    """Make the broker and the registry as declared; return what was changed.

    Raises:
        ConfigurationError: something declared would break what is there; nothing is changed then.
        TransientError: the broker or the registry does not answer.
    """
    plan = plan_topics(bootstrap_servers, registry_url, declared)
    if plan.refused:
        raise ConfigurationError("\n".join(str(each) for each in plan.refused))
    admin = _admin(bootstrap_servers)
    _create(admin, [each.topic for each in plan.changes if each.kind is Kind.NEW_TOPIC])
    _configure(admin, [each.topic for each in plan.changes if each.kind is Kind.CONFIG])
    with Subjects(registry_url) as subjects:
        # Compatibility first: it is what the registry holds a new schema against.
        for kind, put in _puts(subjects):
            _side_by_side(put, [each.topic for each in plan.changes if each.kind is kind])
    return plan


def _puts(subjects: Subjects) -> list[tuple[Kind, Callable[[Topic], object]]]:
    return [
        (Kind.COMPATIBILITY, lambda t: subjects.set_compatibility(t.subject, str(t.compatibility))),
        (Kind.NEW_SCHEMA, lambda t: subjects.register(t.subject, str(t.value_schema_json))),
    ]


def _broker_changes(admin: AdminClient, wanted: Iterable[Topic]) -> list[Change]:
    there = _there(admin)
    missing = [each for each in wanted if each.name not in there]
    present = [each for each in wanted if each.name in there]
    changes = [Change(Kind.NEW_TOPIC, each, f"({each.partitions} partitions)") for each in missing]
    for each in present:
        if (found := there[each.name]) != each.partitions:
            why = f"{found}, declared {each.partitions}: keys would move; make a new major version"
            changes.append(Change(Kind.PARTITIONS, each, why))
    return changes + _config_changes(admin, present)


def _config_changes(admin: AdminClient, present: Sequence[Topic]) -> list[Change]:
    if not present:
        return []
    asked = [ConfigResource(ResourceType.TOPIC, each.name) for each in present]
    answers = admin.describe_configs(asked, request_timeout=_TIMEOUT_SECONDS)
    found = {resource.name: _result(future) for resource, future in answers.items()}
    changes = []
    for each in present:
        actual = {name: entry.value for name, entry in found[each.name].items()}
        differs = [
            f"{name}: {actual.get(name)} → {value}"
            for name, value in sorted(each.config.items())
            if actual.get(name) != value
        ]
        if differs:
            changes.append(Change(Kind.CONFIG, each, ", ".join(differs)))
    return changes


def _subject_changes(subjects: Subjects, wanted: Iterable[Topic]) -> list[Change]:
    known = subjects.names()
    described = [each for each in wanted if each.value_schema_json is not None]
    found = _side_by_side(lambda each: _subject_change(subjects, each, known), described)
    return [change for changes in found for change in changes]


def _subject_change(subjects: Subjects, topic: Topic, known: frozenset[str]) -> list[Change]:
    schema = str(topic.value_schema_json)
    is_new = topic.subject not in known
    changes = []
    level = None if is_new else subjects.compatibility(topic.subject)
    if level != topic.compatibility:
        detail = f"{level or 'unset'} → {topic.compatibility}"
        changes.append(Change(Kind.COMPATIBILITY, topic, detail))
    if is_new:
        changes.append(Change(Kind.NEW_SCHEMA, topic, "(first version)"))
    elif not subjects.has(topic.subject, schema):
        reasons = subjects.incompatibilities(topic.subject, schema)
        if reasons is None:
            changes.append(Change(Kind.NEW_SCHEMA, topic, "(next version)"))
        else:
            changes.append(Change(Kind.INCOMPATIBLE_SCHEMA, topic, reasons))
    return changes


def _create(admin: AdminClient, missing: Sequence[Topic]) -> None:
    if not missing:
        return
    new = [NewTopic(each.name, each.partitions, 1, config=each.config) for each in missing]
    for future in admin.create_topics(new, request_timeout=_TIMEOUT_SECONDS).values():
        _result(future)


def _configure(admin: AdminClient, changed: Sequence[Topic]) -> None:
    if not changed:
        return
    resources = [_resource(each) for each in changed]
    answers = admin.incremental_alter_configs(resources, request_timeout=_TIMEOUT_SECONDS)
    for future in answers.values():
        _result(future)


def _resource(topic: Topic) -> ConfigResource:
    entries = [
        ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
        for name, value in topic.config.items()
    ]
    return ConfigResource(ResourceType.TOPIC, topic.name, incremental_configs=entries)


def _there(admin: AdminClient) -> dict[str, int]:
    try:
        found = admin.list_topics(timeout=_TIMEOUT_SECONDS).topics
    except KafkaException as error:
        msg = f"the broker does not answer: {error}"
        raise TransientError(msg) from error
    return {name: len(each.partitions) for name, each in found.items()}


def _result(future: Any) -> Any:
    try:
        return future.result(_TIMEOUT_SECONDS)
    except KafkaException as error:
        msg = f"the broker refused: {error}"
        raise TransientError(msg) from error


def _admin(bootstrap_servers: str) -> AdminClient:
    return AdminClient({"bootstrap.servers": bootstrap_servers})


def _side_by_side(call: Callable[[Topic], _R], items: Sequence[Topic]) -> list[_R]:
    with ThreadPoolExecutor(_PARALLEL_SUBJECTS) as pool:
        return list(pool.map(call, items))
