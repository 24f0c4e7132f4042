"""The repository as the layout tests see it."""

from __future__ import annotations

import ast
import subprocess
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What is made from the tree and not part of it, for a copy without git.
_MADE = {".git", ".nova", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", "build"}


@cache
def root_packages() -> tuple[str, ...]:
    """Return the rooms, as import-linter knows them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return tuple(settings["tool"]["importlinter"]["root_packages"])


@cache
def files() -> tuple[Path, ...]:
    """Return every file that is or would be committed."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        walked = (path for path in ROOT.rglob("*") if path.is_file())
        found = {path for path in walked if not _MADE & set(path.relative_to(ROOT).parts[:-1])}
    else:
        found = {ROOT / name for name in listed.stdout.split("\0") if name}
    kept = (path for path in found if path.is_file() and path.suffix != ".pyc")
    return tuple(sorted(kept))


@cache
def texts() -> dict[Path, str]:
    """Return the text of every file that is text."""
    found: dict[Path, str] = {}
    for path in files():
        try:
            found[path] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found


def modules(*rooms: str) -> tuple[Path, ...]:
    """Return the Python modules of some rooms."""
    return tuple(
        path
        for path in files()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in rooms
    )


@cache
def tree(path: Path) -> ast.Module:
    """Return a module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def called(path: Path) -> set[str]:
    """Return the dotted names that a module calls or reads, as written."""
    return {
        ast.unparse(node)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute | ast.Name)
    }


def named(path: Path) -> str:
    """Return a path as people name it."""
    return path.relative_to(ROOT).as_posix()
