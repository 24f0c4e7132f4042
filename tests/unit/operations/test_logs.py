"""`nova logs`: files of several kinds in, one order of time and readable lines out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from domain.errors import ConfigurationError
from operations.logs.line import Level, LogLine, parsed
from operations.logs.reading import follow, logged
from operations.logs.showing import shown
from operations.logs.wanted import Wanted, ago, level_of

EVERYTHING = Wanted()
MINUTE = 60_000_000


def ours(at: str, event: str, level: str = "info", **fields: object) -> str:
    timestamp = f"2026-01-05T{at}Z"
    return json.dumps({"event": event, "level": level, "timestamp": timestamp, **fields})


def said(text: str) -> LogLine:
    (line,) = parsed("stock", text)
    return line


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    first = [ours("10:00:01", "started"), ours("10:00:05", "stopped", "warning", why="asked to")]
    second = [ours("10:00:03", "batch_written", rows=5), "Traceback (most recent call last):"]
    (tmp_path / "api.log").write_text("\n".join(first) + "\n", encoding="utf-8")
    (tmp_path / "stock.log").write_text("\n".join(second) + "\n", encoding="utf-8")
    (tmp_path / "clock.log").touch()
    return tmp_path


def texts(
    folder: Path, *components: str, wants: Wanted = EVERYTHING, most: int | None = 50
) -> list:
    return [each.text for each in logged(folder, components, wants=wants, most=most)]


def test_lines_of_all_components_come_in_the_order_of_time(folder: Path) -> None:
    assert texts(folder) == [
        "started", "batch_written rows=5", "Traceback (most recent call last):",
        'stopped why="asked to"',
    ]  # fmt: skip


def test_only_the_named_components_and_only_the_last_lines_are_shown(folder: Path) -> None:
    assert texts(folder, "api", "clock") == ["started", 'stopped why="asked to"']
    assert texts(folder, "api", most=1) == ['stopped why="asked to"']


def test_lines_are_chosen_by_level_text_and_age(folder: Path) -> None:
    assert texts(folder, wants=Wanted(level=Level.WARNING)) == ['stopped why="asked to"']
    assert texts(folder, wants=Wanted(text="ROWS=5")) == ["batch_written rows=5"]
    since = said(ours("10:00:04", "x")).at
    assert texts(folder, wants=Wanted(since=since)) == ['stopped why="asked to"']


def test_an_unknown_component_is_refused_with_those_there_are(folder: Path) -> None:
    with pytest.raises(
        ConfigurationError, match=r"no log of nope in .*: there is api, clock, stock"
    ):
        texts(folder, "nope")


def test_where_nothing_has_run_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="nothing has been logged"):
        texts(tmp_path / "logs")


def test_following_goes_on_with_new_lines_new_files_and_files_begun_anew(folder: Path) -> None:
    lines = follow(folder, (), wants=EVERYTHING, most=1)
    assert [next(lines).text for _ in range(2)] == [
        "Traceback (most recent call last):", 'stopped why="asked to"',
    ]  # fmt: skip
    with (folder / "api.log").open("a", encoding="utf-8") as file:
        file.write(ours("10:00:09", "again") + "\n" + "half a li")
    (folder / "pooling.log").write_text(ours("10:00:10", "new") + "\n", encoding="utf-8")
    assert [next(lines).text for _ in range(2)] == ["again", "new"]
    (folder / "stock.log").write_text(ours("10:00:11", "anew") + "\n", encoding="utf-8")
    assert next(lines).text == "anew"


@pytest.mark.parametrize(
    ("written", "level", "text"),
    [
        ("2026-01-05T10:00:01,426 WARN  kafka.X it (a.b)", "warning", "kafka.X it (a.b)"),
        ("2026-01+00-05 10:00:01 WARN [null] old", "warning", "[null] old"),
        ("[2026-01-05 10:00:01,064] [22248] [WARNING] buffer full", "warning", "buffer full"),
        ("[2026-01-05 10:00:01,064] [22248] [ERROR] gone", "error", "gone"),
        ("2026-01-05 10:00:01 no level at all", "info", "no level at all"),
        ("WARNING faust.transport slow", "warning", "faust.transport slow"),
        ("just words", "info", "just words"),
        ('{"not": "ours"}', "info", '{"not": "ours"}'),
    ],
)  # fmt: skip
def test_lines_of_every_kind_are_understood(written: str, level: str, text: str) -> None:
    line = said(written)
    assert (line.level, line.text) == (level_of(level), text)
    assert (line.at is not None) == ("2026" in written)


def test_a_stack_trace_stays_with_the_line_that_it_explains() -> None:
    failed = ours("10:00:01", "worker_failed", "error", exception="Traceback:\n  line 3")
    lines = parsed("stock", failed)
    assert [(each.text, each.goes_on) for each in lines] == [
        ("worker_failed", False), ("Traceback:", True), ("  line 3", True),
    ]  # fmt: skip
    (after,) = parsed("stock", "\tat java.lang.Thread", lines[-1])
    assert (after.at, after.level, after.goes_on) == (lines[0].at, Level.ERROR, True)


def test_terminal_codes_and_empty_lines_are_left_out() -> None:
    assert said("\x1b[?25hOK ^").text == "OK ^"
    assert parsed("stock", "\x1b[?25h\n") == []


def test_a_shown_line_begins_with_component_time_and_level() -> None:
    line = said(ours("10:00:05.5", "stopped", "warning"))
    assert shown(line).plain == "stock            10:00:05.500 warning  stopped"


@pytest.mark.parametrize(("written", "meant"), [("30s", MINUTE // 2), ("2h", 120 * MINUTE)])
def test_ages_are_written_as_a_number_and_a_unit(written: str, meant: int) -> None:
    assert ago(written) == meant


@pytest.mark.parametrize("written", ["", "10", "-5m", "10 minutes", "m"])
def test_other_ages_are_refused(written: str) -> None:
    with pytest.raises(ConfigurationError, match="--since"):
        ago(written)


def test_an_unknown_level_is_refused_with_those_there_are() -> None:
    with pytest.raises(ConfigurationError, match="debug, info, warning, error, critical"):
        level_of("loud")
