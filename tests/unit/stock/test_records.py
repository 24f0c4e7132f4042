"""A decision in the shape of three topics."""

from __future__ import annotations

import json
from random import Random

import pytest

from domain.stock.decision import Decision, Transition
from schemas.codec import Codec, Record
from schemas.topics import topic
from stream_processors.stock.records import (
    DECISIONS,
    ESTIMATES,
    POSITIONS,
    decision_record,
    estimate_record,
    position_record,
)
from tests.unit.stock.logs import a_log
from tests.unit.stock.shell import Shell


@pytest.fixture(scope="module")
def decisions() -> list[Decision]:
    shell = Shell(a_log(Random(0), 80))
    shell.run(batch_size=10)
    assert {each.transition for each in shell.outputs} == set(Transition)
    return shell.outputs


def records(decision: Decision) -> dict[str, Record]:
    return {
        POSITIONS: position_record(decision),
        ESTIMATES: estimate_record(decision, "model"),
        DECISIONS: decision_record(decision),
    }


def test_every_record_has_the_fields_of_its_schema_and_survives_it(
    decisions: list[Decision],
) -> None:
    for name in (POSITIONS, ESTIMATES, DECISIONS):
        schema = str(topic(name).value_schema_json)
        fields = {field["name"] for field in json.loads(schema)["fields"]}
        codec = Codec(schema, 1)
        for decision in decisions:
            record = records(decision)[name]
            assert set(record) == fields
            assert codec.decode(codec.encode(record)) == record


def test_a_position_names_its_alert_while_it_is_open_and_not_on_recovery(
    decisions: list[Decision],
) -> None:
    for decision in decisions:
        record = position_record(decision)
        is_open = decision.alert is not None and decision.transition is not Transition.RECOVERED
        assert (record["alert_id"] is not None) == is_open


def test_a_recovery_still_says_which_alert_it_ends(decisions: list[Decision]) -> None:
    ended = [each for each in decisions if each.transition is Transition.RECOVERED]
    assert all(decision_record(each)["alert_id"] for each in ended)


def test_the_position_is_what_its_parts_add_up_to(decisions: list[Decision]) -> None:
    for decision in decisions:
        record = position_record(decision)
        assert record["position_milli"] == (
            record["on_hand_milli"]
            + record["on_order_milli"]
            + record["in_transit_milli"]
            - record["reserved_milli"]
        )


def test_demand_is_in_base_units(decisions: list[Decision]) -> None:
    decision = decisions[-1]
    estimate, record = estimate_record(decision, "m"), decision_record(decision)
    assert estimate["mean_per_week"] == decision.demand.mean_milli / 1000
    assert estimate["variance_per_week"] == decision.demand.variance_milli2 / 1_000_000
    assert record["demand_mean_per_day"] == pytest.approx(estimate["mean_per_week"] / 7)


def test_the_forecast_in_the_demand_is_named_by_estimate_and_position(
    decisions: list[Decision],
) -> None:
    told = [each for each in decisions if each.prior is not None]
    assert 0 < len(told) < len(decisions)
    for decision in decisions:
        estimate, position = estimate_record(decision, "online"), position_record(decision)
        version = decision.prior and decision.prior.forecast_version
        assert estimate["forecast_version"] == position["forecast_version"] == version
        assert estimate["model"] == ("online" if decision.prior is None else "online + tsb")
        assert estimate["prior_weeks"] == (0.0 if decision.prior is None else decision.prior.weeks)
