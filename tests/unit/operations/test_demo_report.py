"""A report that cannot be written is said before the demo, not after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from operations.command import run


@pytest.mark.parametrize("name", ["", "a-file/r.json"])
def test_a_report_that_cannot_be_written_is_one_sentence_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (tmp_path / "a-file").touch()
    report, data = tmp_path / name, tmp_path / "data"
    assert run(["demo", "--report", str(report), "--data-dir", str(data)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"nova: the report cannot be written to {report}: ")
    assert not data.exists()
