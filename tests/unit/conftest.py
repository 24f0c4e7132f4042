"""What every unit test has in common."""

from __future__ import annotations

import gc

from hypothesis import settings

# Two processes share the machine, often with others: how long an example takes says nothing.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_collection_finish() -> None:
    """Leave what is imported by now out of every later collection: it outlives all tests."""
    gc.collect()
    gc.freeze()
