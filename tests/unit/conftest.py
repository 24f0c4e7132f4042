"""What every unit test has in common."""

from __future__ import annotations

import gc


def pytest_collection_finish() -> None:
    """Leave what is imported by now out of every later collection: it outlives all tests."""
    gc.collect()
    gc.freeze()
