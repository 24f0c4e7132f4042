"""Arguments in, a job run in one Spark session and an exit code out."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import structlog
from pydantic import ValidationError

from adapters.telemetry import configure_logs
from domain.errors import ConfigurationError

HOLDS, DIFFERS, CONFIGURATION, FAILED = 0, 1, 2, 3

_log = structlog.get_logger()


def options(
    description: str | None,
    *,
    report: bool = False,
    more: Callable[[argparse.ArgumentParser], None] | None = None,
) -> argparse.Namespace:
    """Parse `--lake` (by default LAKE_URI), and `--report` where the job writes one.

    Args:
        description: what the job does.
        report: whether it writes a report.
        more: adds the arguments that only this job has.
    """
    command = f"python -m {_module()}"
    parser = argparse.ArgumentParser(
        prog=command,
        description=description,
        epilog=_epilog(f"{command} --lake .nova/data/lake{' --report report.json' * report}"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    lake = os.environ.get("LAKE_URI")
    parser.add_argument(
        "--lake", type=Path, default=lake, required=lake is None, help="root of the tables"
    )
    scratch = os.environ.get("STATE_DIR")
    parser.add_argument("--scratch", type=Path, default=scratch, help="parent of Spark's files")
    if report:
        parser.add_argument("--report", type=Path, required=True, help="JSON file to write")
    if more is not None:
        more(parser)
    return parser.parse_args()


def exit_code_of(component: str, job: Callable[[], int]) -> int:
    """Run a job; log what ends it early, and tell by the code whether a person must act."""
    configure_logs(component)
    signal.signal(signal.SIGTERM, _stop)
    try:
        return job()
    except ConfigurationError as error:
        _log.error("configuration_refused", error=str(error))
        return CONFIGURATION
    except ValidationError as error:
        missing = ", ".join(".".join(map(str, each["loc"])) for each in error.errors())
        _log.error("configuration_refused", error=f"settings missing or wrong: {missing}")
        return CONFIGURATION
    except Exception:  # noqa: BLE001 (the process boundary)
        _log.exception("job_failed")
        return FAILED


def _module() -> str:
    """Return what `python -m` was given."""
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    return spec.name.removesuffix(".__main__") if spec is not None else "compaction_jobs"


def _epilog(example: str) -> str:
    return f"""Run it as often as you like: nothing counts twice. It may be killed at any moment.

example: {example}

exit codes:
  {HOLDS}  done, and what was checked holds
  {DIFFERS}  done, and something differs: see the report
  {CONFIGURATION}  the arguments or the surroundings are wrong: a person must act
  {FAILED}  failed: try again
"""


def _stop(_signal: int, _frame: object) -> None:
    # An exception, so that the session closes and takes its scratch folder with it.
    raise SystemExit(128 + signal.SIGTERM)
