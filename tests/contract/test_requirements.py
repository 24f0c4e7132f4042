"""The locked requirement files say what pyproject.toml asks for, and hold no address."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GROUPS = ("runtime", "dev", "flink")
BOOTSTRAP_UV = ROOT / ".nova" / "bootstrap" / "bin" / "uv"

every_group = pytest.mark.parametrize("group", GROUPS)


def locked(group: str) -> str:
    return (ROOT / "requirements" / f"{group}.txt").read_text(encoding="utf-8")


def pins(text: str) -> dict[str, str]:
    return dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ \\;]+)", text, re.MULTILINE))


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@every_group
def test_every_locked_package_has_a_hash(group: str) -> None:
    packages = re.split(r"\n(?=[A-Za-z0-9])", locked(group).strip())
    assert len(packages) > 10
    assert [each.splitlines()[0] for each in packages if "--hash=sha256:" not in each] == []


@every_group
def test_no_requirement_file_names_an_address(group: str) -> None:
    assert re.findall(r"\w+://\S+|--(?:extra-)?index-url.*|--find-links.*", locked(group)) == []


def declared(group: str) -> list[str]:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[str] = []
    for each in groups["dependency-groups"][group]:
        found += [each] if isinstance(each, str) else declared(each["include-group"])
    return found


@every_group
def test_every_declared_package_is_locked(group: str) -> None:
    names = {normalised(name) for name in pins(locked(group))}
    wanted = [normalised(re.split(r"[\[=<>~! ;]", each, maxsplit=1)[0]) for each in declared(group)]
    assert wanted
    assert [name for name in wanted if name not in names] == []


@every_group
def test_the_lock_is_what_resolving_from_it_gives_again(group: str, tmp_path: Path) -> None:
    uv = BOOTSTRAP_UV if BOOTSTRAP_UV.exists() else shutil.which("uv")
    if uv is None:
        pytest.skip("needs uv, which ./nova installs")
    again = tmp_path / f"{group}.txt"
    again.write_text(locked(group), encoding="utf-8")
    done = subprocess.run(
        [uv, "pip", "compile", "--universal", "--generate-hashes", "--no-header", "--quiet",
         "--python-version", "3.11", "--group", group, "--output-file", again],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert pins(again.read_text(encoding="utf-8")) == pins(locked(group))
