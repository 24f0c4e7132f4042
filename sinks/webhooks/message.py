"""One alert record in, the JSON of its webhook out: units, ISO times, no thousandths."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.instants import to_datetime
from schemas.codec import Record
from sinks.webhooks import job, stockout

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """What is announced of the records of one topic.

    Attributes:
        prefix: of the webhook's type, before the transition.
        data: makes the body of one record.
    """

    prefix: str
    data: Callable[[Record], Data]


KINDS: Mapping[str, Kind] = {
    "alert.stockout.v1": Kind("alert", stockout.data_of),
    "alert.job-failed.v1": Kind("job", job.data_of),
}
"""By topic: everything that is announced."""


def body_of(topic: str, record: Record) -> str:
    """Return the body of the webhook that announces one record.

    Raises:
        ValueError: a number is not finite, which JSON cannot say.
        OverflowError: an instant lies outside the calendar.
    """
    kind = KINDS[topic]
    content = {
        "type": f"{kind.prefix}.{record['transition']}",
        "timestamp": to_datetime(record["occurred_at"]),
        "data": kind.data(record),
    }
    return json.dumps(
        content, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_iso
    )


def _iso(moment: Any) -> str:
    return str(moment.isoformat()).replace("+00:00", "Z")
