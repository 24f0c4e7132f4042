"""Items, sites, ticks and priors: what every partition must hear."""

from __future__ import annotations

import math

import pytest

from domain.instants import DAY
from schemas.codec import Record
from schemas.partitioning import partition_of
from tests.unit.cleaning.raw_records import (
    ITEMS,
    NOW,
    PRIORS,
    SITES,
    TICKS,
    cleaned,
    event,
    item,
    prior,
    refusal,
    site,
)


@pytest.mark.parametrize(
    ("topic_name", "record", "kind"),
    [
        (ITEMS, item(), "item_changed"),
        (SITES, site(), "site_changed"),
        (TICKS, event(), "tick"),
        (PRIORS, prior(), "prior_changed"),
    ],
)
def test_every_partition_hears_it_once_under_one_event_id(
    topic_name: str, record: Record, kind: str
) -> None:
    outputs = cleaned(topic_name, record)
    assert [partition_of(output.key or b"", 6) for output in outputs] == [0, 1, 2, 3, 4, 5]
    assert len({output.dedupe_id for output in outputs}) == 6
    values = [output.value for output in outputs]
    assert all(value == values[0] for value in values)
    assert isinstance(values[0], dict)
    assert (values[0]["event_id"], values[0]["kind"]) == ("e1", kind)


def test_an_item_is_normalised() -> None:
    changed = cleaned(ITEMS, item(item_id=" p-1", substitutes="P-2;; p-2;P-1 ; p-3"))[0].value
    assert isinstance(changed, dict)
    assert changed["item_id"] == "P-1"
    assert changed["unit"] == "UN"
    assert changed["substitutes"] == "P-2;P-3"


def test_a_site_without_coordinates_is_a_site() -> None:
    changed = cleaned(SITES, site(latitude=None, longitude=None))[0].value
    assert isinstance(changed, dict)
    assert (changed["latitude"], changed["longitude"], changed["region"]) == (None, None, "BA")


@pytest.mark.parametrize(
    "changes",
    [
        {"name": " "},
        {"family": "f" * 501},
        {"unit": ""},
        {"unit_cost_brl": -0.01},
        {"unit_cost_brl": math.nan},
        {"lead_time_days": math.inf},
        {"lead_time_spread_days": -1.0},
        {"min_order_quantity_milli": -1},
        {"criticality": "D"},
    ],
)
def test_an_item_that_cannot_be_reckoned_with_is_refused(changes: dict[str, object]) -> None:
    assert refusal(ITEMS, item(**changes)) == "invalid_master"


@pytest.mark.parametrize(
    "changes",
    [
        {"site_kind": "ship"},
        {"region": ""},
        {"contract_value_brl_month": -1.0},
        {"fine_rate": 10.0},
        {"response_hours": math.nan},
        {"latitude": 91.0},
        {"longitude": -181.0},
    ],
)
def test_a_site_that_cannot_be_reckoned_with_is_refused(changes: dict[str, object]) -> None:
    assert refusal(SITES, site(**changes)) == "invalid_master"


def test_masters_need_their_code_and_their_pool() -> None:
    assert refusal(ITEMS, item(item_id="")) == "invalid_key"
    assert refusal(SITES, site(site_id="a|b")) == "invalid_key"
    assert refusal(SITES, site(pool_id="")) == "invalid_key"


def test_a_tick_from_the_future_would_seal_the_ledger_so_it_is_refused() -> None:
    assert refusal(TICKS, event(occurred_at=NOW + 2 * DAY)) == "recorded_in_future"


def test_a_prior_keeps_its_numbers_and_says_whose_forecast_it_is() -> None:
    changed = cleaned(PRIORS, prior(item_id=" p-1", mean_per_week_per_site=0.0))[0].value
    assert isinstance(changed, dict)
    assert (changed["item_id"], changed["site_id"]) == ("P-1", None)
    assert changed["forecast_version"] == "20250720-5f0c7c2fa1b2"
    assert (changed["mean_per_week_per_site"], changed["prior_weeks"]) == (0.0, 6.5)
    assert changed["quantity_milli"] is None


@pytest.mark.parametrize(
    "field", ["mean_per_week_per_site", "variance_per_week_per_site", "prior_weeks"]
)
@pytest.mark.parametrize("value", [math.nan, math.inf, -0.001, 1e30])
def test_a_prior_that_is_no_number_or_negative_is_refused(field: str, value: float) -> None:
    assert refusal(PRIORS, prior(**{field: value})) == "invalid_prior"


def test_a_prior_needs_an_item_a_version_and_a_past() -> None:
    assert refusal(PRIORS, prior(item_id="")) == "invalid_key"
    assert refusal(PRIORS, prior(forecast_version=" ")) == "invalid_key"
    assert refusal(PRIORS, prior(occurred_at=NOW + 2 * DAY)) == "recorded_in_future"
