"""What stock is kept of: one item at one site."""

from __future__ import annotations

from typing import NamedTuple

from domain.facts import fact_key


class StockKey(NamedTuple):
    """One item at one site, as cleaning names them."""

    item_id: str
    site_id: str

    def __str__(self) -> str:
        return fact_key(self.item_id, self.site_id)
