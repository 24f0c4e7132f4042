"""What the sites of one item say of each other, and what is published of it."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compaction_jobs.retrain_forecasts.priors import LEAST_WEEKS, MOST_WEEKS, credibility
from compaction_jobs.retrain_forecasts.publishing import PRIORS, publish_missing
from schemas.codec import Record
from tests.fakes.decoding import LocalCodecs
from tests.fakes.publisher import InMemoryPublisher
from tests.fakes.records import record_of


def noisy(rates: list[float], weeks: int = 52) -> list[list[float]]:
    """Return sites at which something is asked for in so many weeks of a hundred."""
    chance = Random(3)
    return [[1.0 if chance.random() < rate else 0.0 for _ in range(weeks)] for rate in rates]


def test_sites_that_are_alike_make_a_prior_worth_much_and_sites_that_differ_little() -> None:
    alike = credibility(noisy([0.2] * 8), otherwise=8.0)
    apart = credibility(noisy([0.02, 0.9] * 4), otherwise=8.0)
    assert alike.weeks > 20.0
    assert apart.weeks == LEAST_WEEKS
    assert alike.variance == pytest.approx(0.16, abs=0.03)


def test_it_is_what_the_formula_says() -> None:
    # Means 1 and 3, variances 4/3 in both: k = (4/3) / (2 − (4/3)/4).
    found = credibility([[0.0, 2.0, 0.0, 2.0], [2.0, 4.0, 2.0, 4.0]], otherwise=8.0)
    assert found.variance == pytest.approx(4 / 3)
    assert found.weeks == LEAST_WEEKS  # 0.8, below the least


@pytest.mark.parametrize("sites", [[[0.0, 1.0, 0.0]], [[0.0] * 9, [0.0] * 9]])
def test_where_nothing_can_be_told_it_is_worth_what_the_settings_say(
    sites: list[list[float]],
) -> None:
    assert credibility(sites, otherwise=8.0).weeks == 8.0


@given(st.lists(st.lists(st.floats(0, 1e6), min_size=8, max_size=8), min_size=1, max_size=6))
def test_it_is_never_worth_more_or_less_than_it_may(sites: list[list[float]]) -> None:
    found = credibility(sites, otherwise=8.0)
    assert LEAST_WEEKS <= found.weeks <= MOST_WEEKS
    assert found.variance >= 0.0


def priors(*event_ids: str) -> list[Record]:
    return [record_of(PRIORS, event_id=each, item_id=f"I-{each}", source="s") for each in event_ids]


def test_only_priors_that_the_log_lacks_are_published_each_under_its_item() -> None:
    sink = InMemoryPublisher()
    published = publish_missing(
        priors("a", "b", "c"), held=frozenset({"b"}), sink=sink, encoder=LocalCodecs()
    )
    assert published == 2
    assert [(each.topic, each.key) for each in sink.delivered] == [
        (PRIORS, b"I-a"), (PRIORS, b"I-c"),
    ]  # fmt: skip
    assert dict(sink.delivered[0].headers)["ce_id"] == b"a"


def test_a_version_that_is_all_there_publishes_nothing() -> None:
    sink = InMemoryPublisher()
    held = frozenset({"a", "b"})
    assert publish_missing(priors("a", "b"), held=held, sink=sink, encoder=LocalCodecs()) == 0
    assert sink.delivered == []
