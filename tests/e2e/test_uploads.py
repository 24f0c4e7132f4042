"""Files through the whole real stack: sent, sent again, shuffled, dropped into the folder."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from operations.settings import StackSettings
from operations.supervisor.processes import marked
from schemas.uploads import UploadKind
from tests.e2e.conftest import free_port_base, nova
from tests.e2e.live_stack import answered, of, timed_up, until
from tests.fakes.uploads import line_of, sheet
from tests.fakes.uploads_history import DEPOT, ITEMS, TOWER, at, history

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(480)]

KEY = "chosen-by-the-person"
MOVEMENTS, COUNTS, ORDERS = (
    UploadKind.STOCK_MOVEMENTS, UploadKind.STOCK_COUNTS, UploadKind.PURCHASE_ORDERS,
)  # fmt: skip
# Each takes a moment: together they outlast what a fact takes to be seen.
_QUIET_LOOKS = 30


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackSettings]:
    settings = StackSettings(tmp_path_factory.mktemp("uploads") / "data", free_port_base())
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("NOVA_API_KEY", KEY)
        up, _ = timed_up(settings)
    try:
        assert up.returncode == 0, up.stderr
        yield settings
    finally:
        nova("down", *of(settings.data_dir))
        assert marked(str(settings.data_dir)) == []


def send(stack: StackSettings, kind: UploadKind, path: Path) -> httpx2.Response:
    with path.open("rb") as file:
        return httpx2.post(
            f"{stack.api_url}/v1/uploads",
            headers={"X-API-Key": KEY},
            data={"kind": str(kind)},
            files={"file": (path.name, file)},
            timeout=60,
        )


def applied(stack: StackSettings, upload_id: str) -> dict[str, Any]:
    """Return an upload once it is applied."""
    said: dict[str, Any] = {}

    def is_applied() -> bool:
        said.update(answered(stack, f"/v1/uploads/{upload_id}", KEY))
        return bool(said["status"] == "applied")

    assert until(is_applied, within_seconds=90), said
    return said


def send_all(
    stack: StackSettings, folder: Path, of_kind: dict[UploadKind, list[list[str]]]
) -> dict[UploadKind, dict[str, Any]]:
    """Send a file of each kind, and return each upload once it is applied."""
    sent = {}
    for kind, rows in of_kind.items():
        answer = send(stack, kind, sheet(folder / f"{kind}.csv", kind, *rows))
        assert answer.status_code == 202, answer.text
        assert answer.json()["rejected"] == []
        sent[kind] = answer.json()["upload_id"]
    return {kind: applied(stack, upload_id) for kind, upload_id in sent.items()}


def positions(stack: StackSettings) -> dict[str, tuple[float, ...]]:
    """Return what is known of each key, once it does not change any more."""
    names = ("on_hand", "in_transit", "on_order", "reserved")
    held: list[dict[str, tuple[float, ...]]] = []

    def now() -> dict[str, tuple[float, ...]]:
        items = answered(stack, "/v1/inventory?limit=200", KEY)["items"]
        return {f"{e['item_id']}|{e['site_id']}": tuple(e[n] for n in names) for e in items}

    def rests() -> bool:
        held.append(now())
        return len(held) > _QUIET_LOOKS and all(each == held[-1] for each in held[-_QUIET_LOOKS:])

    assert until(rests, within_seconds=30)
    return held[-1]


def test_a_file_sent_twice_and_shuffled_leaves_the_same_positions(
    stack: StackSettings, tmp_path: Path
):
    of_kind = history()
    first = send_all(stack, tmp_path, of_kind)
    for said in first.values():
        assert (said["applied"], said["duplicates"]) == (said["rows"], 0)
        assert (said["pending"], said["dead_letter_count"]) == (0, 0)
    once = positions(stack)
    # Counted 100 · 2 out (1,5 corrected), 2,5 back, 3,5 out, 4,5, 5,5, 6,5, 7,5 · 1 to the tower.
    assert once[f"UP-1|{DEPOT}"][0] == 100 - 2 + 2.5 - 3.5 + 4.5 - 5.5 + 6.5 - 7.5 - 1
    assert once[f"UP-1|{TOWER}"][0] == 1
    assert once[f"UP-2|{TOWER}"][1] == 2
    assert {once[f"{item}|{DEPOT}"][2] for item in ITEMS} == {7}

    again = send_all(stack, tmp_path, of_kind)
    assert again == first
    assert positions(stack) == once

    keyed = {kind: rows for kind, rows in of_kind.items() if kind in (COUNTS, MOVEMENTS, ORDERS)}
    for rows in keyed.values():
        random.Random(7).shuffle(rows)
    shuffled = send_all(stack, tmp_path, keyed)
    for kind, said in shuffled.items():
        assert said["upload_id"] != first[kind]["upload_id"]
        assert (said["applied"], said["duplicates"]) == (0, said["rows"])
    assert positions(stack) == once


def test_a_file_dropped_into_the_folder_is_published_and_explained(
    stack: StackSettings, tmp_path: Path
):
    folder = stack.data_dir / "uploads" / COUNTS
    good = line_of(COUNTS, document="INV-F", item_id="UP-F", site_id=TOWER, occurred_at=at(2))
    whole = sheet(tmp_path / "inventario.csv", COUNTS, good, line_of(COUNTS, quantity="-1"))
    whole.replace(folder / whole.name)

    report = folder / "aceitos" / "inventario.csv.relatorio.json"
    assert until(report.exists, within_seconds=20)
    told = json.loads(report.read_text(encoding="utf-8"))
    assert [each["reason"] for each in told["refused"]] == ["negative"]
    assert applied(stack, told["upload_id"])["applied"] == 1
    assert positions(stack)[f"UP-F|{TOWER}"][0] == 20


def test_an_export_of_requisitions_is_accounted_for_dead_letters_and_services_too(
    stack: StackSettings, input_file: Path
):
    answer = send(stack, UploadKind.REQUISITIONS, input_file)
    assert answer.status_code == 202, answer.text
    said = applied(stack, answer.json()["upload_id"])
    assert said["pending"] == 0
    assert said["dead_letters"]
    assert said["applied"] + said["duplicates"] + said["dead_letter_count"] == said["rows"] > 50


def test_three_hundred_megabytes_are_refused_while_the_stack_goes_on(
    stack: StackSettings, tmp_path: Path
):
    path = tmp_path / "grande.csv"
    with path.open("wb") as file:
        file.truncate(300_000_000)
    answer = send(stack, COUNTS, path)
    assert answer.status_code == 413
    assert answer.json()["reason"] == "too_large"
    assert answered(stack, "/v1/uploads", KEY)["items"]
