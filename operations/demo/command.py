"""`nova demo`: one requisition file through the whole real stack."""

from __future__ import annotations

import os
import threading
import time
import webbrowser
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from domain.errors import ConfigurationError
from operations.components import Profile
from operations.demo.bundled import bundled_input
from operations.demo.report import require_writable
from operations.demo.run import DemoOptions, DemoRun
from operations.demo.story import read
from operations.progress import StartProgress, ready_box
from operations.running import (
    Access,
    Tools,
    build_stack,
    prepare_access,
    require_not_running,
    until_interrupted,
)
from operations.settings import DEFAULT_PORT_BASE, StackSettings, default_data_dir, typed

console = Console()

_DOES_NOT_HOLD = 1
_INTERRUPTED = 130  # as a shell says of a command that Ctrl-C ended


def demo(
    inputs: Annotated[
        list[Path] | None,
        typer.Option("--input", help="An ERP export, XLSX or CSV; a generated one by default."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="Where to write the report, as JSON.")
    ] = None,
    data_dir: Annotated[
        Path | None, typer.Option("--data-dir", help="Where everything is kept.")
    ] = None,
    port_base: Annotated[
        int, typer.Option("--port-base", help="The API's port; the rest lie above it.")
    ] = DEFAULT_PORT_BASE,
    seed: Annotated[int, typer.Option("--seed", help="Of the simulated warehouse.")] = 1,
    *,
    exit_: Annotated[
        bool, typer.Option("--exit", help="Stop when all is done, instead of on Ctrl-C.")
    ] = False,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Do not open the console.")
    ] = False,
) -> None:
    """Run all of it on one requisition file and tell what it found.

    Example: nova demo --input requisicoes.xlsx --exit --report report.json
    """
    began = time.monotonic() - float(os.environ.get("NOVA_ENVIRONMENT_SECONDS", "0"))
    # Before anything is started: a file that cannot be read or written is said at once.
    if report is not None:
        require_writable(report)
    demos = default_data_dir() / "demos"
    source = read(_the_one(inputs) or bundled_input(demos / "input"))
    chosen = data_dir or demos / source.folder_name(seed)
    settings = StackSettings(chosen.resolve(), port_base)
    require_not_running(settings.data_dir)
    run = DemoRun.of(settings, DemoOptions(report, seed, began), console, source)
    tools = Tools.found()
    with until_interrupted() as ended, build_stack(settings, tools, Profile.DEMO) as stack:
        # Only now is the directory ours: another's one-time link must go on opening.
        access = prepare_access(settings, Profile.DEMO)
        with StartProgress(console) as progress:
            stack.start(progress, cancelled=ended)
        holds = None
        if not ended.is_set():
            run.stack_is_ready()
            _show_box(settings, access)
            if not exit_ and not no_browser:
                _open(access.console_link)
            holds = run.through(stack, tools, ended)
        if holds is not None and not exit_:
            console.print("Ctrl-C stops everything; what it knows stays in the data directory.")
            ended.wait()
        console.print("stopping …")
    if holds is None:
        raise typer.Exit(_INTERRUPTED)
    raise typer.Exit(0 if holds else _DOES_NOT_HOLD)


def _the_one(inputs: list[Path] | None) -> Path | None:
    """Return the file that was named, if one was.

    Raises:
        ConfigurationError: several were: taking one of them silently would lose the others.
    """
    if not inputs:
        return None
    if len(inputs) > 1:
        named = ", ".join(path.name for path in inputs)
        msg = f"one file a demo, and {len(inputs)} were named ({named}): put them into one export"
        raise ConfigurationError(msg)
    return inputs[0]


def _show_box(settings: StackSettings, access: Access) -> None:
    urls = {"console": access.console_link, "API": f"{settings.api_url}/docs"}
    if access.new_owner_key is not None:
        urls["owner key"] = f"{access.new_owner_key}  (shown once; X-API-Key)"
    folder = settings.data_dir
    with suppress(ValueError):
        folder = folder.relative_to(Path.cwd())
    console.print(ready_box(urls, str(folder), typed("status", settings.data_dir)))


def _open(link: str) -> None:
    """Open the console where there is a browser; say nothing where there is none."""
    threading.Thread(target=webbrowser.open, args=(link,), daemon=True).start()
