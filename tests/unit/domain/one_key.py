"""One key and its world, fed fact by fact; and the facts that tests feed it."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.facts import BROADCAST, FactKind, StockFact
from domain.stock.decide import KeyState, Parameters, decide, look_again
from domain.stock.decision import Decision, LogPosition
from domain.stock.masters import World
from domain.stock.policy import Policy
from tests.fakes.facts import FIRST_DAY, SteadyDemand, fact

# One piece a day and no doubt about it: the reorder point is the lead time's 10 pieces, the
# alert ends at 11, an order fills up to 17.
STEADY = Parameters(Policy(), SteadyDemand(mean_milli=7000.0))
ITEM = fact(
    "item",
    FactKind.ITEM_CHANGED,
    -1,
    site_id=None,
    name="Retificador",
    unit="UN",
    lead_time_days=10.0,
    lead_time_spread_days=0.0,
    criticality="A",
    min_order_quantity_milli=1000,
)
SITE = fact(
    "site",
    FactKind.SITE_CHANGED,
    -1,
    item_id=None,
    pool_id="BA",
    contract_value_brl_month=50_000.0,
    fine_rate=0.04,
    response_hours=6.0,
)


@dataclass
class Key:
    """One key and its world, fed fact by fact at rising offsets."""

    parameters: Parameters = STEADY
    world: World = field(default_factory=World)
    state: KeyState = field(default_factory=lambda: KeyState("I1", "S1"))
    offset: int = -1

    def tell(self, *facts: StockFact) -> Decision | None:
        """Return the decision after the last of some facts."""
        decision = None
        for each in facts:
            self.offset += 1
            decision = self.tell_at(self.offset, each)
        return decision

    def tell_at(self, offset: int, each: StockFact) -> Decision | None:
        position = LogPosition(0, offset)
        if each.kind in BROADCAST:
            if not self.world.learn(each):
                return None
            self.state, decision = look_again(
                self.state, each, position, world=self.world, parameters=self.parameters
            )
            return decision
        self.state, found = decide(
            self.state, each, position, world=self.world, parameters=self.parameters
        )
        return found

    def decided(self, *facts: StockFact) -> Decision:
        decision = self.tell(*facts)
        assert decision is not None
        return decision


def known_key() -> Key:
    """Return a key whose masters are known."""
    known = Key()
    known.tell(ITEM, SITE)
    return known


def counted(day: float, milli: int) -> StockFact:
    return fact(f"count-{day:g}", FactKind.COUNTED, day, milli)


def issued(day: float, milli: int, event_id: str = "") -> StockFact:
    return fact(event_id or f"issue-{day:g}", FactKind.ISSUED, day, milli)


def received(day: float, milli: int) -> StockFact:
    return fact(f"receipt-{day:g}", FactKind.RECEIVED, day, milli)


def ordered(kind: FactKind, day: float, milli: int, due: int) -> StockFact:
    return fact(f"{kind}-{day:g}", kind, day, milli, order_id="P", line="1", due_on=FIRST_DAY + due)
