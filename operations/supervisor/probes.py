"""Is it ready? Probes of an HTTP answer and of a Kafka broker."""

from __future__ import annotations

import http.client
import json
import logging
from collections.abc import Callable

from operations.supervisor.component import NoAnswer, Probe

_TIMEOUT_SECONDS = 5.0
_SILENT = logging.getLogger("operations.supervisor.probes.kafka")


def http_ready(port: int, path: str = "/readyz") -> Probe:
    """Return a probe that is ready when GET answers 200, and passes on the reason otherwise."""

    def probe() -> str | None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_SECONDS)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            body = response.read(4096)
        except (OSError, http.client.HTTPException):
            return NoAnswer("does not answer")
        finally:
            connection.close()
        return None if response.status == http.client.OK else _reason(response.status, body)

    return probe


def kafka_ready(bootstrap_servers: str) -> Probe:
    """Return a probe that is ready when the broker answers a metadata request."""

    def probe() -> str | None:
        from confluent_kafka import KafkaException
        from confluent_kafka.admin import AdminClient

        _SILENT.disabled = True  # librdkafka complains of a broker that is not up yet
        client = AdminClient({"bootstrap.servers": bootstrap_servers}, logger=_SILENT)
        try:
            brokers = client.list_topics(timeout=_TIMEOUT_SECONDS).brokers
        except KafkaException as error:
            return NoAnswer(error.args[0].str())
        return None if brokers else "no broker has registered yet"

    return probe


def port_open_then(port: int, probe: Probe) -> Probe:
    """Return `probe`, asked only once something listens: a refused connection costs nothing."""
    return _both(_listening(port), probe)


def _listening(port: int) -> Probe:
    def probe() -> str | None:
        import socket

        try:
            socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
        except OSError:
            return NoAnswer("does not listen yet")
        return None

    return probe


def _both(first: Callable[[], str | None], second: Callable[[], str | None]) -> Probe:
    def probe() -> str | None:
        return first() or second()

    return probe


def _reason(status: int, body: bytes) -> str:
    try:
        why = json.loads(body).get("why")
    except (ValueError, AttributeError):
        why = None
    return str(why or f"answers {status}")
