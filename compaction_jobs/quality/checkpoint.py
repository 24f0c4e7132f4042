"""Frames in, what Great Expectations finds in them out. Nothing is sent anywhere."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import great_expectations as gx
import pandas as pd
from great_expectations.checkpoint import CheckpointResult
from great_expectations.core import ExpectationValidationResult
from great_expectations.data_context import EphemeralDataContext
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)

from compaction_jobs.quality.examples import some
from compaction_jobs.quality.result import Failure
from compaction_jobs.quality.suites import Suite
from compaction_jobs.quality.vocabulary import NAME

_EXAMPLES = 5
_COLUMN_ARGUMENTS = ("column", "column_A", "column_B", "column_list")


class Checkpoints:
    """A context in memory, and the pages of what ran in it in a folder."""

    def __init__(self, pages: Path, *, run_name: str) -> None:
        self._run_name = run_name
        self._context = _context(pages)
        self._silver = self._context.data_sources.add_pandas("silver")

    def run(self, suite: Suite, frame: pd.DataFrame) -> tuple[int, list[Failure]]:
        """Return how many expectations a suite has, and those that the frame does not keep."""
        definition = self._definition(suite)
        checkpoint = gx.Checkpoint(
            name=suite.name,
            validation_definitions=[definition],
            result_format={"result_format": "SUMMARY", "partial_unexpected_count": _EXAMPLES},
        )
        checkpoint = self._context.checkpoints.add(checkpoint)
        identity = gx.RunIdentifier(run_name=self._run_name)
        result = checkpoint.run(batch_parameters={"dataframe": frame}, run_id=identity)
        found = _only(result)
        return len(found), [_failure(each) for each in found if not each.success]

    def write_pages(self) -> None:
        """Write the pages of every run and every suite."""
        self._context.build_data_docs()

    def _definition(self, suite: Suite) -> gx.ValidationDefinition:
        asset = self._silver.add_dataframe_asset(suite.name)
        batch = asset.add_batch_definition_whole_dataframe("current view")
        expected = gx.ExpectationSuite(name=suite.name, expectations=list(suite.expectations()))
        expected = self._context.suites.add(expected)
        definition = gx.ValidationDefinition(name=suite.name, data=batch, suite=expected)
        return self._context.validation_definitions.add(definition)


def _context(pages: Path) -> EphemeralDataContext:
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    site = {
        "class_name": "SiteBuilder",
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        "store_backend": {
            "class_name": "TupleFilesystemStoreBackend",
            "base_directory": str(pages),
        },
    }
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        data_docs_sites={"quality": site},
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
    )
    return gx.get_context(mode="ephemeral", project_config=config)


def _only(result: CheckpointResult) -> list[ExpectationValidationResult]:
    (validated,) = result.run_results.values()
    return list(validated.results)


def _failure(result: ExpectationValidationResult) -> Failure:
    configuration = result.expectation_config
    assert configuration is not None  # only a result of no expectation lacks one
    arguments: dict[str, Any] = dict(configuration.kwargs)
    found: dict[str, Any] = dict(result.result or {})
    return Failure(
        expectation=str((configuration.meta or {}).get(NAME, configuration.type)),
        column=", ".join(_columns(arguments)),
        unexpected=found.get("unexpected_count"),
        of=found.get("element_count"),
        examples=some(found.get("partial_unexpected_list", ()), most=_EXAMPLES),
        error=_error(result.exception_info),
    )


def _columns(arguments: dict[str, Any]) -> Iterable[str]:
    for name in _COLUMN_ARGUMENTS:
        value = arguments.get(name)
        if value is not None:
            yield from [value] if isinstance(value, str) else value


def _error(raised: dict[str, Any] | None) -> str | None:
    """Return the first message: there is one at the top, or one for each metric."""
    for each in (raised or {}, *(raised or {}).values()):
        if isinstance(each, dict) and each.get("raised_exception"):
            return str(each.get("exception_message"))
    return None
