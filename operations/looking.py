"""The commands that only look: a data directory in, what a person asked of it out."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from operations.logs.reading import follow, logged
from operations.logs.showing import shown
from operations.logs.wanted import Wanted, ago, level_of
from operations.options import AsJson, DataDir, PortBase
from operations.running import supervisor_of
from operations.settings import DEFAULT_PORT_BASE, ROOT, StackSettings

if TYPE_CHECKING:
    from operations.effective import Setting

console = Console()
_LINES = 50
_LONGEST_VALUE = 100
_WIDTH_WITHOUT_A_TERMINAL = 124


def trace(
    event: Annotated[str, typer.Argument(help="An id, its first digits, or a place in a topic.")],
    data_dir: DataDir,
    port_base: Annotated[
        int | None, typer.Option("--port-base", help="As the stack was started, by default.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show one event's way through the whole platform, hop by hop, running or stopped.

    EVENT is whatever you have of it: the id of a raw event, a fact, a decision, an alert or one of
    its transitions (the webhook-id), or a place such as clean.stock-fact.v1[3]@1842.
    """
    # Only now: reading the lake costs every other command a second of imports.
    from operations.trace.showing import document, tree
    from operations.trace.tracing import trace as trace_event

    found, process = supervisor_of(data_dir)
    settings = StackSettings(data_dir.resolve(), port_base or DEFAULT_PORT_BASE)
    if found is not None and port_base is None:
        settings = replace(settings, port_base=found.component("api").port or DEFAULT_PORT_BASE)
    way = trace_event(event, settings, is_running=process is not None)
    if as_json:
        written = document(event, way.origin, way.hops, way.notes)
        print(json.dumps(written, ensure_ascii=False, indent=1, default=_as_text))
        return
    width = console.width if console.is_terminal else _WIDTH_WITHOUT_A_TERMINAL
    shown = Console(width=width, file=sys.stdout)
    shown.print(tree(event, way.origin, way.hops, width=width, notes=way.notes))


def logs(
    data_dir: DataDir,
    *,
    components: Annotated[
        list[str] | None, typer.Argument(metavar="[COMPONENT]...", help="All of them by default.")
    ] = None,
    followed: Annotated[bool, typer.Option("--follow", "-f", help="Go on as they come.")] = False,
    since: Annotated[
        str | None, typer.Option(metavar="AGO", help="Not older than 30s, 10m, 2h or 1d.")
    ] = None,
    grep: Annotated[str, typer.Option(metavar="TEXT", help="Only lines that hold it.")] = "",
    level: Annotated[str, typer.Option(help="At least debug, info, warning, error.")] = "debug",
    lines: Annotated[
        int | None, typer.Option("--lines", "-n", help="Of each, at most; 50, or all --since.")
    ] = None,
) -> None:
    """Show what the components have logged, in the order of time, each line with its component.

    Times are UTC. JSON lines are shown as words; what goes on from the line before is indented.
    """
    before = None if since is None else time.time_ns() // 1000 - ago(since)
    wants = Wanted(since=before, text=grep, level=level_of(level))
    most = lines if lines is not None else (None if since else _LINES)
    read = follow if followed else logged
    for line in read(data_dir / "logs", components or [], wants=wants, most=most):
        console.print(shown(line), soft_wrap=True)


def config(
    data_dir: DataDir, port_base: PortBase = DEFAULT_PORT_BASE, *, as_json: AsJson = False
) -> None:
    """Print every setting of every component, where it comes from, and secrets only as ********.

    What "default" says can be set by exporting the variable before ./nova up.
    """
    # Only now: it imports the settings of every component.
    from operations.effective import effective_settings

    found = effective_settings(StackSettings(data_dir.resolve(), port_base))
    if as_json:
        stack = found.pop("stack")
        written = {"stack": _plain(stack), "components": {n: _plain(s) for n, s in found.items()}}
        print(json.dumps(written, indent=1))
        return
    for name, of_it in found.items():
        console.print(name, style="bold", markup=False, highlight=False)
        for variable, setting in of_it.items():
            value = _shortened(setting.value) if console.is_terminal else setting.value
            line = Text.assemble(f"  {variable} = {value}", (f"  {setting.origin}", "dim"))
            console.print(line, soft_wrap=True)


def docs(
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if any is stale.")
    ] = False,
) -> None:
    """Write the pages of docs/ that are made from code and schemas, such as docs/event-map.md."""
    from operations.documents.generated import PAGES, stale, write

    changed = stale(ROOT) if check else write(ROOT)
    for page in PAGES:
        word = ("stale" if check else "written") if page in changed else "as it should be"
        console.print(f"{page}: {word}", highlight=False)
    raise typer.Exit(1 if check and changed else 0)


def _plain(settings: dict[str, Setting]) -> dict[str, dict[str, str]]:
    return {name: {"value": each.value, "from": each.origin} for name, each in settings.items()}


def _shortened(value: str) -> str:
    return value if len(value) <= _LONGEST_VALUE else f"{value[:_LONGEST_VALUE]}… (see --json)"


def _as_text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
