"""Who helps out, with how much, and who must not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.pooling import (
    ItemPool,
    Promise,
    Recommendation,
    Shortage,
    SiteStock,
    hours_by_road,
    recommend,
)

SHORTAGE = Shortage(
    site_id="TOWER",
    needed_milli=2000,
    wanted_milli=5000,
    buy_milli=6000,
    buy_by=20_100,
    response_hours=6.0,
    latitude=-12.97,
    longitude=-38.50,
)


def stock(site_id: str, position: int, reorder_point: int = 0, **fields: object) -> SiteStock:
    given: dict[str, object] = {
        "free_milli": position,
        "latitude": -12.97,
        "longitude": -38.50,
        "partition": 0,
        "offset": 1,
    }
    return SiteStock(
        site_id=site_id,
        position_milli=position,
        reorder_point_milli=reorder_point,
        **{**given, **fields},  # type: ignore[arg-type]
    )


def pool(*stocks: SiteStock, **promises: Promise) -> ItemPool:
    return ItemPool({each.site_id: each for each in stocks}, promises)


def test_the_nearest_surplus_is_transferred() -> None:
    near = stock("NEAR", 9000, latitude=-13.2)
    far = stock("FAR", 9000, latitude=-13.9)
    found = recommend(SHORTAGE, pool(far, near), {})
    assert (found.action, found.from_site, found.quantity_milli) == ("transfer", "NEAR", 5000)
    assert found.seen == (near,)


def test_what_is_beyond_the_response_hours_does_not_help() -> None:
    # 4 degrees of latitude are 445 km, 578 by road, 9.6 hours.
    found = recommend(SHORTAGE, pool(stock("FAR", 9000, latitude=-16.97)), {})
    assert found == Recommendation("buy", 6000, by=20_100)


def test_a_place_that_is_not_known_is_not_reachable() -> None:
    assert recommend(SHORTAGE, pool(stock("X", 9000, latitude=None)), {}).action == "buy"
    nowhere = replace(SHORTAGE, longitude=None)
    assert recommend(nowhere, pool(stock("X", 9000)), {}).action == "buy"


def test_the_drive_is_an_estimate_of_the_road() -> None:
    # One degree of latitude is 111.2 km; 1.3 of that by road; 60 km/h.
    there = stock("X", 0, latitude=-11.97)
    assert hours_by_road(there, SHORTAGE) == pytest.approx(111.195 * 1.3 / 60, abs=1e-3)
    assert hours_by_road(stock("X", 0), SHORTAGE) == 0.0


def test_nobody_is_asked_below_the_own_reorder_point() -> None:
    assert recommend(SHORTAGE, pool(stock("X", 9000, 7001)), {}).action == "buy"
    found = recommend(SHORTAGE, pool(stock("X", 9000, 7000)), {})
    assert (found.action, found.quantity_milli) == ("transfer", 2000)


def test_what_is_only_on_order_cannot_be_sent() -> None:
    assert recommend(SHORTAGE, pool(stock("X", 9000, free_milli=1999)), {}).action == "buy"


def test_a_site_does_not_help_itself() -> None:
    assert recommend(SHORTAGE, pool(stock("TOWER", 9000)), {}).action == "buy"


def test_what_is_promised_is_not_promised_again() -> None:
    promised = pool(stock("X", 9000), other=Promise("X", 7500))
    assert recommend(SHORTAGE, promised, {}).action == "buy"
    assert recommend(SHORTAGE, promised.released("other"), {}).action == "transfer"


def test_a_substitute_on_the_spot_is_better_than_an_order() -> None:
    same = pool(stock("TOWER", 9000, 6000))
    found = recommend(SHORTAGE, pool(), {"I2": pool(), "I3": same})
    assert (found.action, found.substitute_item, found.quantity_milli) == ("substitute", "I3", 2000)


def test_a_substitute_is_not_taken_below_its_own_reorder_point_nor_twice() -> None:
    scarce = pool(stock("TOWER", 9000, 7001))
    assert recommend(SHORTAGE, pool(), {"I2": scarce}).action == "buy"
    spoken_for = pool(stock("TOWER", 9000, 6000), other=Promise("TOWER", 1500))
    assert recommend(SHORTAGE, pool(), {"I2": spoken_for}).action == "buy"


def test_a_substitute_elsewhere_is_not_on_the_spot() -> None:
    assert recommend(SHORTAGE, pool(), {"I2": pool(stock("X", 9000))}).action == "buy"


def test_older_news_of_a_site_is_ignored() -> None:
    news, old = stock("X", 9000, offset=5), stock("X", 1000, offset=4)
    known = pool().heard(news)
    assert known.heard(old) == known
    assert known.knows(old)
    assert not known.knows(stock("X", 1000, offset=6))


def test_only_what_takes_stock_is_a_promise() -> None:
    assert Recommendation("buy", 6000).promise() is None
    assert Recommendation("none", 0).promise() is None
    taken = Recommendation("transfer", 5000, from_site="X", seen=(stock("X", 9000),))
    assert taken.promise() == Promise("X", 5000)
    here = Recommendation("substitute", 2000, substitute_item="I2", seen=(stock("TOWER", 9000),))
    assert here.promise() == Promise("TOWER", 2000)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-3, 20), st.integers(0, 12), st.integers(0, 20)), max_size=5),
    st.lists(st.integers(1, 8), max_size=8),
)
def test_however_many_ask_nobody_falls_below_the_own_reorder_point(
    sites: list[tuple[int, int, int]], needs: list[int]
) -> None:
    known = pool(
        *(
            stock(f"S{n}", position * 1000, point * 1000, free_milli=free * 1000)
            for n, (position, point, free) in enumerate(sites)
        )
    )
    for number, need in enumerate(needs):
        asked = replace(SHORTAGE, needed_milli=need * 1000, wanted_milli=need * 1500)
        promise = recommend(asked, known, {}).promise()
        if promise is not None:
            assert promise.quantity_milli >= need * 1000
            known = known.promised(f"alert-{number}", promise)
    for site in known.stocks.values():
        given_away = sum(
            each.quantity_milli
            for each in known.promises.values()
            if each.from_site == site.site_id
        )
        assert given_away == 0 or site.position_milli - given_away >= site.reorder_point_milli
        assert given_away == 0 or given_away <= site.free_milli
