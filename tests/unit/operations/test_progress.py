"""What commands show: nothing is cut off, and what they tell to type can be typed."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console, RenderableType

from operations.bench.ports import free_port_base
from operations.command import run
from operations.progress import ready_box, status_table
from operations.settings import ROOT, typed
from operations.supervisor.status import ComponentStatus, StackStatus, State

LINK = "http://127.0.0.1:8000/?once=I7G65YT6xnh9OU7XdQDxgwl8p_g"


def shown(what: RenderableType, *, width: int) -> list[str]:
    file = io.StringIO()
    Console(width=width, file=file).print(what)
    return file.getvalue().splitlines()


def test_what_is_too_long_for_the_box_goes_on_below_itself() -> None:
    command = "./nova status --data-dir .nova/data/demos/requisicoes_geradas-903cb612"
    lines = shown(ready_box({"console": LINK}, "data", command), width=80)
    first = next(number for number, line in enumerate(lines) if "./nova status" in line)
    at = lines[first].index("./nova")
    assert lines[first + 1].index(".nova/data") == at
    assert {len(line) for line in lines} == {80}


def test_the_name_of_a_component_is_whole_however_it_died() -> None:
    died = ComponentStatus(
        "webhook-receiver",
        State.READY,
        12345,
        12.25,
        1,
        104.5,
        "killed by signal 9 (SIGKILL)",
        8012,
    )
    status = StackStatus("/data", State.READY, 1, 12.25, 3.5, "", (died,), ())
    (row,) = [line for line in shown(status_table(status), width=80) if "12345" in line]
    assert row.startswith("webhook-receiver ")


def test_a_command_names_its_data_directory_unless_it_is_the_usual_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NOVA_DATA_DIR", raising=False)
    monkeypatch.chdir(tmp_path)
    assert typed("status", ROOT / ".nova" / "data") == "./nova status"
    assert typed("up", tmp_path / "a stack") == "./nova up --data-dir 'a stack'"
    elsewhere = ROOT / "elsewhere"
    assert typed("down", elsewhere) == f"./nova down --data-dir {elsewhere}"
    monkeypatch.setenv("NOVA_DATA_DIR", str(elsewhere))
    assert typed("down", elsewhere) == "./nova down"


@pytest.mark.parametrize("verb", ["plan", "apply"])
def test_topics_of_a_stack_that_is_not_up_are_one_sentence(
    verb: str, capfd: pytest.CaptureFixture[str]
) -> None:
    base = free_port_base()
    assert run(["topics", verb, "--port-base", str(base)]) == 2
    said = capfd.readouterr().err.strip()
    assert said == (
        f"nova: no broker answers at 127.0.0.1:{base + 1}: start the stack with ./nova up, "
        "or say its --port-base"
    )
