"""What every store says at the end, in; the demo's report out. Nothing is counted twice over."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from domain.errors import ConfigurationError, TransientError
from operations.demo.compaction import Compaction
from operations.demo.jobs import Ended
from operations.settings import StackSettings
from operations.supervisor import StackStatus


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long the parts of the demo took, from its first line on."""

    environment: float
    stack_ready: float
    first_alert: float | None
    total: float


@dataclass(frozen=True, slots=True)
class Input:
    """The file that was fed."""

    file: str
    lines: int


def build_report(
    *,
    input_: Input,
    topics: dict[str, int],
    compaction: Compaction,
    retrained: Ended,
    live: dict[str, Any],
    webhooks: dict[str, int],
    seconds: Seconds,
    status: StackStatus,
) -> dict[str, Any]:
    """Return the report as JSON will hold it.

    Args:
        input_: the file and its lines.
        topics: records of each topic, from the broker.
        compaction: the proof, from the lake, and what making it needed.
        retrained: the forecasts' own report, and what making them needed.
        live: positions and alerts, from the read model.
        webhooks: deliveries, from the far end.
        seconds: durations.
        status: the supervisor's view.
    """
    proof = compaction.proof
    peaks = {each.name: each.peak_rss_mib for each in status.components}
    peaks |= {"compaction": compaction.ended.peak_rss_mib, "retrain": retrained.peak_rss_mib}
    restarts = {each.name: each.restarts for each in status.components}
    restarts |= {"compaction": compaction.ended.restarts, "retrain": retrained.restarts}
    return {
        "input": {"file": input_.file, "lines": input_.lines},
        "topics": {name: {"records": count} for name, count in topics.items()},
        "accounting": proof["accounting"],
        "dead_letters": proof["dead_letters"],
        "silver": proof["silver"],
        "gold": proof["gold_rows"],
        "positions": live["positions"],
        "alerts": live["alerts"],
        "webhooks": webhooks,
        "forecasts": _forecasts(retrained.report),
        "proof_holds": compaction.holds,
        "quality": {
            "success": compaction.quality.success,
            "expectations": compaction.quality.expectations,
            "failed": compaction.quality.failed,
        },
        "reconciliation": {name: proof["reconciliation"][name] for name in ("keys", "differences")},
        "seconds": {
            "environment": round(seconds.environment, 1),
            "stack_ready": round(seconds.stack_ready, 1),
            "first_alert": None if seconds.first_alert is None else round(seconds.first_alert, 1),
            "total": round(seconds.total, 1),
        },
        "peak_rss_mib": {name: round(peak) for name, peak in peaks.items()},
        "restarts": restarts,
    }


def _forecasts(made: dict[str, Any]) -> dict[str, Any]:
    """Return what the retraining says, but for what a second run over the same data changes."""
    return {
        "version": made["forecast_version"],
        **{name: made[name] for name in ("series", "fitted", "fallbacks", "failed", "priors")},
    }


def webhook_counts(settings: StackSettings) -> dict[str, int]:
    """Return what the receiver at the far end has verified.

    Raises:
        TransientError: it does not answer.
    """
    port = settings.port("webhook-receiver")
    try:
        answer = httpx2.get(f"http://127.0.0.1:{port}/deliveries", timeout=10)
    except httpx2.HTTPError as error:
        msg = f"the webhook receiver does not answer: {error}"
        raise TransientError(msg) from error
    counts: dict[str, int] = answer.json()
    return counts


def require_writable(path: Path) -> None:
    """Check that a report can be written there, before the minutes that it takes to have one.

    Raises:
        ConfigurationError: it cannot.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"the report cannot be written to {path}: {error.strerror}"
        raise ConfigurationError(msg) from error
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        msg = f"the report cannot be written to {path}: name a file in a folder that is yours"
        raise ConfigurationError(msg)


def write_report(report: dict[str, Any], path: Path) -> None:
    """Write the report as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
