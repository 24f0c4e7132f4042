"""The three ways to fail, named by what the caller does next."""

from __future__ import annotations


class PlatformError(Exception):
    """Anything this platform raises on purpose."""


class TransientError(PlatformError):
    """Trying again may succeed; do not commit the offset."""


class ConfigurationError(PlatformError):
    """A person must act; the message is the one line that says how."""


class RejectedEventError(PlatformError):
    """One record cannot be used; dead-letter it and commit the offset.

    Args:
        reason: a member of the closed set in `domain.rejection`.
        detail: what was found, for a person.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail
