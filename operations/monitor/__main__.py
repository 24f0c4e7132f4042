"""Measure until told to stop: `python -m operations.monitor`."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Mapping
from functools import partial
from threading import Event

import structlog
from prometheus_client import REGISTRY

from adapters.kafka import KafkaSettings
from adapters.telemetry import Readiness, TelemetrySettings, configure_logs, serve_telemetry
from domain.errors import TransientError
from operations.monitor import files
from operations.monitor.board import Board
from operations.monitor.consumers import CONSUMERS, Consumer, Keeps
from operations.monitor.log_ends import LogEnds
from operations.monitor.positions import (
    FilePositions,
    GroupPositions,
    LakePositions,
    PositionStore,
)
from operations.monitor.rounds import Rounds
from operations.monitor.settings import MonitorSettings

_COMPONENT = "operations.monitor"
_RETRY_SECONDS = 1.0


def main() -> int:
    """Run until SIGTERM or SIGINT; return the exit code."""
    configure_logs(_COMPONENT)
    stop, readiness, board = Event(), Readiness(), Board()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    REGISTRY.register(board)
    serve_telemetry(TelemetrySettings(), readiness)
    settings, log = MonitorSettings(), LogEnds(KafkaSettings())
    stores = None
    while stores is None and not stop.is_set():
        try:
            stores = _stores(settings, log)
        except TransientError as error:
            readiness.not_ready(str(error))
            structlog.get_logger().warning("broker_away", why=str(error))
            stop.wait(_RETRY_SECONDS)
    rounds = Rounds(board, log, stores or {}, _files(settings), time.time)
    while not stop.is_set():
        rounds.measure()
        readiness.ready()
        stop.wait(settings.every_seconds)
    return 0


def _stores(settings: MonitorSettings, log: LogEnds) -> Mapping[Consumer, PositionStore]:
    found: dict[Consumer, PositionStore] = {}
    for each in CONSUMERS:
        match each.keeps:
            case Keeps.GROUP:
                found[each] = GroupPositions(log.admin, each.module)
            case Keeps.LAKE:
                ids = log.topic_ids(each.topics)
                found[each] = LakePositions(settings.lake_uri, each.topics, ids)
            case Keeps.LIVE_VIEW:
                found[each] = FilePositions(settings.live_view_path)
            case Keeps.DELIVERY_LOG:
                found[each] = FilePositions(settings.webhooks_state)
    return found


def _files(settings: MonitorSettings) -> dict[str, files.Source]:
    return {
        "components": (partial(files.component_samples, now=time.time), settings.status_file),
        "jobs": (files.job_samples, settings.schedule_file),
        "proof": (files.proof_samples, settings.report_file),
        "quality": (files.quality_samples, settings.quality_file),
        "read_model": (files.read_model_samples, settings.live_view_path),
    }


if __name__ == "__main__":
    sys.exit(main())
