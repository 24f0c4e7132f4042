"""A watched folder: files are taken when they rest, put away, and explained in a report."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from adapters.uploads import Upload
from producers.uploads import ACCEPTED, REFUSED, WatchedFolder
from schemas.uploads import UploadKind
from tests.fakes.uploads import Broker, line_of, sheet

COUNTS = UploadKind.STOCK_COUNTS


@pytest.fixture
def broker(tmp_path: Path) -> Broker:
    return Broker(tmp_path)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


@pytest.fixture
def folder(root: Path, broker: Broker) -> WatchedFolder:
    watched = WatchedFolder(root, broker.intake, broker.store)
    watched.prepare()
    return watched


def test_every_kind_has_its_folder(folder: WatchedFolder, root: Path):
    assert sorted(each.name for each in root.iterdir()) == sorted(UploadKind)
    assert folder.look() == 0


def test_a_file_is_taken_once_it_is_the_same_at_two_looks(
    folder: WatchedFolder, root: Path, broker: Broker
):
    path = sheet(root / COUNTS / "inv.csv", COUNTS, line_of(COUNTS))
    assert folder.look() == 0
    sheet(path, COUNTS, line_of(COUNTS), line_of(COUNTS, line="2"))
    assert folder.look() == 0
    assert folder.look() == 1
    assert len(broker.records()) == 2
    assert not path.exists()


def test_a_report_beside_the_file_names_the_refused_lines(folder: WatchedFolder, root: Path):
    lines = [line_of(COUNTS), line_of(COUNTS, line="2", quantity="-1")]
    sheet(root / COUNTS / "inv.csv", COUNTS, *lines)
    folder.look()
    folder.look()

    put_away = root / COUNTS / ACCEPTED
    assert (put_away / "inv.csv").exists()
    report = json.loads((put_away / "inv.csv.relatorio.json").read_text())
    assert (report["accepted"], report["rejected"]) == (1, 1)
    [refused] = report["refused"]
    assert (refused["row"], refused["column"], refused["reason"]) == (3, "quantity", "negative")
    assert refused["pt"] == "“-1” não pode ser negativo"


def test_a_file_that_cannot_be_used_is_put_away_with_the_reason(folder: WatchedFolder, root: Path):
    (root / COUNTS / "inv.csv").write_text("a;b\n1;2\n")
    folder.look()
    folder.look()

    report = json.loads((root / COUNTS / REFUSED / "inv.csv.relatorio.json").read_text())
    assert report["reason"] == "wrong_headers"


def test_two_files_of_one_name_are_both_kept(folder: WatchedFolder, root: Path, broker: Broker):
    for line in ("1", "2"):
        sheet(root / COUNTS / "inv.csv", COUNTS, line_of(COUNTS, line=line))
        folder.look()
        folder.look()
    kept = [each.name for each in (root / COUNTS / ACCEPTED).glob("*.csv")]
    assert sorted(kept) == ["inv-2.csv", "inv.csv"]
    assert len(broker.records()) == 2


def test_what_an_editor_has_not_finished_is_left_alone(folder: WatchedFolder, root: Path):
    sheet(root / COUNTS / "~$inv.csv", COUNTS, line_of(COUNTS))
    sheet(root / COUNTS / ".inv.csv.part", COUNTS, line_of(COUNTS))
    assert (folder.look(), folder.look()) == (0, 0)


@pytest.mark.parametrize(
    ("name", "put_away"),
    [
        ("requisições.csv".encode("latin-1"), "requisições.csv"),
        (b"a" * 251 + b".csv", "a" * 180 + ".csv"),
        ("ç".encode() * 125 + b".csv", "ç" * 90 + ".csv"),
    ],
    ids=["latin-1", "long", "long with accents"],
)
def test_a_file_is_taken_whatever_its_name(
    folder: WatchedFolder, root: Path, name: bytes, put_away: str
):
    path = sheet(root / COUNTS / "inv.csv", COUNTS, line_of(COUNTS))
    path.rename(os.fsdecode(os.fsencode(path.parent) + b"/" + name))
    folder.look()
    folder.look()

    assert (root / COUNTS / ACCEPTED / put_away).exists()
    assert (root / COUNTS / ACCEPTED / f"{put_away}.relatorio.json").exists()


def test_a_file_that_is_taken_away_again_stops_nobody(
    folder: WatchedFolder, root: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch
):
    gone = sheet(root / COUNTS / "a.csv", COUNTS, line_of(COUNTS))
    sheet(root / COUNTS / "b.csv", COUNTS, line_of(COUNTS, line="2"))
    receive = broker.intake.receive

    def receive_late(kind: UploadKind, path: Path) -> Upload:
        gone.unlink(missing_ok=True)
        return receive(kind, path)

    monkeypatch.setattr(broker.intake, "receive", receive_late)
    folder.look()
    folder.look()
    assert [each["line"] for each in broker.records()] == ["2"]
