"""Every command of `nova` explains itself, with an example that a person can type."""

from __future__ import annotations

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from operations.command import app


def commands() -> list[tuple[str, ...]]:
    """Return the words of every command, those of groups included."""
    found: list[tuple[str, ...]] = []
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found += [(name, each) for each in inner] if inner else [(name,)]
    return found


every_command = pytest.mark.parametrize("words", commands(), ids=" ".join)


def test_there_are_commands_to_explain() -> None:
    assert len(commands()) > 10
    assert {("trace",), ("logs",), ("config",), ("docs",)} <= set(commands())


@every_command
def test_the_help_of_a_command_holds_an_example_and_a_sentence(words: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "200"})
    assert shown.exit_code == 0
    assert f"nova {' '.join(words)}" in shown.output.partition("Example: ")[2]
