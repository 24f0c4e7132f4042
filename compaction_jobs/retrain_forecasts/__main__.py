"""Forecast demand anew from what silver holds, and tell the stream."""

from __future__ import annotations

import logging
import sys
from contextlib import closing
from dataclasses import asdict

import structlog
from pydantic import ValidationError

from adapters.kafka import KafkaSettings, Publisher
from adapters.registry import RegistryCodecs, RegistrySettings
from compaction_jobs import command
from compaction_jobs.lake import Lake
from compaction_jobs.report_file import write_report
from compaction_jobs.retrain_forecasts.job import STAGES, run
from compaction_jobs.retrain_forecasts.priors import SOURCE
from compaction_jobs.retrain_forecasts.publishing import PRIORS, publish_missing, published_ids
from compaction_jobs.retrain_forecasts.settings import ForecastSettings
from compaction_jobs.retrain_forecasts.silver import FACTS
from compaction_jobs.stages import Stages
from domain.errors import ConfigurationError
from schemas.codec import Record


def main() -> int:
    """Run the job once."""
    chosen = command.options(__doc__, report=True)
    lake = Lake(chosen.lake)
    lake.require(FACTS)
    kafka, registry = _where_priors_go()
    settings = ForecastSettings()
    _silence_the_libraries()
    with closing(RegistryCodecs(registry)) as codecs:
        codecs.codec(PRIORS)  # an outage shows before the minutes of fitting, not after

        def publish(priors: list[Record]) -> int:
            held = published_ids(kafka, client_id=SOURCE)
            sink = Publisher(kafka, client_id=SOURCE)
            return publish_missing(priors, held=held, sink=sink, encoder=codecs)

        report = run(lake, settings, publish, Stages(STAGES))
    write_report(chosen.report, asdict(report))
    structlog.get_logger().info(
        "report_written",
        file=str(chosen.report),
        forecast_version=report.forecast_version,
        fallbacks=len(report.fallbacks),
        failed=len(report.failed),
        seconds=report.seconds,
    )
    return command.HOLDS


def _where_priors_go() -> tuple[KafkaSettings, RegistrySettings]:
    try:
        return KafkaSettings(), RegistrySettings()
    except ValidationError as error:
        msg = "set KAFKA_BOOTSTRAP_SERVERS and REGISTRY_URL: that is where priors are published"
        raise ConfigurationError(msg) from error


def _silence_the_libraries() -> None:
    """Let no library log a line a series; what goes wrong is raised too."""
    import cmdstanpy  # noqa: F401  (its logger is set up by the import)

    logging.getLogger("cmdstanpy").disabled = True
    logging.getLogger("prophet").setLevel(logging.CRITICAL)  # it misses plotly, which draws


if __name__ == "__main__":
    sys.exit(command.exit_code_of("compaction_jobs.retrain_forecasts", main))
