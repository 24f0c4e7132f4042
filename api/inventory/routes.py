"""GET /v1/inventory, one of its rows, and the facts behind that row."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from fastapi.concurrency import run_in_threadpool

from api.answers import as_json
from api.clock import Clock
from api.edge import with_slashes
from api.inventory.answers import InventoryPage, InventoryRow, inventory_row
from api.inventory.fact_answers import FactPage, fact
from api.inventory.fact_queries import FactQuery, Histories, ledger_of, list_facts
from api.inventory.queries import InventoryQuery, list_positions, one_position
from api.inventory.then_answers import InventoryThen, ThenQuery, inventory_then
from api.problems import ProblemError, ProblemKind, documented
from api.read_model import ReadModel

_Item = Annotated[str, Path(description="item_id", examples=["010825"])]
_Site = Annotated[str, Path(description="site_id", examples=["BAJSS002-3"])]


def inventory_router(model: ReadModel, clock: Clock) -> APIRouter:
    """Return the routes that read positions."""
    router = APIRouter(prefix="/inventory", tags=["inventory"])
    histories = Histories()

    @router.get(
        "",
        summary="Positions, the most at risk first",
        name="list_inventory",
        response_model=InventoryPage,
    )
    def list_inventory(query: Annotated[InventoryQuery, Query()]) -> Response:
        """Return one page. A row that changes rank between two pages may be seen twice or not."""
        with model.snapshot() as read:
            rows, next_cursor = list_positions(read, query)
        now = clock()
        items = [inventory_row(row, now=now) for row in rows]
        return as_json(InventoryPage(items=items, next_cursor=next_cursor))

    @router.get(
        "/{item}/{site}",
        summary="The position of one item at one site, now or then",
        name="get_inventory",
        response_model=InventoryRow | InventoryThen,
        responses=documented(ProblemKind.NOT_FOUND),
    )
    async def get_inventory(
        item: _Item,
        site: _Site,
        query: Annotated[ThenQuery, Query()],
    ) -> Response:
        """Return what is known of one item at one site now; with a time, the stock of then."""
        item_id, site_id = with_slashes(item), with_slashes(site)
        if query.is_about_then:
            return as_json(await run_in_threadpool(then, item_id, site_id, query))
        # Here and now, not in a thread: one seek costs less than the way there and back.
        with model.snapshot() as read:
            row = one_position(read, item_id=item_id, site_id=site_id)
        if row is None:
            raise _unknown(item_id, site_id)
        return as_json(inventory_row(row, now=clock()))

    def then(item_id: str, site_id: str, query: ThenQuery) -> InventoryThen:
        with model.snapshot() as read:
            row = one_position(read, item_id=item_id, site_id=site_id)
            entries, newest = ledger_of(read, item_id=item_id, site_id=site_id)
        if row is None and not entries:
            raise _unknown(item_id, site_id)
        key = item_id, site_id
        return inventory_then(
            entries, query, key=key, position=row, newest_offset=newest, now=clock()
        )

    @router.get(
        "/{item}/{site}/facts",
        summary="What happened to one item at one site, and what that did to the shelf",
        name="list_facts",
        response_model=FactPage,
        responses=documented(ProblemKind.NOT_FOUND),
    )
    def get_facts(item: _Item, site: _Site, query: Annotated[FactQuery, Query()]) -> Response:
        """Return one page of facts, those that were corrected too, with their coordinates."""
        item_id, site_id = with_slashes(item), with_slashes(site)
        with model.snapshot() as read:
            rows, next_cursor = list_facts(read, query, item_id=item_id, site_id=site_id)
            steps = histories.steps_of(read, query, item_id=item_id, site_id=site_id)
            known = bool(steps) or one_position(read, item_id=item_id, site_id=site_id)
        if not known:
            raise _unknown(item_id, site_id)
        return as_json(
            FactPage(items=[fact(each, steps) for each in rows], next_cursor=next_cursor)
        )

    return router


def _unknown(item_id: str, site_id: str) -> ProblemError:
    return ProblemError(
        ProblemKind.NOT_FOUND, f"nothing is known of item {item_id} at site {site_id}"
    )
