"""`nova topics plan` and `apply` against the real broker and the real registry."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from domain.errors import ConfigurationError
from operations.topics import Kind, Plan, apply_topics, plan_topics
from schemas.topics import Topic, topic
from tests.integration.conftest import RunningKafka, RunningRegistry

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]


@pytest.fixture
def declared(request: pytest.FixtureRequest) -> Topic:
    """One real topic, under a name of this test's own."""
    return replace(topic("raw.item.v1"), name=f"raw.{request.node.name.replace('_', '-')}.v1")


class Site:
    """The broker and the registry, asked about the topics of one test."""

    def __init__(self, kafka: RunningKafka, registry: RunningRegistry) -> None:
        self._where = (kafka.bootstrap_servers, registry.url)

    def plan(self, *declared: Topic) -> Plan:
        return plan_topics(*self._where, declared)

    def apply(self, *declared: Topic) -> Plan:
        return apply_topics(*self._where, declared)


@pytest.fixture
def site(kafka: RunningKafka, registry: RunningRegistry) -> Site:
    return Site(kafka, registry)


def kinds(plan: Plan) -> list[Kind]:
    return [each.kind for each in plan.changes]


def with_field(declared: Topic, folder: Path, **field: object) -> Topic:
    schema = json.loads(declared.value_schema_json or "")
    schema["fields"].append({"name": "added", "type": "string", **field})
    path = folder / "changed.avsc"
    path.write_text(json.dumps(schema))
    return replace(declared, value_schema_path=path)


def test_applying_twice_changes_nothing(site: Site, declared: Topic) -> None:
    assert kinds(site.apply(declared)) == [Kind.NEW_TOPIC, Kind.COMPATIBILITY, Kind.NEW_SCHEMA]
    assert site.plan(declared).changes == ()
    assert site.apply(declared).changes == ()


def test_a_changed_config_is_shown_and_applied(site: Site, declared: Topic) -> None:
    site.apply(declared)
    changed = replace(declared, config={**declared.config, "retention.ms": "123456"})
    (change,) = site.plan(changed).changes
    assert (change.kind, change.detail) == (Kind.CONFIG, "retention.ms: -1 → 123456")
    site.apply(changed)
    assert site.plan(changed).changes == ()


def test_another_number_of_partitions_is_refused(site: Site, declared: Topic) -> None:
    site.apply(declared)
    with pytest.raises(ConfigurationError, match="keys would move"):
        site.apply(replace(declared, partitions=declared.partitions + 1))


def test_a_field_with_a_default_is_the_next_version(
    site: Site, declared: Topic, tmp_path: Path
) -> None:
    site.apply(declared)
    evolved = with_field(declared, tmp_path, default="")
    assert kinds(site.apply(evolved)) == [Kind.NEW_SCHEMA]
    assert site.plan(evolved).changes == ()


def test_a_break_is_refused_with_the_reason_and_nothing_is_changed(
    site: Site, declared: Topic, tmp_path: Path
) -> None:
    site.apply(declared)
    other = replace(declared, name=f"{declared.name}-other")
    with pytest.raises(ConfigurationError, match="added is new and has no default"):
        site.apply(with_field(declared, tmp_path), other)
    assert Kind.NEW_TOPIC in kinds(site.plan(other))
