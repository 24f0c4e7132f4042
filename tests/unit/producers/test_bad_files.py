"""Every bad file in one matrix: a sentence that names file, row and column, or the right count."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from domain.errors import ConfigurationError
from operations.command import run
from producers.erp_requisitions import count_lines, read_requisitions
from producers.erp_requisitions.publishing import publish_file
from producers.timeline import EventPublisher
from tests.fakes.bad_exports import ACCEPTED, REFUSED, Accepted, Refused
from tests.fakes.decoding import LocalCodecs
from tests.fakes.exports import HEADER, LINE, text
from tests.fakes.publisher import InMemoryPublisher

each_refused = pytest.mark.parametrize("bad", REFUSED, ids=lambda case: case.name)
each_accepted = pytest.mark.parametrize("odd", ACCEPTED, ids=lambda case: case.name)


@each_refused
def test_a_bad_file_is_refused_in_one_sentence_before_a_line_is_read(
    tmp_path: Path, bad: Refused
) -> None:
    path = bad.write(tmp_path)
    with pytest.raises(ConfigurationError) as refused:
        read_requisitions(path)
    sentence = str(refused.value)
    assert f"{path.name}{bad.sentence}" in sentence
    assert "\n" not in sentence


@each_refused
def test_the_command_says_it_in_one_line_and_exits_with_2(
    tmp_path: Path, bad: Refused, capsys: pytest.CaptureFixture[str]
) -> None:
    path = bad.write(tmp_path)
    assert run(["demo", "--input", str(path), "--data-dir", str(tmp_path / "data")]) == 2
    said = capsys.readouterr()
    (line,) = said.err.splitlines()
    assert line.startswith("nova: ")
    assert f"{path.name}{bad.sentence}" in line
    assert said.out == ""
    assert not (tmp_path / "data").exists()


@each_refused
def test_nothing_of_a_bad_file_is_published(tmp_path: Path, bad: Refused) -> None:
    published = InMemoryPublisher()
    with pytest.raises(ConfigurationError):
        publish_file(bad.write(tmp_path), EventPublisher(published, LocalCodecs()))
    assert published.delivered == published.queued == []


@each_accepted
def test_an_odd_file_is_read_with_the_right_count_and_said_so(
    tmp_path: Path, odd: Accepted
) -> None:
    path, notices = odd.write(tmp_path), list[str]()
    assert len(list(read_requisitions(path, notices.append))) == count_lines(path) == odd.lines
    assert tuple(notices) == odd.notices


def test_a_file_that_grows_while_it_is_surveyed_is_refused(tmp_path: Path) -> None:
    path = text(tmp_path / "e.csv", HEADER, *[LINE] * 5_000)
    ended = threading.Event()

    def grow() -> None:
        with path.open("a", encoding="utf-8") as file:
            while not ended.wait(0.001):
                file.write(";".join(map(str, LINE)) + "\n")
                file.flush()

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        with pytest.raises(ConfigurationError, match=r"e\.csv: the file changed while it was read"):
            count_lines(path)
    finally:
        ended.set()
        writer.join()


def test_a_file_that_is_replaced_between_two_readings_is_refused(tmp_path: Path) -> None:
    path = text(tmp_path / "e.csv", HEADER, LINE)
    lines = read_requisitions(path)
    text(tmp_path / "next.csv", HEADER, LINE, LINE).replace(path)
    with pytest.raises(ConfigurationError, match=r"e\.csv: the file changed while it was read"):
        next(lines)


def test_how_much_of_a_growing_file_was_published_is_said(tmp_path: Path) -> None:
    path = text(tmp_path / "e.csv", HEADER, *[LINE] * 1_000)
    published = InMemoryPublisher()

    def grow(done: int, lines: int) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{done} of {lines}\n")

    with pytest.raises(ConfigurationError, match=r"of its lines are published, and none will"):
        publish_file(path, EventPublisher(published, LocalCodecs()), on_progress=grow)
    assert len(published.delivered) >= 1_000


def test_two_files_at_once_are_refused_by_their_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [text(tmp_path / name, HEADER, LINE) for name in ("may.csv", "june.csv")]
    assert run(["demo", "--input", str(paths[0]), "--input", str(paths[1])]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("nova: one file a demo, and 2 were named (may.csv, june.csv)")
