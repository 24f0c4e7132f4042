"""A stack's status in, lines of a terminal out: live where it is one, plain where it is not."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console, JustifyMethod
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from operations.supervisor import ComponentStatus, StackStatus, State, StepStatus

_MARKS = {
    State.WAITING: ("·", "dim"),
    State.STARTING: ("…", "yellow"),
    State.READY: ("✓", "green"),
    State.BACKING_OFF: ("↻", "red"),
    State.STOPPED: ("–", "dim"),
    State.FAILED: ("✗", "bold red"),
}


class StartProgress:
    """Shows a start: a table that lives on a terminal, a line for each change elsewhere."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, auto_refresh=False, transient=False)
        self._said: dict[str, str] = {}

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._live.stop()

    def __call__(self, status: StackStatus) -> None:
        """Show the status as it is now."""
        if self._console.is_terminal:
            self._live.update(_table(status), refresh=True)
            return
        for part in _parts(status):
            line = _line(part)
            if (
                part.state not in {State.WAITING, State.STARTING}
                and self._said.get(part.name) != line
            ):
                self._said[part.name] = line
                self._console.print(line, highlight=False, markup=False, soft_wrap=True)


def status_table(status: StackStatus) -> Table:
    """Return everything that `nova status` shows."""
    table = Table(box=None, header_style="dim", pad_edge=False)
    for heading in ("component", "state", "pid", "port", "ready after", "restarts", "RSS MiB", ""):
        justify: JustifyMethod = "right" if heading in {"pid", "RSS MiB"} else "left"
        # A name that is cut off cannot be typed.
        table.add_column(heading, justify=justify, no_wrap=heading in {"component", "state"})
    for each in status.components:
        table.add_row(
            each.name,
            Text(each.state, style=_MARKS[each.state][1]),
            str(each.pid or ""),
            str(each.port or ""),
            _seconds(each.seconds_to_ready),
            f"{each.restarts} (last: {each.last_exit})" if each.restarts else "",
            f"{each.rss_mib:.0f}",
            each.detail,
        )
    return table


def ready_box(urls: dict[str, str], data_dir: str, next_command: str) -> Panel:
    """Return the one box that ends a start."""
    lines = [*urls.items(), ("data", data_dir), ("next", next_command)]
    body = Table.grid(padding=(0, 2, 0, 0))
    body.add_column(style="dim", no_wrap=True)
    body.add_column(overflow="fold")
    for name, value in lines:
        body.add_row(name, Text(value))
    return Panel(body, title="Nova Corrente is running", expand=False, border_style="green")


def _parts(status: StackStatus) -> list[ComponentStatus | StepStatus]:
    """Components and steps in the order of a start: what all wait for comes first."""
    first = [each for each in status.components if each.name in {"broker", "registry"}]
    rest = [each for each in status.components if each not in first]
    return [*first, *status.steps, *rest]


def _table(status: StackStatus) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    for part in _parts(status):
        mark, style = _MARKS[part.state]
        table.add_row(
            Text(mark, style=style),
            part.name,
            _seconds(_took(part)),
            Text(part.detail, style="dim"),
        )
    return table


def _line(part: ComponentStatus | StepStatus) -> str:
    mark, _ = _MARKS[part.state]
    return f"{mark} {part.name:<18}{_seconds(_took(part)):>8}  {part.detail}".rstrip()


def _took(part: ComponentStatus | StepStatus) -> float | None:
    return part.seconds_to_ready if isinstance(part, ComponentStatus) else part.seconds


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.1f} s"
