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
    """The endpoints as last read without an error."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changed: int | None = None
        self._endpoints: dict[str, Endpoint] | None = None

    def current(self) -> dict[str, Endpoint]:
        """Return the endpoints by id, reading the file if it changed.

        A file that became unusable is reported, and the endpoints before it stay.

        Raises:
            ConfigurationError: the file has never been usable; going on without endpoints would
                tell nobody of the alerts read meanwhile.
        """
        changed = self._modified()
        if self._endpoints is None:
            self._endpoints = self._read()
            _log.info("endpoints_read", endpoints=sorted(self._endpoints))
        elif changed != self._changed:
            try:
                self._endpoints = self._read()
                _log.info("endpoints_read", endpoints=sorted(self._endpoints))
            except ConfigurationError as error:
                _log.error("endpoints_unusable", why=str(error))
        self._changed = changed
        return self._endpoints

    def _read(self) -> dict[str, Endpoint]:
        try:
            return parse_endpoints(self._path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            msg = f"webhook endpoints: {self._path} cannot be read: {error}"
            raise ConfigurationError(msg) from error

    def _modified(self) -> int | None:
        try:
            return self._path.stat().st_mtime_ns
        except OSError:
            return None


def parse_endpoints(text: str) -> dict[str, Endpoint]:
    """Return the endpoints of a JSON list of {"id", "url", "secret"}.

    Raises:
        ConfigurationError: saying which entry is wrong and how, without its secret.
    """
    try:
        entries = json.loads(text)
    except (RecursionError, ValueError) as error:
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
        msg = f"webhook endpoint {endpoint.id}: only http and https addresses are delivered to"
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
        reachable = address.port != 0  # asking for the port checks it
    except ValueError:
        return False
    return reachable and address.scheme in {"http", "https"} and bool(address.hostname)
