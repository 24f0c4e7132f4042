"""Waiting out an outage."""

from __future__ import annotations

import pytest

from domain.errors import ConfigurationError, TransientError
from stream_processors.cleaning.patience import patiently


class Failing:
    def __init__(self, *, times: int) -> None:
        self.left = times

    def __call__(self) -> str:
        if self.left:
            self.left -= 1
            msg = f"{self.left} to go"
            raise TransientError(msg)
        return "done"


def test_an_outage_is_waited_out_with_growing_pauses() -> None:
    pauses: list[float] = []
    failures: list[str] = []
    result = patiently(
        Failing(times=4),
        within_seconds=60,
        on_failure=lambda error: failures.append(str(error)),
        sleep=pauses.append,
    )
    assert result == "done"
    assert pauses == [0.1, 0.2, 0.4, 0.8]
    assert failures == ["3 to go", "2 to go", "1 to go", "0 to go"]


def test_an_outage_without_end_is_raised() -> None:
    pauses: list[float] = []
    with pytest.raises(TransientError):
        patiently(Failing(times=10_000), within_seconds=30, sleep=pauses.append)
    assert 30 <= sum(pauses) < 40


def test_what_waiting_cannot_mend_is_raised_at_once() -> None:
    def misconfigured() -> None:
        msg = "run ./nova topics apply"
        raise ConfigurationError(msg)

    with pytest.raises(ConfigurationError):
        patiently(misconfigured, within_seconds=30, sleep=pytest.fail)
