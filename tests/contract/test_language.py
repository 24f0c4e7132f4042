"""One word for one thing: in code, in schemas, in metrics and in logs."""

from __future__ import annotations

import ast
import json
import re
from enum import StrEnum

import pytest

from domain.facts import FactKind
from domain.rejection import Rejection
from domain.stock.decision import Transition
from schemas.topics import Topic, topics
from tests.contract.source_tree import modules, named, root_packages, texts, tree

WITH_SCHEMA = [each for each in topics() if each.value_schema_path is not None]
PAST = re.compile(r"[A-Z]\w*(ed|Known)")
METRIC = re.compile(r"nova_[a-z]+(_[a-z]+)+")
METRIC_TYPES = {"Counter", "Gauge", "Histogram", "Summary"}
LABELS = {"component", "topic", "reason"}
LOG_CALL = re.compile(r"(self\.)?_?log\.(debug|info|warning|error|exception|critical)")
PHRASE = re.compile(r"[a-z]+(_[a-z]+)*")

every_schema = pytest.mark.parametrize("topic", WITH_SCHEMA, ids=lambda each: each.name)


def record_name(topic: Topic) -> str:
    return str(json.loads(str(topic.value_schema_json))["name"])


def doc_of(topic_name: str, field_name: str) -> str:
    (found,) = [each for each in WITH_SCHEMA if each.name == topic_name]
    for field in json.loads(str(found.value_schema_json))["fields"]:
        if field["name"] == field_name:
            return str(field["doc"])
    raise KeyError(field_name)


def words(doc: str) -> set[str]:
    return set(re.findall(r"[a-z]+(?:_[a-z]+)*", doc))


@pytest.mark.parametrize(
    "topic",
    [each for each in WITH_SCHEMA if each.layer in ("raw", "decision")],
    ids=lambda each: each.name,
)
def test_events_are_named_in_the_past_tense(topic: Topic) -> None:
    assert PAST.fullmatch(record_name(topic))


def test_no_record_is_called_an_event() -> None:
    assert [record_name(each) for each in WITH_SCHEMA if "Event" in record_name(each)] == []


@pytest.mark.parametrize(
    ("topic", "field", "closed_set"),
    [
        ("clean.stock-fact.v1", "kind", FactKind),
        ("decision.stock-decided.v1", "transition", Transition),
    ],
)
def test_a_schema_lists_the_closed_set_that_code_knows(
    topic: str, field: str, closed_set: type[StrEnum]
) -> None:
    assert {str(each) for each in closed_set} <= words(doc_of(topic, field))


def test_the_flags_of_a_position_are_listed_where_people_look_them_up() -> None:
    raised = re.findall(r'^ {16}"([a-z_]+)": ', _text("domain/stock/decide.py"), re.MULTILINE)
    assert len(raised) >= 6
    assert set(raised) <= words(doc_of("state.stock-position.v1", "flags"))


def test_every_reason_for_a_dead_letter_is_given_somewhere() -> None:
    """A reason that nothing gives is a row of a table that stays empty for ever."""
    ours = set(modules(*root_packages()))
    code = "\n".join(text for path, text in texts().items() if path in ours)
    unused = [each.name for each in Rejection if f"Rejection.{each.name}" not in code]
    assert unused == []


def calls() -> list[tuple[str, ast.Call, str]]:
    """Return every call whose first argument is a text: where, the call, the text."""
    return [
        (f"{named(path)}:{node.lineno}", node, node.args[0].value)
        for path in modules(*root_packages())
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ]


def test_metrics_are_named_alike_and_labelled_by_little() -> None:
    metrics = [each for each in calls() if ast.unparse(each[1].func) in METRIC_TYPES]
    assert len(metrics) > 5
    for where, call, name in metrics:
        assert METRIC.fullmatch(name), where
        assert name.endswith("_total") == (ast.unparse(call.func) == "Counter"), where
        labels = call.args[2] if len(call.args) > 2 else ast.List([])
        assert set(ast.literal_eval(labels)) <= LABELS, where


def test_log_events_are_verb_phrases_in_snake_case() -> None:
    said = [each for each in calls() if LOG_CALL.fullmatch(ast.unparse(each[1].func))]
    assert len(said) > 5
    others = [(where, text) for where, _, text in said if not PHRASE.fullmatch(text)]
    assert others == []


def _text(name: str) -> str:
    (found,) = [text for path, text in texts().items() if named(path) == name]
    return found
