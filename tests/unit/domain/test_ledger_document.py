"""Every example that docs/ledger.md draws, told to the fold as it is drawn."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from domain.errors import RejectedEventError
from domain.facts import BROADCAST, FactKind, StockFact
from domain.quantities import MILLI
from domain.stock.decision import Decision, Position
from domain.stock.hindsight import Moment, stock_then
from domain.stock.policy import Policy
from tests.fakes.facts import FIRST_DAY, at, fact, tick
from tests.unit.domain.one_key import Key, known_key

DOCUMENT = Path(__file__).parents[3] / "docs" / "ledger.md"
BLOCK = re.compile(r"^```ledger\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLES = [block.splitlines() for block in BLOCK.findall(DOCUMENT.read_text(encoding="utf-8"))]
_TOLD = re.compile(r"day (?P<day>\d+) +(?P<kind>\w+) (?P<quantity>\d+)(?P<rest>.*)")
_WORDS = {
    "as": "event_id",
    "corrects": "corrects",
    "transfer": "transfer_id",
    "with": "counterpart_site_id",
    "order": "order_id",
}


@dataclass(frozen=True)
class Line:
    """What is told or asked, and the words and numbers that are to follow."""

    said: str
    wanted: dict[str, str]
    number: int

    @classmethod
    def read(cls, number: int, text: str) -> Line:
        said, _, wanted = text.partition("|")
        pairs = wanted.split()
        return cls(said.strip(), dict(zip(pairs[::2], pairs[1::2], strict=True)), number)

    @property
    def is_asked(self) -> bool:
        return self.said.startswith("ask")

    def days(self, words: str) -> int | None:
        """Return the instant after some words, None where they are not said."""
        found = re.search(rf"{words} (\d+)", self.said)
        return None if found is None else at(float(found[1]))

    def fact(self) -> StockFact:
        if self.said.startswith("tick"):
            return tick(float(self.said.split()[1]))
        told = _TOLD.fullmatch(self.said)
        assert told, self.said
        kind, rest = FactKind(told["kind"]), dict(re.findall(r"(\w+) (\S+)", told["rest"]))
        given: dict[str, object] = {_WORDS[w]: rest[w] for w in _WORDS if w in rest}
        if "learnt" in rest:
            given["recorded_at"] = at(float(rest["learnt"]))
        if kind.startswith("order_"):
            given |= {"line": "1", "due_on": FIRST_DAY + int(rest["due"])}
        assert set(rest) <= {*_WORDS, "learnt", "due"}, rest
        event_id = str(given.pop("event_id", f"line-{self.number}"))
        return fact(event_id, kind, float(told["day"]), int(told["quantity"]) * MILLI, **given)


@dataclass
class Reader:
    """Tells one example to one key and compares what is said with what is so."""

    key: Key
    decision: Decision | None = None

    def follow(self, line: Line) -> None:
        if line.is_asked:
            self._compare(line, self._then(line))
            return
        refused = None
        try:
            self.decision = self.key.tell(line.fact()) or self.decision
            assert self.decision is not None
            if self.decision.refused is not None:
                refused = "correction_moves_key"
        except RejectedEventError as error:
            refused = error.reason
        assert refused == line.wanted.get("refused"), line
        assert self.decision is not None
        self._compare(line, self.decision.position)
        if "flag" in line.wanted:
            assert line.wanted["flag"] in self.decision.flags, line
        if "kept" in line.wanted:
            assert len(self.key.state.ledger.entries) == int(line.wanted["kept"]), line

    def _then(self, line: Line) -> Position:
        moment = Moment(at(99), as_of=line.days("as of"), known_at=line.days("known by"))
        then = stock_then(
            self.key.state.ledger.entries, moment, lead_time_days=10.0, policy=Policy()
        )
        held = then.balance
        return Position(
            held.on_hand_milli, then.on_order_milli, held.in_transit_milli, held.reserved_milli
        )

    def _compare(self, line: Line, position: Position) -> None:
        found = {
            "shelf": position.on_hand_milli,
            "transit": position.in_transit_milli,
            "reserved": position.reserved_milli,
            "due": position.on_order_milli,
        }
        for name, milli in found.items():
            if name in line.wanted:
                assert milli == int(line.wanted[name]) * MILLI, (name, line)
        assert set(line.wanted) <= {*found, "flag", "kept", "refused"}, line


def lines_of(example: list[str]) -> list[Line]:
    return [Line.read(number, text) for number, text in enumerate(example)]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: re.sub(r"\W+", "-", example[-1]))
def test_an_example_is_as_it_is_drawn(example: list[str]) -> None:
    reader = Reader(known_key())
    for line in lines_of(example):
        assert line.wanted, line
        reader.follow(line)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: re.sub(r"\W+", "-", example[-1]))
def test_an_example_told_in_any_order_ends_the_same(example: list[str]) -> None:
    told = [each for each in lines_of(example) if not each.is_asked]
    facts = [each.fact() for each in told if each.wanted.get("refused") is None]
    if any(each.kind in BROADCAST for each in facts):
        facts = facts[: [each.kind in BROADCAST for each in facts].index(True)]
    ends = set()
    for seed in range(10):
        key = known_key()
        key.tell(*Random(seed).sample(facts * 2, len(facts) * 2))
        ends.add(key.state.ledger.entries)
    assert len(ends) == 1


def test_the_document_draws_examples() -> None:
    assert len(EXAMPLES) >= 12
