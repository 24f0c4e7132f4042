"""Files through intake, cleaning and the fold of the stock worker: twice and shuffled, the same."""

from __future__ import annotations

import random
import time
from pathlib import Path

from domain.facts import FactKind, StockFact
from stream_processors.cleaning.clean import clean
from stream_processors.cleaning.records import RawRecord
from tests.fakes.decoding import LocalCodecs
from tests.fakes.uploads import Broker, sheet
from tests.fakes.uploads_history import DEPOT, ITEMS, TOWER, history
from tests.unit.stock.shell import Shell

_CODECS = LocalCodecs()


def facts_of(broker: Broker) -> list[StockFact]:
    """Return what cleaning makes of everything published, each event once, for one partition."""
    seen: dict[str, StockFact] = {}
    records = [record for each in broker.publishers for record in each.delivered]
    for offset, record in enumerate(records):
        raw = RawRecord(
            topic=record.topic,
            partition=0,
            offset=offset,
            timestamp_ms=broker.now // 1000,
            key=record.key,
            value=record.value,
        )
        for output in clean(raw, decode=_CODECS.decode):
            assert isinstance(output.value, dict)
            said = {**output.value, "kind": FactKind(output.value["kind"])}
            seen.setdefault(said["event_id"], StockFact(**said))
    return list(seen.values())


def positions(folder: Path, *, times: int) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Return on hand, in transit and on order of each key, after each file was sent so often."""
    folder.mkdir()
    broker, shuffler = Broker(folder), random.Random(times)
    broker.now = time.time_ns() // 1000
    for kind, rows in history().items():
        for number in range(times):
            if number:
                shuffler.shuffle(rows)
            upload = broker.intake.receive(
                kind, sheet(folder / f"{kind}-{number}.csv", kind, *rows)
            )
            assert upload.rejected == 0
    shell = Shell(facts_of(broker))
    shell.run(7)
    assert shell.dead_letters == []
    return {
        (each.item.item_id, each.site.site_id): (
            each.position.on_hand_milli,
            each.position.in_transit_milli,
            each.position.on_order_milli,
        )
        for each in shell.outputs
    }


def test_files_sent_three_times_and_shuffled_leave_the_positions_of_one(tmp_path: Path):
    once = positions(tmp_path / "once", times=1)

    assert once[ITEMS[0], DEPOT] == (94_000, 0, 7000)
    assert once[ITEMS[0], TOWER] == (1000, 0, 0)
    assert once[ITEMS[1], TOWER] == (0, 2000, 0)
    assert positions(tmp_path / "often", times=3) == once
