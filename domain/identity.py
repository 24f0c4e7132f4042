"""Deterministic ids: the same fact has the same id, whoever publishes it and however often."""

from __future__ import annotations

import hashlib

_SEPARATOR = "\x1f"  # cannot be typed into a cell, so ("a", "bc") and ("ab", "c") differ


def stable_id(*parts: str | None) -> str:
    """Return 32 hexadecimal digits that depend on the parts alone.

    `None` and the empty string are different parts.

    >>> stable_id("erp", None) == stable_id("erp", "")
    False
    """
    text = _SEPARATOR.join("\x00" if part is None else part for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def alert_id(item_id: str, site_id: str, crossing_event_id: str) -> str:
    """Return the id of the alert that one crossing opens."""
    return stable_id("alert", item_id, site_id, crossing_event_id)


def transition_id(alert: str, transition: str, caused_by: str) -> str:
    """Return the id of one step in an alert's life; it is the webhook-id too."""
    return stable_id("transition", alert, transition, caused_by)


def inbound_id(event_id: str) -> str:
    """Return the id under which a transfer's out-leg is announced to its destination."""
    return f"{event_id}/inbound"
