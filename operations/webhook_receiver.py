"""Signed webhooks in, a log of verified and failed deliveries out: the demo's far end."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from pydantic_settings import BaseSettings
from standardwebhooks import Webhook, WebhookVerificationError

from operations.keys import RECEIVER

_LARGEST_BODY = 1 << 20


class ReceiverSettings(BaseSettings):
    """Read from the environment of the component."""

    webhooks_endpoints_file: Path
    receiver_directory: Path
    telemetry_port: int


@dataclass(slots=True)
class Deliveries:
    """Every delivery, appended to a file and counted."""

    path: Path
    requests: int = 0
    failed: int = 0
    ids: set[str] = field(default_factory=set)
    verified_ids: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, path: Path) -> Deliveries:
        """Return what the file holds from earlier runs, ready to go on."""
        path.parent.mkdir(parents=True, exist_ok=True)
        deliveries = cls(path)
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        # A line cut off by a kill was never answered, so its sender tries again.
        whole = text[: text.rfind("\n") + 1]
        if whole != text:
            path.write_text(whole, encoding="utf-8")
        for line in whole.splitlines():
            record = json.loads(line)
            deliveries.count(str(record["id"]), reason=record["reason"])
        return deliveries

    def note(self, delivery_id: str, *, reason: str | None, body: str) -> None:
        """Append one delivery, which verified unless there is a reason."""
        record = {"id": delivery_id, "verified": reason is None, "reason": reason, "body": body}
        with self._lock:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
            self.count(delivery_id, reason=reason)

    def count(self, delivery_id: str, *, reason: str | None) -> None:
        """Count one request."""
        self.requests += 1
        self.ids.add(delivery_id)
        if reason is None:
            self.verified_ids.add(delivery_id)
        else:
            self.failed += 1

    def counts(self) -> dict[str, int]:
        """Return the totals.

        `delivered` and `verified` are distinct ids, for a delivery may come twice; `failed` is
        requests whose signature did not hold, `requests` is all of them.
        """
        return {
            "requests": self.requests,
            "delivered": len(self.ids),
            "verified": len(self.verified_ids),
            "failed": self.failed,
        }


class _Server(ThreadingHTTPServer):
    # More senders at once than the default of 5, or the sixth waits a second for its retry.
    request_queue_size = 64


def build_server(port: int, secret: str, deliveries: Deliveries) -> ThreadingHTTPServer:
    """Return a server that checks every POST and tells its counts on GET /deliveries."""
    webhook = Webhook(secret)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = min(_content_length(self.headers.get("Content-Length")), _LARGEST_BODY)
            received = self.rfile.read(length)
            if len(received) < length:
                self.close_connection = True  # its sender died; it comes again, whole
                return
            body = received.decode("utf-8", "replace")
            headers = {name.lower(): value for name, value in self.headers.items()}
            reason = _why_unverified(webhook, body, headers)
            deliveries.note(headers.get("webhook-id", ""), reason=reason, body=body)
            self._answer(204 if reason is None else 401, {"reason": reason})

        def do_GET(self) -> None:
            match self.path:
                case "/readyz":
                    self._answer(200, {"ready": True})
                case "/deliveries":
                    self._answer(200, deliveries.counts())
                case _:
                    self._answer(404, {"reason": "try /deliveries"})

        def _answer(self, status: int, content: object) -> None:
            body = b"" if status == HTTPStatus.NO_CONTENT else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Stay silent: the deliveries are the log."""

    return _Server(("127.0.0.1", port), Handler)


def _content_length(said: str | None) -> int:
    return int(said) if said is not None and said.isdecimal() else 0


def _why_unverified(webhook: Webhook, body: str, headers: dict[str, str]) -> str | None:
    try:
        webhook.verify(body, headers)
    except (WebhookVerificationError, ValueError) as error:  # a signature that is no base64, too
        return str(error)
    return None


def main() -> None:
    """Serve until the process is ended."""
    settings = ReceiverSettings()
    endpoints = json.loads(settings.webhooks_endpoints_file.read_text(encoding="utf-8"))
    (secret,) = (each["secret"] for each in endpoints if each["id"] == RECEIVER)
    deliveries = Deliveries.of(settings.receiver_directory / "deliveries.jsonl")
    build_server(settings.telemetry_port, secret, deliveries).serve_forever()


if __name__ == "__main__":
    main()
