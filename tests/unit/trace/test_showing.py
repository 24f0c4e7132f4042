"""How a way looks on a terminal: a tree with times, narrow or wide."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from operations.trace.coordinates import Coordinates, written_coordinates
from operations.trace.hop import Hop
from operations.trace.resolving import Origin
from operations.trace.showing import in_words, tree

SECOND = 1_000_000
NOON = 1_750_000_000 * SECOND
ORIGIN = Origin(Coordinates("raw.item.v1", 0, 1), "raw record")
DELIVERED = Hop("webhook delivered", "a.py::send", "erp", NOON + 3 * SECOND)
ALERT = Hop("alert opened", "a.py::decide", "alert.x.v1[0]@1", NOON + SECOND, "palavra " * 30,
            hops=(DELIVERED, Hop("not in gold yet", "a.py::run", "later")))  # fmt: skip
RAW = Hop("raw record", "a.py::make", "raw.item.v1[0]@1", NOON, hops=(ALERT,))


def drawn(*hops: Hop, width: int) -> list[str]:
    out = io.StringIO()
    shown = tree("raw.item.v1[0]@1", ORIGIN, hops, width=width, notes=["far behind"])
    Console(file=out, width=width).print(shown)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_each_hop_stands_below_the_one_that_led_to_it_with_its_time_and_latency() -> None:
    lines = drawn(RAW, width=120)
    assert lines[0] == "raw.item.v1[0]@1  raw record  times in UTC on 2025-06-15"
    assert lines[2].split() == ["raw", "record", "15:06:40.000", "raw.item.v1[0]@1", "a.py::make"]
    (alert,) = [each for each in lines if "alert opened" in each]
    assert alert.startswith("└ alert opened")
    assert "+1.0 s" in alert
    (webhook,) = [each for each in lines if "webhook" in each]
    assert webhook.startswith("  ├ webhook delivered")
    assert "+2.0 s" in webhook
    assert lines[-1] == "far behind"


@pytest.mark.parametrize("width", [100, 140])
def test_long_sentences_are_wrapped_beside_the_stem(width: int) -> None:
    lines = drawn(RAW, width=width)
    assert max(map(len, lines)) <= width
    wrapped = [each for each in lines if "palavra" in each]
    assert len(wrapped) > 1
    assert all(each.startswith("  │") for each in wrapped)


def test_another_day_than_the_first_is_written_out() -> None:
    later = Hop("gold row", "a.py::run", "gold/x", NOON + 86400 * SECOND)
    assert "2025-06-16 15:06:40.000" in "\n".join(
        drawn(Hop("raw record", "a.py::make", "x", NOON, hops=(later,)), width=120)
    )


@pytest.mark.parametrize(
    ("microseconds", "words"),
    [(0, "+0 ms"), (59_900_000, "+59.9 s"), (7_380 * SECOND, "+2 h 3 min"), (-5_000, "-5 ms"),
     (90_000 * SECOND, "+1 d 1 h")],
)  # fmt: skip
def test_latencies_are_said_in_words(microseconds: int, words: str) -> None:
    assert in_words(microseconds) == words


@pytest.mark.parametrize("text", ["abc", "raw.x.v1[1]", "raw.x.v1[a]@1", "[1]@1", "raw.x.v1[1]@-1"])
def test_what_is_no_place_is_not_read_as_one(text: str) -> None:
    assert written_coordinates(text) is None
