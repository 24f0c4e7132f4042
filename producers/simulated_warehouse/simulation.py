"""Raw lines and a seed in, the timeline of a warehouse that could have served them out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from domain.identity import stable_id
from domain.instants import end_of_day, start_of_day
from producers.erp_requisitions import RawLine
from producers.simulated_warehouse.agenda import Ask, days
from producers.simulated_warehouse.books import Books
from producers.simulated_warehouse.masters import ItemMaster, SiteMaster, item_masters, site_masters
from producers.simulated_warehouse.needs import Need, Usable, Window, needs, usable_lines, window
from producers.simulated_warehouse.shelves import Shelf, stocked
from producers.simulated_warehouse.stock_key import StockKey
from producers.simulated_warehouse.warehouse import Warehouse
from producers.timeline import TimedEvent

_DEFAULT_SEED = 20241009
# Days from a request to the hand that takes the part from the shelf, and how often each.
_HANDLING_DAYS = (0, 1, 2, 3, 4, 5, 7)
_HANDLING_WEIGHTS = (10, 30, 25, 15, 10, 6, 4)


@dataclass(frozen=True, slots=True)
class Simulation:
    """What was simulated.

    Attributes:
        events: in the order of time, masters first.
        start: instant of the masters, a day before the first request.
        end: last instant of the last day.
        on_hand_milli: what truly is on each shelf at the end.
        covered: share of the lines that ask for stock which lie in its days.
    """

    events: list[TimedEvent]
    start: int
    end: int
    items: Mapping[str, ItemMaster]
    sites: Mapping[str, SiteMaster]
    on_hand_milli: Mapping[StockKey, int]
    covered: float


def simulate(lines: Sequence[RawLine], seed: int = _DEFAULT_SEED) -> Simulation:
    """Return a warehouse's life around the lines of one export.

    Lines that cleaning would refuse and services touch no stock; a file without any line that
    does gives a simulation without events.
    """
    usable = usable_lines(lines)
    stock_needs = needs(usable)
    covered = window(need.line.occurred_on for need in stock_needs)
    if covered is None:
        return Simulation([], 0, 0, {}, {}, {}, covered=0.0 if stock_needs else 1.0)
    random = Random(seed)
    items = item_masters((need.line for need in stock_needs), random)
    sites = site_masters((line.parsed.site_id for line in usable), random)
    shelves = _shelves(stock_needs, items, covered, random)
    eve = covered.first - timedelta(1)
    start = start_of_day(eve)
    events = [item.event(start) for item in items.values()]
    events += [site.event(start) for site in sites.values()]
    books = Books(events.append, fingerprint=_fingerprint(usable, seed))
    warehouse = Warehouse(shelves, sites, books, random)
    warehouse.take_over(eve)
    served = [need for need in stock_needs if need.line.occurred_on in covered]
    for need in served:
        waited = timedelta(random.choices(_HANDLING_DAYS, _HANDLING_WEIGHTS)[0])
        warehouse.agenda.plan(need.line.occurred_on + waited, Ask(need))
    for day in days(covered.first, covered.last):
        warehouse.live(day)
    return Simulation(
        events=events,
        start=start,
        end=end_of_day(covered.last),
        items=items,
        sites=sites,
        on_hand_milli={key: shelf.on_hand for key, shelf in shelves.items()},
        covered=len(served) / len(stock_needs),
    )


def _fingerprint(lines: Sequence[Usable], seed: int) -> str:
    """Return what tells one simulation's documents from another's.

    It depends on all that the simulation depends on: without it another file or seed would
    give other movements the ids that these have.
    """
    return stable_id("simulation", str(seed), *sorted(line.event_id for line in lines))[:8]


def _shelves(
    stock_needs: Sequence[Need],
    items: Mapping[str, ItemMaster],
    covered: Window,
    random: Random,
) -> dict[StockKey, Shelf]:
    of_key: dict[StockKey, list[Need]] = defaultdict(list)
    for need in stock_needs:
        of_key[need.key].append(need)
    length = (covered.last - covered.first).days + 1
    return {
        key: stocked(key, items[key.item_id], of_key[key], length, random) for key in sorted(of_key)
    }
