"""Who has a port, and when an HTTP answer means ready."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from domain.errors import ConfigurationError
from operations.supervisor.ports import is_free, require_free
from operations.supervisor.probes import http_ready
from tests.fakes.serving import serving


@contextmanager
def listening() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@contextmanager
def answering(status: int, body: bytes) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    with serving(HTTPServer(("127.0.0.1", 0), Handler)) as port:
        yield port


def test_a_taken_port_is_named_with_the_process_that_has_it() -> None:
    with (
        listening() as port,
        pytest.raises(ConfigurationError, match=rf"{port} is taken by pid {os.getpid()} \(.+\)"),
    ):
        require_free([port])
    assert is_free(port)


def test_an_answer_of_200_is_ready() -> None:
    with answering(200, b"{}") as port:
        assert http_ready(port)() is None


def test_the_reason_of_an_unready_component_is_passed_on() -> None:
    with answering(503, b'{"ready": false, "why": "no partitions yet"}') as port:
        assert http_ready(port)() == "no partitions yet"


def test_an_answer_without_a_reason_says_its_status() -> None:
    with answering(500, b"oops") as port:
        assert http_ready(port)() == "answers 500"


def test_nobody_there_is_not_ready() -> None:
    with listening() as port:
        pass
    assert http_ready(port)() == "does not answer"
