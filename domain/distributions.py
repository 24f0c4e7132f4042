"""Two numbers in, quantiles out: counts as negative binomial, measures as gamma. Pure Python."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

# Above it a count is as good as a measure (its own step is below a tenth of its deviation), and
# summing a probability a piece would cost more than it tells.
_MOST_COUNTED = 200.0
# Above it the cube root of a gamma is normal to six digits (Wilson and Hilferty, 1931).
_MOST_SHAPE = 1000.0
_LEAST_SHAPE = 1e-4
_PRECISION = 1e-10
_MOST_STEPS = 500
_TINY = 1e-300


def count_quantiles(mean: float, variance: float, probabilities: Sequence[float]) -> list[float]:
    """Return the least whole n with P(N ≤ n) ≥ p, for each p; the probabilities must rise.

    N is negative binomial with this mean m and variance v: p = m/v, r = m²/(v−m),
    P(0) = pʳ, P(n+1) = P(n)·(1−p)·(n+r)/(n+1). Where v ≤ m it is Poisson, the least that
    independent pieces vary. Beyond 200 pieces it is the gamma of that mean and variance.

    >>> count_quantiles(1.0, 1.0, (0.1, 0.5, 0.9))
    [0.0, 1.0, 2.0]
    """
    if mean <= 0.0:
        return [0.0 for _ in probabilities]
    variance = max(variance, mean)
    if mean > _MOST_COUNTED:
        measures = measure_quantiles(mean, variance, probabilities)
        return [float(math.ceil(each)) for each in measures]
    found: list[float] = []
    n, probability = 0, math.exp(_log_of_none(mean, variance))
    cumulated = probability
    for wanted in probabilities:
        # An event of no probability left in the sum ends it: rounding must not run for ever.
        while cumulated < wanted and probability > _TINY:
            probability *= _ratio(n, mean, variance)
            n += 1
            cumulated += probability
        found.append(float(n))
    return found


def measure_quantiles(mean: float, variance: float, probabilities: Sequence[float]) -> list[float]:
    """Return x with P(X ≤ x) = p, for each p, where X is gamma with this mean m and variance v.

    Its shape is a = m²/v and its scale v/m; without variance it is m itself.

    >>> [round(x, 4) for x in measure_quantiles(2.0, 4.0, (0.5, 0.9))]
    [1.3863, 4.6052]
    """
    # Below the least shape even the 90th of a hundred is too small for a float.
    if mean <= 0.0 or mean * mean < _LEAST_SHAPE * variance:
        return [0.0 for _ in probabilities]
    if variance <= _PRECISION * mean * mean:
        return [mean for _ in probabilities]
    # Divided first: the square of next to nothing is nothing.
    shape, scale = mean * (mean / variance), variance / mean
    return [scale * _gamma_quantile(shape, each) for each in probabilities]


def _log_of_none(mean: float, variance: float) -> float:
    spread = variance - mean
    if spread <= _PRECISION * mean:
        return -mean
    return mean * mean / spread * (math.log(mean) - math.log(variance))


def _ratio(n: int, mean: float, variance: float) -> float:
    spread = variance - mean
    if spread <= _PRECISION * mean:
        return mean / (n + 1)
    # (1−p)·(n+r), written so that a spread near zero does not divide two huge numbers.
    return (n * spread + mean * mean) / variance / (n + 1)


def _gamma_quantile(shape: float, probability: float) -> float:
    """Return the quantile for scale 1: Newton's steps, kept inside a bracket that shrinks."""
    x = _first_guess(shape, probability)
    if shape > _MOST_SHAPE or x < _TINY:
        return max(x, 0.0)
    low, high = 0.0, shape / (1.0 - probability)  # Markov: no quantile lies higher
    x = min(x, high)
    for _ in range(_MOST_STEPS):
        error = _gamma_cumulated(shape, x) - probability
        if error > 0.0:
            high = x
        else:
            low = x
        density = math.exp((shape - 1.0) * math.log(x) - x - math.lgamma(shape))
        new = x - error / density if density > _TINY else low
        if not low < new < high:
            new = (low + high) / 2.0
        if abs(new - x) <= _PRECISION * x:
            return new
        x = max(new, _TINY)
    return x


def _first_guess(shape: float, probability: float) -> float:
    if shape < 1.0:
        # P(a, x) ≈ xᵃ/Γ(a+1) near zero.
        return math.exp((math.log(probability) + math.lgamma(shape + 1.0)) / shape)
    ninth = 1.0 / (9.0 * shape)
    root = 1.0 - ninth + NormalDist().inv_cdf(probability) * math.sqrt(ninth)
    return shape * max(root, 0.01) ** 3


def _gamma_cumulated(shape: float, x: float) -> float:
    """Return the regularised incomplete gamma function P(a, x).

    A series below a + 1, a continued fraction above (DLMF 8.11.4 and 8.9.2, by Lentz's method).
    """
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1.0:
        term = total = 1.0 / shape
        for step in range(1, _MOST_STEPS):
            term *= x / (shape + step)
            total += term
            if term < total * _PRECISION:
                break
        return min(front * total, 1.0)
    b = x + 1.0 - shape
    c, d = 1.0 / _TINY, 1.0 / b
    fraction = d
    for step in range(1, _MOST_STEPS):
        a = -step * (step - shape)
        b += 2.0
        d = 1.0 / (a * d + b or _TINY)
        c = b + a / c or _TINY
        fraction *= c * d
        if abs(c * d - 1.0) < _PRECISION:
            break
    return 1.0 - front * fraction
