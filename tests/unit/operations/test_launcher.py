"""The launcher's judgement of what is stale, without making an environment."""

from __future__ import annotations

import re
import time
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from io import StringIO
from pathlib import Path
from types import ModuleType

import pytest

LAUNCHER = Path(__file__).resolve().parents[3] / "nova"


@pytest.fixture
def nova(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The launcher as a module, over a tree of its own."""
    monkeypatch.delenv("NOVA_DEV", raising=False)
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    spec = spec_from_loader("nova_launcher", SourceFileLoader("nova_launcher", str(LAUNCHER)))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "requirements").mkdir()
    for group in ("runtime", "dev", "flink"):
        (tmp_path / "requirements" / f"{group}.txt").write_text(f"of {group}")
    place(module, tmp_path)
    return module


def place(module: ModuleType, root: Path) -> None:
    module.ROOT, module.MADE = root, root / ".nova"
    module.ENVIRONMENTS = module.MADE / "environments"


def made(module: ModuleType, name: str, group: str) -> None:
    directory = module.ENVIRONMENTS / name
    (directory / "bin").mkdir(parents=True, exist_ok=True)
    module.interpreter(directory).touch()
    (directory / "nova.stamp").write_text(module.stamp(name, group))


def test_an_environment_is_stale_until_it_is_made(nova: ModuleType) -> None:
    assert nova.is_stale("main", "runtime")
    made(nova, "main", "runtime")
    assert not nova.is_stale("main", "runtime")


def test_a_changed_requirement_file_makes_it_stale(nova: ModuleType) -> None:
    made(nova, "main", "runtime")
    (nova.ROOT / "requirements" / "runtime.txt").write_text("of runtime, later")
    assert nova.is_stale("main", "runtime")


def test_a_python_that_is_gone_makes_it_stale(nova: ModuleType) -> None:
    made(nova, "main", "runtime")
    python = nova.interpreter(nova.ENVIRONMENTS / "main")
    python.unlink()
    python.symlink_to(nova.ROOT / "no-such-python")
    assert nova.is_stale("main", "runtime")


def test_a_moved_tree_makes_it_stale(nova: ModuleType, tmp_path: Path) -> None:
    made(nova, "main", "runtime")
    moved = tmp_path / "moved"
    moved.mkdir()
    for name in (".nova", "requirements"):
        (tmp_path / name).rename(moved / name)
    place(nova, moved)
    assert nova.is_stale("main", "runtime")


def test_tests_ask_for_the_larger_environment_and_it_stays(nova: ModuleType) -> None:
    assert not nova.wants_dev(["status"])
    assert nova.wants_dev(["test"])
    made(nova, "main", "dev")
    assert nova.wants_dev(["status"])


def test_no_other_python_will_do(nova: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nova, "PYTHON_VERSION", (3, 99))
    with pytest.raises(nova.SetupError, match=r"python3\.99 is needed and not on the PATH"):
        nova.find_python()


class Terminal(StringIO):
    """A terminal that keeps what was written to it."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_one_line_for_each_thing_with_the_seconds_ticking(
    nova: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nova, "TICK_SECONDS", 0.001)
    terminal = Terminal()
    with nova.Progress(terminal) as progress, progress.of("main"), progress.of("flink"):
        before, deadline = len(terminal.getvalue()), time.monotonic() + 10
        while terminal.getvalue().count("flink …") < 5 and time.monotonic() < deadline:
            progress.done.wait(0.001)
        ticks = terminal.getvalue()[before:]
    assert ticks.count("\x1b[2A\r\x1b[2Knova: main … 0 s\n\r\x1b[2Knova: flink … 0 s\n") >= 3
    last = terminal.getvalue().split("\x1b[2A")[-1]
    assert re.fullmatch(
        r"\r\x1b\[2Knova: main ready after \d.\d s\n\r\x1b\[2Knova: flink ready after \d.\d s\n",
        last,
    )


def test_elsewhere_a_line_comes_at_the_start_and_at_the_end(
    nova: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    with nova.Progress(StringIO()) as progress, progress.of("main"):
        assert capsys.readouterr().err == "nova: main …\n"
    assert re.fullmatch(r"nova: main ready after \d.\d s\n", capsys.readouterr().err)


def test_what_fails_is_said_to_have_failed(
    nova: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        with nova.Progress(StringIO()) as progress, progress.of("main"):
            raise nova.SetupError

    with pytest.raises(nova.SetupError):
        fail()
    assert "nova: main failed after" in capsys.readouterr().err
