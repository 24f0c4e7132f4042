"""The demo's webhook receiver believes signatures, not senders."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from standardwebhooks import Webhook

from operations.webhook_receiver import Deliveries, build_server
from tests.fakes.serving import serving

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
OTHER_SECRET = "whsec_" + base64.b64encode(b"another secret altogether").decode()
BODY = json.dumps({"type": "alert.opened"})


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with serving(build_server(0, SECRET, Deliveries.of(tmp_path / "deliveries.jsonl"))) as port:
        yield f"http://127.0.0.1:{port}"


def deliver(url: str, delivery_id: str, *, secret: str = SECRET) -> int:
    now = datetime.now(UTC)
    headers = {
        "webhook-id": delivery_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(delivery_id, now, BODY),
    }
    return httpx2.post(url, content=BODY, headers=headers).status_code


def test_a_signed_delivery_is_taken_and_a_forged_one_is_not(url: str, tmp_path: Path) -> None:
    assert deliver(url, "a") == 204
    assert deliver(url, "a") == 204
    assert deliver(url, "b", secret=OTHER_SECRET) == 401
    assert httpx2.get(f"{url}/deliveries").json() == {
        "requests": 3, "delivered": 2, "verified": 1, "failed": 1,
    }  # fmt: skip
    lines = (tmp_path / "deliveries.jsonl").read_text().splitlines()
    assert [json.loads(line)["verified"] for line in lines] == [True, True, False]


@pytest.mark.parametrize("signature", ["v1,abc", "garbage", "v1," + "A" * 44])
def test_a_signature_that_is_none_is_refused_and_counted(url: str, signature: str) -> None:
    headers = {
        "webhook-id": "a",
        "webhook-timestamp": str(int(datetime.now(UTC).timestamp())),
        "webhook-signature": signature,
    }
    assert httpx2.post(url, content=BODY, headers=headers).status_code == 401
    assert httpx2.get(f"{url}/deliveries").json()["failed"] == 1


def test_a_signed_body_that_is_no_json_is_refused_and_counted(url: str) -> None:
    now = datetime.now(UTC)
    headers = {
        "webhook-id": "a",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(SECRET).sign("a", now, "not JSON"),
    }
    assert httpx2.post(url, content="not JSON", headers=headers).status_code == 401
    assert httpx2.get(f"{url}/deliveries").json()["failed"] == 1


def test_counts_go_on_after_a_restart_and_a_line_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "deliveries.jsonl"
    Deliveries.of(path).note("a", reason=None, body=BODY)
    with path.open("a") as file:
        file.write('{"id": "cut')
    deliveries = Deliveries.of(path)
    deliveries.note("b", reason="no", body=BODY)
    counts = {"requests": 2, "delivered": 2, "verified": 1, "failed": 1}
    assert deliveries.counts() == Deliveries.of(path).counts() == counts


def test_it_is_ready_at_once(url: str) -> None:
    assert httpx2.get(f"{url}/readyz").status_code == 200
