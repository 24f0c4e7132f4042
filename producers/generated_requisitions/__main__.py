"""Write a generated export: `python -m producers.generated_requisitions --out FILE`."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

import structlog

from adapters.telemetry import configure_logs
from domain.errors import ConfigurationError
from producers.generated_requisitions.files import write_file
from producers.generated_requisitions.generator import (
    DEFAULT_LINES,
    DEFAULT_SEED,
    DEFAULT_START,
    generate,
)

_COMPONENT = "producers.generated_requisitions"


def main() -> int:
    """Write one file and return the exit code: 2 where a person must act."""
    parser = argparse.ArgumentParser(prog=_COMPONENT, description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="…gerado….xlsx or …gerado….csv")
    parser.add_argument("--lines", type=int, default=DEFAULT_LINES)
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    parser.add_argument("--start", type=date.fromisoformat, default=DEFAULT_START)
    asked = parser.parse_args()
    if asked.lines < 1:
        parser.error("--lines must be at least 1")
    configure_logs(_COMPONENT)
    log = structlog.get_logger()
    try:
        write_file(generate(asked.lines, asked.seed, asked.start), asked.out)
    except ConfigurationError as error:
        log.error("file_not_written", reason=str(error))  # noqa: TRY400  (no trace: a person's error)
        return 2
    log.info("file_written", file=str(asked.out), lines=asked.lines, seed=asked.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
