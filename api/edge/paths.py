"""Ids with a slash in them: `%2F` in a path stays part of its segment.

Servers decode a path before it is routed, so `/inventory/A%2FB/X` would be three segments.
"""

from __future__ import annotations

from urllib.parse import unquote

from starlette.types import Scope

_STAND_IN = "\x1f"  # cannot be typed into a spreadsheet cell, so no id has it


def slashes_kept(scope: Scope) -> Scope:
    """Put a stand-in for every encoded slash of the path; the scope itself is changed."""
    raw: bytes = scope.get("raw_path") or b""
    if b"%2f" in raw.lower():
        text = raw.decode("latin-1").replace("%2F", _STAND_IN).replace("%2f", _STAND_IN)
        scope["path"] = unquote(text)
    return scope


def with_slashes(segment: str) -> str:
    """Return the id that a path segment stands for."""
    return segment.replace(_STAND_IN, "/")
