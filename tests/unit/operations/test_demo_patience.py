"""What is away for a while is asked again, whichever way it fails to answer."""

from __future__ import annotations

import pytest
from confluent_kafka import KafkaError, KafkaException

from domain.errors import TransientError
from operations.demo import patience
from operations.demo.patience import patiently


@pytest.mark.parametrize(
    "failure",
    [TransientError("away"), KafkaException(KafkaError(KafkaError._TRANSPORT)), TimeoutError()],
    ids=lambda failure: type(failure).__name__,
)
def test_a_call_that_fails_once_is_made_again(
    failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "_RETRY_SECONDS", 0.01)
    failures = [failure]

    def call() -> str:
        if failures:
            raise failures.pop()
        return "answered"

    assert patiently(call, waiting=lambda: None) == "answered"


def test_a_person_can_end_the_waiting() -> None:
    def call() -> str:
        raise TimeoutError

    def give_up() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        patiently(call, waiting=give_up)
