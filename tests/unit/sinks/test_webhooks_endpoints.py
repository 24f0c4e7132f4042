"""The endpoints file: read again when it changes, refused without showing a secret."""

from __future__ import annotations

import json
import os
import threading
from contextlib import closing

import pytest
from structlog.testing import capture_logs

from adapters.telemetry import Readiness
from domain.errors import ConfigurationError
from sinks.webhooks.endpoints import EndpointsFile, parse_endpoints
from sinks.webhooks.message import KINDS
from sinks.webhooks.outbox import Outbox
from sinks.webhooks.sink import WebhooksSink
from tests.fakes.decoding import LocalCodecs
from tests.fakes.log import InMemoryLog
from tests.fakes.records import an_alert

TOPIC = "alert.stockout.v1"
SECRET = "whsec_" + "c2VjcmV0" * 4


def entry(**changes: object) -> dict[str, object]:
    return {"id": "ops", "url": "https://example.org/hook", "secret": SECRET, **changes}


# What a file can be without being a list: absent, cut off, not UTF-8, bottomless.
UNUSABLE = [None, b"", b"[{", b'["\xe3"]', b"[" * 10**5]


def spoil(path, content):
    path.unlink(missing_ok=True)
    if content is not None:
        path.write_bytes(content)
        os.utime(path, ns=(2, 2))


def write(path, entries, *, at):
    path.write_text(json.dumps(entries))
    os.utime(path, ns=(at, at))


def test_a_changed_file_is_read_again(tmp_path):
    path = tmp_path / "endpoints.json"
    endpoints = EndpointsFile(path)
    write(path, [], at=1)
    assert endpoints.current() == {}
    write(path, [entry(id="a"), entry(id="b")], at=2)
    assert set(endpoints.current()) == {"a", "b"}


@pytest.mark.parametrize("content", UNUSABLE)
def test_a_file_that_became_unusable_leaves_the_endpoints_as_they_were(tmp_path, content):
    path = tmp_path / "endpoints.json"
    endpoints = EndpointsFile(path)
    write(path, [entry()], at=1)
    endpoints.current()
    spoil(path, content)
    with capture_logs() as logs:
        assert set(endpoints.current()) == {"ops"}
        assert set(endpoints.current()) == {"ops"}
    assert [each["event"] for each in logs] == ["endpoints_unusable"]
    write(path, [entry(id="a")], at=3)
    assert set(endpoints.current()) == {"a"}


@pytest.mark.parametrize("content", UNUSABLE)
def test_without_a_usable_file_no_alert_is_read(tmp_path, content):
    path = tmp_path / "endpoints.json"
    spoil(path, content)
    log = InMemoryLog(dict.fromkeys(KINDS, 1))
    log.append(TOPIC, LocalCodecs().encode(TOPIC, an_alert("t1")))
    with closing(Outbox(tmp_path / "webhooks.sqlite")) as outbox:
        sink = WebhooksSink(
            outbox=outbox,
            endpoints=EndpointsFile(path),
            log=log,
            decoder=LocalCodecs(),
            readiness=Readiness(),
            now=lambda: 0,
            jitter=lambda: 0.0,
        )
        with pytest.raises(ConfigurationError, match="webhook endpoints: ") as refused:
            sink.session(threading.Event())
        assert "\n" not in str(refused.value)
        assert sink.readiness.why_not is not None
        assert outbox.next_offsets() == {}


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([entry(url="ftp://example.org")], "only http and https"),
        ([entry(url="file:///etc/passwd")], "only http and https"),
        ([entry(url="http://[")], "only http and https"),
        ([entry(url="/hook")], "only http and https"),
        ([entry(url="http://localhost:99999/")], "only http and https"),
        ([entry(secret="whsec_")], "secret is not"),
        ([entry(secret="whsec_ä")], "secret is not"),
        ([entry(), entry()], "two share an id"),
        ([{"id": "ops"}], "needs id, url and secret"),
        (["ops"], "needs id, url and secret"),
        ({"ops": 1}, "not a list"),
    ],
)
def test_an_unusable_list_is_refused_with_a_sentence(entries, said):
    with pytest.raises(ConfigurationError, match=said) as refused:
        parse_endpoints(json.dumps(entries))
    assert SECRET not in str(refused.value)


def test_a_secret_is_not_shown_by_an_endpoint():
    assert SECRET not in repr(parse_endpoints(json.dumps([entry()])))
