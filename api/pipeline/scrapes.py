"""Telemetry ports in, the platform's own samples out; all are asked at once, none for long."""

from __future__ import annotations

import http.client
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

_LOOPBACK = "127.0.0.1"
_OURS = "nova_"
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Sample:
    """One value with its labels."""

    name: str
    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True, slots=True)
class Scrape:
    """What one component told, or why it told nothing."""

    samples: tuple[Sample, ...] = ()
    why_not: str | None = None

    def of(self, name: str, **labels: str) -> list[Sample]:
        """Return the samples of a metric that have these labels."""
        return [
            each
            for each in self.samples
            if each.name == name and all(each.labels.get(k) == v for k, v in labels.items())
        ]


class Scraper:
    """Asks components on loopback."""

    def __init__(self, *, timeout_seconds: float = 0.5) -> None:
        self._timeout_seconds = timeout_seconds
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="scrape")

    def scrape(self, ports: Mapping[str, int]) -> dict[str, Scrape]:
        """Return what each component tells, by name; one that does not answer holds up no other."""
        return dict(zip(ports, self._threads.map(self._one, ports.values()), strict=True))

    def _one(self, port: int) -> Scrape:
        connection = http.client.HTTPConnection(_LOOPBACK, port, timeout=self._timeout_seconds)
        try:
            connection.request("GET", "/metrics")
            answer = connection.getresponse()
            text = answer.read().decode()
            if answer.status != http.client.OK:
                return Scrape(why_not=f"its metrics answer {answer.status}")
            return Scrape(tuple(_samples(text)))
        except TimeoutError:
            return Scrape(why_not=f"does not answer within {self._timeout_seconds:g} s")
        except (OSError, http.client.HTTPException, ValueError):
            return Scrape(why_not="does not answer")
        finally:
            connection.close()


def _samples(text: str) -> Iterable[Sample]:
    # Half of a scrape is of Python itself, and parsing is what a scrape costs.
    ours = "\n".join(line for line in text.splitlines() if line.startswith(_OURS))
    for family in text_string_to_metric_families(ours + "\n"):
        for each in family.samples:
            yield Sample(each.name, each.labels, each.value)
