"""Judge every suite on one version of its table; publish a result and pages for people."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import structlog

from compaction_jobs.lake import Lake, Snapshot
from compaction_jobs.quality.checkpoint import Checkpoints
from compaction_jobs.quality.frames import current_view, frame_of, of_kinds
from compaction_jobs.quality.pages import make_offline, write_index
from compaction_jobs.quality.result import (
    DOCS,
    FOLDER,
    RESULT,
    Result,
    SuiteResult,
    write_json,
)
from compaction_jobs.quality.suites import SUITES, Suite
from compaction_jobs.stages import Stages
from schemas.topics import topic

# So many facts need 0.95 GiB and 8 s of a core (measured), about what Spark has just given back.
# What arrived before them was judged when it came.
MOST_ROWS = 300_000
_PAGES = ".docs-"

_log = structlog.get_logger()


def run(
    lake: Lake,
    stages: Stages,
    *,
    made_at: datetime,
    reports: Sequence[Path] = (),
    most_rows: int = MOST_ROWS,
) -> Result:
    """Judge silver, publish the result and its pages, and return the result.

    A suite whose table does not exist yet is left out, and the log says so.

    Args:
        lake: the lake.
        stages: told of each stage.
        made_at: when, for the result.
        reports: files that hold the same JSON as the lake's own.
        most_rows: of each table, only about so many that arrived last are looked at.
    """
    with _new_pages(lake.path(FOLDER)) as pages:
        checkpoints = Checkpoints(pages, run_name=f"{made_at:%Y-%m-%d-%H%M}")
        judged = tuple(_judged(lake, checkpoints, most_rows))
        result = Result(made_at.isoformat(timespec="seconds"), judged)
        stages.done("expectations", expectations=result.expectations, failed=result.failed)
        checkpoints.write_pages()
        make_offline(pages)
        write_index(pages, result)
    write_json(result.as_json(), [*reports, lake.path(FOLDER) / RESULT])
    for suite in result.suites:
        for failure in suite.failures:
            _log.warning(
                "expectation_failed",
                suite=suite.suite,
                expectation=failure.expectation,
                unexpected=failure.unexpected,
                reason=failure.error,
            )
    stages.done("data_docs", success=result.success)
    return result


def _judged(lake: Lake, checkpoints: Checkpoints, most_rows: int) -> Iterator[SuiteResult]:
    views: dict[str, tuple[Snapshot, pa.Table] | None] = {}
    for suite in SUITES:
        table = f"silver/{topic(suite.topic).table}"
        if table not in views:
            held = lake.find(table)
            views[table] = (held, current_view(held, most_rows=most_rows)) if held else None
        found = views[table]
        if found is None:
            _log.warning("table_missing", suite=suite.name, table=table)
            continue
        snapshot, view = found
        rows = view if suite.kinds is None else of_kinds(view, suite.kinds)
        yield _suite_result(suite, snapshot, rows, checkpoints)


def _suite_result(
    suite: Suite, snapshot: Snapshot, rows: pa.Table, checkpoints: Checkpoints
) -> SuiteResult:
    expectations, failures = checkpoints.run(suite, frame_of(rows))
    return SuiteResult(
        suite=suite.name,
        table=snapshot.table,
        topic=suite.topic,
        version=snapshot.version,
        success=not failures,
        expectations=expectations,
        failed=len(failures),
        rows=rows.num_rows,
        failures=tuple(failures),
    )


@contextmanager
def _new_pages(folder: Path) -> Iterator[Path]:
    """Give a folder for pages; afterwards `docs` names it, in one step, instead of the last one.

    The last one stays until the next time: somebody may be reading in it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / DOCS
    before = link.resolve()
    pages = Path(tempfile.mkdtemp(prefix=_PAGES, dir=folder))
    try:
        yield pages
    except BaseException:
        shutil.rmtree(pages, ignore_errors=True)
        raise
    _point(link, pages)
    for other in folder.glob(f"{_PAGES}*"):
        if other not in {pages, before}:
            shutil.rmtree(other, ignore_errors=True)


def _point(link: Path, pages: Path) -> None:
    partial = link.with_name(f".{link.name}.partial")
    partial.unlink(missing_ok=True)
    partial.symlink_to(pages.name, target_is_directory=True)
    if link.is_dir() and not link.is_symlink():  # a lake that was copied: the links became folders
        shutil.rmtree(link)
    os.replace(partial, link)  # noqa: PTH105  (the link itself, wherever it leads)
