"""The far end of webhooks: the real receiver, and the file that lists it."""

from __future__ import annotations

import base64
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from operations.webhook_receiver import Deliveries, build_server

SECRET = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


@contextmanager
def receiving(port: int, path: Path) -> Iterator[Deliveries]:
    """Run a receiver that appends every delivery to a file."""
    deliveries = Deliveries.of(path)
    server = build_server(port, SECRET, deliveries)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield deliveries
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def list_endpoints(path: Path, **ports: int) -> None:
    """Replace the file that lists the endpoints."""
    entries = [
        {"id": name, "url": f"http://127.0.0.1:{port}/", "secret": SECRET}
        for name, port in ports.items()
    ]
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(entries))
    partial.replace(path)
