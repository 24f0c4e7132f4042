"""Retries: quick at first, rare later, bounded."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sinks.webhooks.backoff import Backoff

BACKOFF = Backoff()


def test_the_last_retry_is_hours_after_the_first_attempt():
    pauses = [BACKOFF.seconds_after(n, jitter=lambda: 0.0) for n in range(1, 20)]
    made = [each for each in pauses if each is not None]
    assert len(made) == BACKOFF.most_attempts - 1
    assert made == sorted(made)
    assert made[0] <= 1
    assert 4 * 3600 < sum(made) < 8 * 3600


@given(attempts=st.integers(1, 8), jitter=st.floats(0, 1, exclude_max=True))
def test_jitter_takes_up_to_a_quarter_off(attempts, jitter):
    full = BACKOFF.seconds_after(attempts, jitter=lambda: 0.0)
    some = BACKOFF.seconds_after(attempts, jitter=lambda: jitter)
    assert full is not None
    assert some is not None
    assert 0.75 * full <= some <= full
