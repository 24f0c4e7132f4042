"""Questions and commands to the schema registry about its subjects."""

from __future__ import annotations

import json
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx2

from domain.errors import ConfigurationError, TransientError

_TIMEOUT_SECONDS = 30.0
_OK, _NOT_FOUND, _CONFLICT, _UNPROCESSABLE = 200, 404, 409, 422


class Subjects:
    """The subjects of one Confluent-compatible registry."""

    def __init__(self, url: str) -> None:
        self._client = httpx2.Client(base_url=url, timeout=_TIMEOUT_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._client.close()

    def names(self) -> frozenset[str]:
        """Return every subject that has a schema."""
        return frozenset(self._ask("GET", "/subjects").json())

    def compatibility(self, subject: str) -> str | None:
        """Return the subject's own rule, or None where it has none."""
        answer = self._ask("GET", f"/config/{quote(subject)}", or_else=_NOT_FOUND)
        return str(answer.json()["compatibilityLevel"]) if answer.status_code == _OK else None

    def set_compatibility(self, subject: str, level: str) -> None:
        """Give the subject its own rule."""
        self._ask("PUT", f"/config/{quote(subject)}", {"compatibility": level})

    def has(self, subject: str, schema: str) -> bool:
        """Whether this very schema is one of the subject's versions."""
        path = f"/subjects/{quote(subject)}"
        return self._ask("POST", path, {"schema": schema}, _NOT_FOUND).status_code == _OK

    def incompatibilities(self, subject: str, schema: str) -> str | None:
        """Return why the schema cannot follow the newest one, or None when it can."""
        path = f"/compatibility/subjects/{quote(subject)}/versions/latest?verbose=true"
        answer = self._ask("POST", path, {"schema": schema}).json()
        if answer.get("is_compatible"):
            return None
        return "; ".join(answer.get("messages") or why_incompatible(self._newest(subject), schema))

    def _newest(self, subject: str) -> str:
        return str(self._ask("GET", f"/subjects/{quote(subject)}/versions/latest").json()["schema"])

    def register(self, subject: str, schema: str) -> int:
        """Register a version, or find it registered; return its id.

        Raises:
            ConfigurationError: the registry holds it incompatible.
        """
        answer = self._ask(
            "POST", f"/subjects/{quote(subject)}/versions", {"schema": schema}, _CONFLICT
        )
        if answer.status_code == _CONFLICT:
            msg = f"{subject}: {_message(answer)}"
            raise ConfigurationError(msg)
        return int(answer.json()["id"])

    def _ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, or_else: int = _OK
    ) -> httpx2.Response:
        """Send a request; any answer but 200 and `or_else` is an error."""
        try:
            answer = self._client.request(method, path, json=body)
        except httpx2.HTTPError as error:
            msg = f"the registry does not answer: {error}"
            raise TransientError(msg) from error
        if answer.status_code in {_OK, or_else}:
            return answer
        msg = f"the registry refused {method} {path}: {_message(answer)}"
        if answer.status_code == _UNPROCESSABLE:
            raise ConfigurationError(msg)
        raise TransientError(msg)


def why_incompatible(older: str, newer: str) -> list[str]:
    """Say what in a newer record schema cannot read what an older one wrote, in words.

    >>> why_incompatible('{"fields": []}', '{"fields": [{"name": "a", "type": "int"}]}')
    ['a is new and has no default']
    """
    written = {each["name"]: each for each in json.loads(older).get("fields", [])}
    reasons = []
    for each in json.loads(newer).get("fields", []):
        name = each["name"]
        if name not in written and "default" not in each:
            reasons.append(f"{name} is new and has no default")
        elif name in written and written[name]["type"] != each["type"]:
            reasons.append(f"{name} changes its type")
    return reasons or ["the registry does not say why"]


def _message(answer: httpx2.Response) -> str:
    try:
        return str(answer.json()["message"])
    except (json.JSONDecodeError, KeyError, TypeError):
        return f"status {answer.status_code}"
