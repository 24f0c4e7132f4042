"""A value that broke an expectation in, words that a person reads out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

_LONGEST = 100


def in_words(value: object) -> str:
    """Return a value, or several that belong together, as text; empty for an absent one.

    >>> in_words({"corrects": "d1", "event_id": "d1"}), in_words(("a", None)), in_words(-1.0)
    ('corrects d1, event_id d1', 'a, ', '-1')
    """
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {in_words(each)}" for name, each in value.items())
    if isinstance(value, tuple | list):
        return ", ".join(map(in_words, value))
    if pd.isna(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, pd.Timestamp) or type(value).__name__ == "datetime64":
        return pd.Timestamp(value).isoformat(sep=" ", timespec="seconds")
    return str(value)[:_LONGEST]


def some(values: Iterable[object], *, most: int) -> tuple[str, ...]:
    """Return the first of the values that say anything."""
    return tuple([text for each in values if (text := in_words(each))][:most])
