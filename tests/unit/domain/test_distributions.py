"""Quantiles against plain sums and against each other."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.distributions import count_quantiles, measure_quantiles

PROBABILITIES = (0.1, 0.5, 0.9)
means = st.floats(1e-3, 1e5)
dispersions = st.floats(1.0, 100.0)


def cumulated(n: int, mean: float, variance: float) -> float:
    """Return P(N ≤ n) of a negative binomial by its definition, term by term."""
    p, r = mean / variance, mean * mean / (variance - mean)
    return math.fsum(
        math.exp(
            math.lgamma(k + r) - math.lgamma(r) - math.lgamma(k + 1)
            + r * math.log(p) + k * math.log1p(-p)
        )
        for k in range(n + 1)
    )  # fmt: skip


@given(st.floats(0.01, 100.0), st.floats(1.01, 30.0))
def test_a_count_quantile_is_the_least_that_is_probable_enough(
    mean: float, dispersion: float
) -> None:
    variance = mean * dispersion
    for wanted, found in zip(
        PROBABILITIES, count_quantiles(mean, variance, PROBABILITIES), strict=True
    ):
        assert cumulated(int(found), mean, variance) >= wanted - 1e-9
        if found:
            assert cumulated(int(found) - 1, mean, variance) < wanted + 1e-9


@given(means, dispersions)
def test_quantiles_rise_and_are_whole_for_counts(mean: float, dispersion: float) -> None:
    for quantiles in (count_quantiles, measure_quantiles):
        found = quantiles(mean, mean * dispersion, PROBABILITIES)
        assert found == sorted(found)
        assert found[0] >= 0.0
    assert all(each.is_integer() for each in count_quantiles(mean, mean, PROBABILITIES))


@pytest.mark.parametrize(
    ("mean", "variance", "wanted"),
    [
        (1.0, 1.0, (0.10536, 0.69315, 2.30259)),  # exponential
        (5.0, 10.0, (1.61031, 4.35146, 9.23636)),  # chi-square, 5 degrees
        (2000.0, 1000.0, (1959.58248, 1999.83334, 2040.63163)),  # close to a normal
    ],
)
def test_a_measure_quantile_is_that_of_the_tables(
    mean: float, variance: float, wanted: tuple[float, ...]
) -> None:
    assert measure_quantiles(mean, variance, PROBABILITIES) == pytest.approx(wanted, rel=1e-5)


@given(st.floats(0.001, 3.0), st.floats(0.5, 1e4))
def test_no_shape_is_too_strange_for_a_number(shape: float, mean: float) -> None:
    found = measure_quantiles(mean, mean * mean / shape, PROBABILITIES)
    assert all(math.isfinite(each) for each in found)
    assert 0.0 <= found[0] <= found[1] <= found[2] <= mean / 0.1


def test_counts_pass_into_measures_without_a_step() -> None:
    below = count_quantiles(200.0, 900.0, PROBABILITIES)
    above = count_quantiles(200.001, 900.0, PROBABILITIES)
    assert all(abs(a - b) <= 1.0 for a, b in zip(below, above, strict=True))


def test_what_varies_less_than_chance_varies_by_chance() -> None:
    assert count_quantiles(4.0, 0.0, PROBABILITIES) == count_quantiles(4.0, 4.0, PROBABILITIES)
    assert measure_quantiles(4.0, 0.0, PROBABILITIES) == [4.0, 4.0, 4.0]


@given(st.floats(0.0, 1e-290), st.floats(0.0, 1e10))
def test_next_to_no_demand_is_none(mean: float, variance: float) -> None:
    assert count_quantiles(mean, variance, PROBABILITIES) == [0.0, 0.0, 0.0]
    assert max(measure_quantiles(mean, variance, PROBABILITIES)) < 1e-280


def test_no_demand_has_no_quantile_above_zero() -> None:
    assert count_quantiles(0.0, 0.0, PROBABILITIES) == [0.0, 0.0, 0.0]
    assert measure_quantiles(0.0, 3.0, PROBABILITIES) == [0.0, 0.0, 0.0]
