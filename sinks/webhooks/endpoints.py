"""The endpoints file in, endpoints out, read again whenever it changes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError

from domain.errors import ConfigurationError

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where alerts are delivered, and the secret that signs them."""

    id: str
    url: str
    secret: str = field(repr=False)


class EndpointsFile:
    """The endpoints as last read without an error; none while there is no file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changed: int | None = None
        self._endpoints: dict[str, Endpoint] = {}

    def current(self) -> dict[str, Endpoint]:
        """Return the endpoints by id, reading the file if it changed.

        A file that became unusable is reported, and the endpoints before it stay.
        """
        changed = self._modified()
        if changed != self._changed:
            self._changed = changed
            try:
                self._endpoints = {} if changed is None else parse_endpoints(self._path.read_text())
            except (ConfigurationError, OSError) as error:
                _log.error("endpoints_unusable", file=str(self._path), why=str(error))
            else:
                _log.info("endpoints_read", endpoints=sorted(self._endpoints))
        return self._endpoints

    def _modified(self) -> int | None:
        try:
            return self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return None


def parse_endpoints(text: str) -> dict[str, Endpoint]:
    """Return the endpoints of a JSON list of {"id", "url", "secret"}.

    Raises:
        ConfigurationError: saying which entry is wrong and how, without its secret.
    """
    try:
        entries = json.loads(text)
    except ValueError as error:
        msg = f"webhook endpoints: not JSON: {error}"
        raise ConfigurationError(msg) from error
    if not isinstance(entries, list):
        msg = "webhook endpoints: not a list"
        raise ConfigurationError(msg)
    endpoints = [_endpoint(at, entry) for at, entry in enumerate(entries, start=1)]
    found = {each.id: each for each in endpoints}
    if len(found) < len(endpoints):
        msg = "webhook endpoints: two share an id"
        raise ConfigurationError(msg)
    return found


def _endpoint(at: int, entry: Any) -> Endpoint:
    try:
        endpoint = Endpoint(str(entry["id"]), str(entry["url"]), str(entry["secret"]))
    except (KeyError, TypeError) as error:
        msg = f"webhook endpoint {at}: needs id, url and secret"
        raise ConfigurationError(msg) from error
    if not _is_http(endpoint.url):
        msg = f"webhook endpoint {endpoint.id}: only http and https are delivered to"
        raise ConfigurationError(msg)
    try:
        Webhook(endpoint.secret)
    except (EmptyWebhookSecretError, RuntimeError, ValueError) as error:
        msg = f"webhook endpoint {endpoint.id}: the secret is not whsec_ and base64"
        raise ConfigurationError(msg) from error
    return endpoint


def _is_http(url: str) -> bool:
    try:
        address = urlsplit(url)
    except ValueError:
        return False
    return address.scheme in {"http", "https"} and bool(address.hostname)
