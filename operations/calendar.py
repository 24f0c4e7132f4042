"""The Brazilian calendar of last, this and next year, published at every start of a live stack."""

from __future__ import annotations

from contextlib import closing
from datetime import date

from adapters.kafka import KafkaSettings, Publisher
from adapters.registry import RegistryCodecs, RegistrySettings
from producers.calendar.publishing import publish_years
from producers.timeline import EventPublisher

_CLIENT = "producers.calendar"


def publish_calendar(bootstrap_servers: str, registry_url: str, *, today: date) -> str:
    """Publish the years around today, and say what was done.

    Cleaning passes on only what it has not seen, so that a start repeats nothing but raw records.

    Raises:
        PlatformError: the broker or the registry could not be used.
    """
    kafka = KafkaSettings(bootstrap_servers=bootstrap_servers)
    first, last = today.year - 1, today.year + 1
    with closing(RegistryCodecs(RegistrySettings(url=registry_url))) as codecs:
        publisher = EventPublisher(Publisher(kafka, client_id=_CLIENT), codecs)
        days = publish_years(first, last, publisher)
    return f"{days} days of {first} to {last}"
