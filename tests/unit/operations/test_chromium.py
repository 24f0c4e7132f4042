"""Where the browser tests find their browser, and what is said where there is none."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from domain.errors import ConfigurationError
from operations.chromium import find_chromium, prepare_chromium


def a_program(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("name", ["chromium", "google-chrome"])
def test_a_browser_on_the_path_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    browser = a_program(tmp_path, name)

    prepare_chromium(Console(file=StringIO()))

    assert find_chromium() == browser


def test_where_it_cannot_be_installed_one_sentence_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ConfigurationError, match="apt-get install chromium"):
        prepare_chromium(Console(file=StringIO()))
