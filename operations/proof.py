"""`nova verify`: the proof is made again, and told in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from domain.errors import ConfigurationError, PlatformError
from operations.components import spark_environment
from operations.demo.jobs import Job, run_job
from operations.options import DataDir
from operations.running import Tools
from operations.settings import StackSettings, typed

console = Console()
errors = Console(stderr=True)
_LOG = "silver/stock_fact"
_HOLDS, _DIFFERS, _FAILED = 0, 1, 3
_NAMED_AT_MOST = 10


def verify(
    data_dir: DataDir,
    report: Annotated[Path | None, typer.Option(help="Where the proof is written.")] = None,
) -> None:
    """Prove that stream, silver and gold agree; exit code 1 and the keys where they do not."""
    settings = StackSettings(data_dir.resolve())
    if not (settings.lake / _LOG).is_dir():
        start = typed("up", data_dir)
        msg = f"no fact has arrived in {data_dir} yet: there is nothing to prove. Start it: {start}"
        raise ConfigurationError(msg)
    path = (report or settings.data_dir / "reconciliation.json").resolve()
    tools = Tools.found()
    env = spark_environment(settings, tools.artifacts, tools.java, "verify")
    columns = (
        TextColumn("{task.description:<32}"), BarColumn(), MofNCompleteColumn(),
        TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("proof", total=1)

        def on_stage(name: str, done: int, total: int) -> None:
            progress.update(task, completed=done, total=total, description=f"proof: {name}")

        job = Job("verify", "compaction_jobs.reconcile", path, answers=(_HOLDS, _DIFFERS))
        try:
            ended = run_job(settings, job, env, on_stage=on_stage, waiting=lambda: None)
        except PlatformError as error:
            errors.print(f"nova: {error}", markup=False, highlight=False, soft_wrap=True)
            raise typer.Exit(_FAILED) from None
    for line in in_words(ended.report, holds=ended.exit_code == _HOLDS):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    console.print(f"all of it: {path}", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(ended.exit_code)


def in_words(proof: dict[str, Any], *, holds: bool) -> Iterator[str]:
    """Yield what a proof found: the figures, and by name the first of what does not agree."""
    positions, gold, transfers = proof["reconciliation"], proof["gold"], proof["transfers"]
    raw = proof["accounting"].values()
    records, lost = _sum(raw, "records"), _sum(raw, "unaccounted") + _sum(raw, "gaps")
    yield f"proof {'holds' if holds else 'DOES NOT HOLD'}:"
    behind = positions["keys_behind"]
    yield (
        f"  {positions['keys']:,} positions, {positions['differences']:,} differ from the "
        "independent ledger" + (f"; {behind:,} have facts still to be decided on" if behind else "")
    )
    yield f"  {records:,} raw records, {lost:,} unaccounted for"
    yield f"  {transfers['transfers']:,} transfers, {transfers['differences']:,} do not come out"
    yield _of_gold(gold)
    named = [
        *map(_position, positions["details"]),
        *map(_gold_row, gold["details"]),
        *map(_fields, transfers["details"]),
        *map(_fields, proof["unaccounted"]),
    ]
    yield from (f"  - {each}" for each in named[:_NAMED_AT_MOST])
    if len(named) > _NAMED_AT_MOST:
        yield f"  and {len(named) - _NAMED_AT_MOST:,} more in the report"


def _of_gold(gold: dict[str, Any]) -> str:
    if not gold["made"]:
        return "  no gold yet: compaction makes it"
    if not gold["of_this_silver"]:
        return "  gold was made from another silver than this one"
    return (
        f"  {gold['rows']:,} rows of gold at silver's version {gold['silver_version']}, "
        f"{gold['differences']:,} differ"
    )


def _position(detail: dict[str, Any]) -> str:
    first = detail.get("first_differing_event_id")
    since = f", first at the fact {first}" if first else ""
    return (
        f"{detail['item_id']} at {detail['site_id']}: {detail['field']} is {detail['stream']} in "
        f"the stream, {detail['ledger']} in the ledger{since}"
    )


def _gold_row(detail: dict[str, Any]) -> str:
    return (
        f"{detail['item_id']} at {detail['site_id']} on {detail['date']}: {detail['field']} is "
        f"{detail['gold']} in gold, {detail['ledger']} in the ledger"
    )


def _fields(detail: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in detail.items())


def _sum(counts: Any, name: str) -> int:
    return sum(each[name] for each in counts)
