"""A pool's state through its bytes and back."""

from __future__ import annotations

from domain.pooling import ItemPool, Promise, SiteStock
from stream_processors.pooling.packing import PoolState, pack, unpack


def test_every_field_survives() -> None:
    stocks = {
        "DÉP": SiteStock("DÉP", -1, 10**15, 3, -12.9, None, 4, 5),
        "T1": SiteStock("T1", 1, 2, 3, None, -38.5, 0, 10**12),
    }
    promises = {"alert": Promise("DÉP", 7000)}
    state = PoolState(ItemPool(stocks, promises), 9)
    assert unpack(pack(state)) == state


def test_an_empty_pool_survives() -> None:
    assert unpack(pack(PoolState())) == PoolState()
