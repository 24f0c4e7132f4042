"""Which Java is taken, and what a person is told when none will do."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import ConfigurationError
from operations.java import find_java


def java(home: Path, version: str) -> Path:
    executable = home / "bin" / "java"
    executable.parent.mkdir(parents=True)
    executable.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    executable.chmod(0o755)
    return executable


def test_java_home_comes_before_the_path(tmp_path: Path) -> None:
    chosen = java(tmp_path / "home", "21.0.2")
    on_path = java(tmp_path / "other", "17.0.1")
    found = find_java({"JAVA_HOME": str(tmp_path / "home"), "PATH": str(on_path.parent)})
    assert (found.executable, found.version, found.home) == (chosen, 21, tmp_path / "home")


def test_a_java_home_that_is_too_old_gives_way_to_the_path(tmp_path: Path) -> None:
    java(tmp_path / "home", "1.8.0_392")
    on_path = java(tmp_path / "other", "17.0.1")
    found = find_java({"JAVA_HOME": str(tmp_path / "home"), "PATH": str(on_path.parent)})
    assert found.executable == on_path


def test_an_old_java_is_named_in_the_one_sentence(tmp_path: Path) -> None:
    old = java(tmp_path / "home", "11.0.20")
    with pytest.raises(ConfigurationError, match=f"Java 17 or newer is needed .{old} is Java 11"):
        find_java({"PATH": str(old.parent)})


def test_no_java_at_all_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="apt-get install openjdk-17-jre-headless"):
        find_java({"PATH": str(tmp_path)})
