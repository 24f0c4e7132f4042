"""Where things live, how long they may be, and what must not be in them."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

from tests.contract.source_tree import (
    ROOT,
    called,
    files,
    modules,
    named,
    root_packages,
    texts,
    tree,
)

MOST_LINES = 300
JUNK_DRAWERS = {
    *("util", "utils", "utilities", "helper", "helpers", "common", "misc", "shared", "core"),
    *("lib", "libs", "tool", "tools", "manager", "managers", "stuff", "base"),
}
PURE_ROOMS = ("domain", "forecasting")
IMPURE = re.compile(
    r"datetime\.now|datetime\.utcnow|datetime\.today|date\.today|time\.(time|sleep|monotonic)\w*"
    r"|os\.(environ|getenv)|open|print|input|random(\.\w+)?|uuid\.uuid\w|Path"
)
IMPURE_MODULES = {"os", "time", "random", "secrets", "uuid", "socket", "pathlib", "logging"}
# Written in pieces, or this file would hold what it forbids.
MACHINE_PATH = re.compile(r"(?<![\w.$}\-])/(?:work|root|home|Users)/\w|/tm[p]/[a-z_]+\b")
REGISTRY_HOSTS = [
    "." .join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("repo1", "maven", "org"),
        ("repo", "maven", "apache", "org"),
        ("registry", "npmjs", "org"),
        ("proxy", "golang", "org"),
    )
]  # fmt: skip

every_room = pytest.mark.parametrize("room", root_packages())


def test_there_is_a_tree_to_look_at() -> None:
    assert len(files()) > 100
    assert len(modules(*root_packages())) > 50


def test_no_module_is_longer_than_three_hundred_lines() -> None:
    python = [path for path in files() if path.suffix == ".py"]
    lengths = {named(path): len(texts()[path].splitlines()) for path in python}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_no_module_or_folder_is_a_junk_drawer() -> None:
    inner = [path.relative_to(ROOT) for path in files() if path.suffix == ".py"]
    drawers = [
        path.as_posix()
        for path in inner
        if JUNK_DRAWERS & {*path.parts[:-1], path.stem, *path.stem.split("_")}
    ]
    assert drawers == []


@every_room
def test_the_first_line_of_every_package_says_what_goes_in_and_what_comes_out(room: str) -> None:
    packages = [path for path in modules(room) if path.name == "__init__.py"]
    assert packages
    silent = {}
    for path in packages:
        first = (ast.get_docstring(tree(path)) or "").partition("\n")[0]
        if not re.search(r"\bin\b.*\bout\b", first):
            silent[named(path)] = first
    assert silent == {}


@every_room
def test_every_module_says_what_it_is_for(room: str) -> None:
    assert [named(path) for path in modules(room) if not ast.get_docstring(tree(path))] == []


@every_room
def test_every_folder_of_modules_is_a_package(room: str) -> None:
    folders = {path.parent for path in modules(room)}
    assert [named(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_no_room_shadows_the_standard_library() -> None:
    at_the_root = {path.name.removesuffix(".py") for path in _importable_at_the_root()}
    assert at_the_root & sys.stdlib_module_names == set()


def test_every_room_is_guarded() -> None:
    """A new room at the root must be known to import-linter, or its arrows are free."""
    rooms = {path.name for path in _importable_at_the_root()}
    assert rooms - {"benchmarks", "tests"} == set(root_packages())


def test_no_file_holds_a_path_of_somebodys_machine() -> None:
    found = {
        named(path): sorted({match.group() for match in MACHINE_PATH.finditer(text)})
        for path, text in texts().items()
        if MACHINE_PATH.search(text)
    }
    assert found == {}


def test_no_file_holds_the_address_of_a_package_registry() -> None:
    found = {
        named(path): [host for host in REGISTRY_HOSTS if host in text]
        for path, text in texts().items()
        if any(host in text for host in REGISTRY_HOSTS)
    }
    assert found == {}


@pytest.mark.parametrize("room", PURE_ROOMS)
def test_the_pure_rooms_know_no_clock_no_chance_and_no_environment(room: str) -> None:
    found = {
        named(path): impure
        for path in modules(room)
        if (impure := sorted(name for name in called(path) if IMPURE.fullmatch(name)))
    }
    assert found == {}
    assert [named(path) for path in modules(room) if _imports(path) & IMPURE_MODULES] == []


def test_the_domain_needs_nothing_but_the_standard_library() -> None:
    allowed = sys.stdlib_module_names | {"domain"}
    foreign = {named(path): _imports(path) - allowed for path in modules("domain")}
    assert {name: found for name, found in foreign.items() if found} == {}


def test_only_the_command_prints() -> None:
    others = [room for room in root_packages() if room != "operations"]
    assert [named(path) for path in modules(*others) if "print" in called(path)] == []


def test_settings_are_constructed_only_where_a_process_starts() -> None:
    """Elsewhere they would read the environment behind the caller's back."""
    rooms = [room for room in root_packages() if room != "operations"]
    found = [
        f"{named(path)}: {ast.unparse(node.func)}"
        for path in modules(*rooms)
        if path.name != "__main__.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and re.fullmatch(r"(\w+\.)?\w+Settings", ast.unparse(node.func))
    ]
    assert found == []


def test_no_test_sleeps_for_a_fixed_time() -> None:
    """A pause inside a loop polls, and its loop must look at a deadline; any other is a guess."""
    guesses = [
        f"{named(path)}:{line}" for path in modules("tests") for line in _sleeps_outside_loops(path)
    ]
    assert guesses == []


def test_no_test_is_skipped_without_a_reason() -> None:
    found = [
        f"{named(path)}:{node.lineno}"
        for path in modules("tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and re.fullmatch(r"pytest\.(mark\.)?(skip|skipif|xfail)", ast.unparse(node.func))
        and not _has_reason(node)
    ]
    bare = [
        f"{named(path)}:{node.lineno}"
        for path in modules("tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        and any(
            re.fullmatch(r"pytest\.mark\.(skip|skipif|xfail)", ast.unparse(decorator))
            for decorator in node.decorator_list
        )
    ]
    assert found + bare == []


def test_test_names_are_sentences() -> None:
    short = [
        f"{named(path)}: {node.name}"
        for path in modules("tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and len(node.name.split("_")) < 4
    ]
    assert short == []


def _importable_at_the_root() -> list[Path]:
    tops = {ROOT / path.relative_to(ROOT).parts[0] for path in files() if path.suffix == ".py"}
    return sorted(tops)


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def _sleeps_outside_loops(path: Path) -> list[int]:
    loops = [node for node in ast.walk(tree(path)) if isinstance(node, ast.While | ast.For)]
    polling = {id(inner) for loop in loops for inner in ast.walk(loop)}
    return [
        node.lineno
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("time.sleep", "sleep", "asyncio.sleep")
        and id(node) not in polling
    ]


def _has_reason(call: ast.Call) -> bool:
    named_reason = any(each.arg in ("reason", "msg") for each in call.keywords)
    is_skip = ast.unparse(call.func).endswith("skip")
    return named_reason or (is_skip and bool(call.args))
