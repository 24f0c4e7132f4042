"""What a person types, in: `nova up`, `down`, `status` and the rest."""

from __future__ import annotations

import json
import socket
import time
from importlib import import_module
from typing import Annotated

import typer
from rich.console import Console

from domain.errors import ConfigurationError, PlatformError
from operations import looking
from operations.artifacts import ArtifactStore, locked
from operations.bench.command import bench_app
from operations.components import Profile
from operations.fetching import fetch
from operations.options import DataDir, PortBase
from operations.progress import StartProgress, ready_box, status_table
from operations.proof import verify
from operations.quality import quality_line, quality_of
from operations.registry import registry_url
from operations.running import (
    Tools,
    build_stack,
    prepare_access,
    require_not_running,
    start_detached,
    stop_running,
    supervisor_of,
    until_interrupted,
)
from operations.schedule.command import jobs_app
from operations.schedule.shown import jobs_table, records_of
from operations.settings import DEFAULT_PORT_BASE, StackSettings, default_data_dir, typed
from operations.supervisor import told
from operations.topics import apply_topics, plan_topics

app = typer.Typer(
    name="nova",
    help="Which spare part will run out at which telecom site, when, and what to do by when.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
topics_app = typer.Typer(help="Compare the declared topics with the broker and the registry.")
app.add_typer(topics_app, name="topics", no_args_is_help=True)
app.add_typer(jobs_app, name="jobs", no_args_is_help=True)
app.add_typer(bench_app, name="bench", no_args_is_help=True)
console = Console()
errors = Console(stderr=True)

_CONFIGURATION_EXIT = 2


@app.command(epilog="Example: nova up --detach --data-dir /srv/nova --port-base 9000")
def up(
    data_dir: DataDir,
    port_base: PortBase = DEFAULT_PORT_BASE,
    *,
    detach: Annotated[
        bool, typer.Option("--detach", help="Return when all is ready; it stays up.")
    ] = False,
) -> None:
    """Start the whole stack, and stop it on Ctrl-C."""
    settings = StackSettings(data_dir.resolve(), port_base)
    require_not_running(settings.data_dir)
    if detach:
        # Here, or the supervisor would fetch them where nobody sees it.
        if (store := ArtifactStore()).missing():
            fetch(store, errors)
        access = prepare_access(settings, Profile.LIVE)
        with StartProgress(console) as progress:
            start_detached(settings, progress)
        _show_box(settings, access.console_link, access.new_owner_key, typed("status", data_dir))
        return
    tools = Tools.found()
    with until_interrupted() as ended, build_stack(settings, tools, Profile.LIVE) as stack:
        access = prepare_access(settings, Profile.LIVE)
        with StartProgress(console) as progress:
            stack.start(progress, cancelled=ended)
        if not ended.is_set():
            _show_box(settings, access.console_link, access.new_owner_key, "Ctrl-C stops it")
            ended.wait()
        console.print("stopping …")


@app.command(epilog="Example: nova down --data-dir /srv/nova")
def down(data_dir: DataDir) -> None:
    """Stop the stack of a data directory; what it knows stays there."""
    began = time.monotonic()
    was_up = stop_running(data_dir, lambda pid: console.print(f"stopping (pid {pid}) …"))
    if was_up:
        console.print(f"stopped after {time.monotonic() - began:.1f} s")
    else:
        console.print(f"nothing runs in {data_dir}")


@app.command(epilog="Example: nova status --json | jq '.components[] | {name, state}'")
def status(
    data_dir: DataDir,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show every component and job; exit code 0 when all components are ready, 1 otherwise."""
    found, process = supervisor_of(data_dir)
    if found is not None and process is None:
        found = found.after_its_supervisor()
    jobs, lake = records_of(data_dir, running=process is not None), StackSettings(data_dir).lake
    if as_json:
        shown = found.as_json() if found else {"data_dir": str(data_dir), "components": []}
        more = {"jobs": [each.as_json() for each in jobs], "quality": quality_of(lake)}
        print(json.dumps({**shown, **more}))
    elif found is None:
        start = typed("up", data_dir)
        console.print(f"nothing has run in {data_dir} yet: start it with {start}", soft_wrap=True)
    else:
        console.print(status_table(found))
        if jobs:
            console.print(jobs_table(jobs))
        console.print(quality_line(lake), soft_wrap=True)
        for sentence in told(found):
            console.print(sentence, markup=False, highlight=False, soft_wrap=True)
        if process is None:
            start = typed("up", data_dir)
            console.print(f"its supervisor is not running: start it with {start}", soft_wrap=True)
    raise typer.Exit(0 if found is not None and process is not None and found.all_ready else 1)


app.command(epilog="Example: nova logs -f · nova logs stock pooling --since 10m --level warning")(
    looking.logs
)
app.command(
    epilog="Example: nova trace 6c1f6aa2 · nova trace 'clean.stock-fact.v1[3]@1842' --json"
)(looking.trace)


@topics_app.command("plan", epilog="Example: nova topics plan")
def topics_plan(port_base: PortBase = DEFAULT_PORT_BASE) -> None:
    """Show what differs; exit code 1 when something declared would break what is there."""
    plan = plan_topics(*_broker_and_registry(port_base))
    for change in plan.changes:
        console.print(str(change), markup=False, highlight=False)
    console.print(plan.in_words(), highlight=False)
    raise typer.Exit(1 if plan.refused else 0)


@topics_app.command("apply", epilog="Example: nova topics apply")
def topics_apply(port_base: PortBase = DEFAULT_PORT_BASE) -> None:
    """Make the broker and the registry as declared; doing it twice changes nothing."""
    plan = apply_topics(*_broker_and_registry(port_base))
    for change in plan.changes:
        console.print(str(change), markup=False, highlight=False)
    console.print(f"applied: {plan.in_words()}", highlight=False)


app.command(epilog="Example: nova verify --report proof.json")(verify)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    add_help_option=False,
    epilog="Example: nova demo --input requisicoes.xlsx --exit --report report.json",
)
def demo(context: typer.Context) -> None:
    """Run all of it on one requisition file and tell what it found."""
    # Imported by name only now: every other command should not pay for it.
    single = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    single.command()(import_module("operations.demo.command").demo)
    single(context.args, prog_name="nova demo")


@app.command(epilog="Example: nova test unit")
def test(
    only: Annotated[list[str] | None, typer.Argument(help="Stages; all by default.")] = None,  # noqa: PT028  (no test of pytest)
) -> None:
    """Run every check in order, and stop at the first that fails."""
    from operations.checks import run_checks

    raise typer.Exit(run_checks(console, only or []))


@app.command(epilog="Example: nova artifacts")
def artifacts(
    *,
    lock: Annotated[bool, typer.Option("--lock", help="Resolve anew and write the lock.")] = False,
    only: Annotated[
        list[str] | None, typer.Option("--set", help="With --lock: only this set.")
    ] = None,
) -> None:
    """Fetch and verify the JVM files of the lock."""
    from operations.artifact_lock import write_lock

    if lock:
        console.print(write_lock(only=only or ()))
    fetch(ArtifactStore(), errors)
    for name, files in locked().items():
        console.print(f"{name}: {len(files)} verified")


app.command(epilog="Example: nova docs · nova docs --check")(looking.docs)
app.command(
    epilog="Example: nova config --port-base 9000 · nova config --json | jq .components.api"
)(looking.config)


def run(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit code, with one line for what a person must act on."""
    try:
        app(arguments, prog_name="nova")
    except PlatformError as error:
        errors.print(f"nova: {error}", markup=False, highlight=False, soft_wrap=True)
        return _CONFIGURATION_EXIT if isinstance(error, ConfigurationError) else 1
    return 0


def _broker_and_registry(port_base: int) -> tuple[str, str]:
    """Return where they answer.

    Raises:
        ConfigurationError: nobody does: clients would complain of it for half a minute.
    """
    settings = StackSettings(default_data_dir(), port_base)
    for name in ("broker", "registry"):
        try:
            socket.create_connection(("127.0.0.1", settings.port(name)), timeout=5).close()
        except OSError:
            msg = (
                f"no {name} answers at 127.0.0.1:{settings.port(name)}: start the stack with "
                "./nova up, or say its --port-base"
            )
            raise ConfigurationError(msg) from None
    return settings.bootstrap_servers, registry_url(settings.port("registry"))


def _show_box(settings: StackSettings, link: str, key: str | None, next_command: str) -> None:
    urls = {
        "console": link,
        "API": f"{settings.api_url}/docs",
        "broker": settings.bootstrap_servers,
    }
    if key is not None:
        urls["X-API-Key"] = f"{key}  (shown only now)"
    console.print(ready_box(urls, str(settings.data_dir), next_command))
