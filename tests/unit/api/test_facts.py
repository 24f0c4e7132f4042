"""GET /v1/inventory/{item}/{site}/facts: what happened, and what each fact did to the shelf."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from domain.instants import HOUR, SECOND
from tests.unit.api.read_model_rows import NOW, ReadModelRows

pytestmark = pytest.mark.usefixtures("rows")

PATH = "/v1/inventory/010825/BAJSS002-3/facts"


@pytest.fixture
def history(rows: ReadModelRows) -> ReadModelRows:
    """A count of 7, an issue of 2 that was corrected to 3, a request and a receipt of 4."""
    rows.position()
    told = [
        ("a", "counted", 7_000, None),
        ("b", "issued", 2_000, None),
        ("c", "issued", 3_000, "b"),
        ("d", "requested", 5_000, None),
        ("e", "received", 4_000, None),
    ]
    for hour, (event_id, kind, milli, corrects) in enumerate(told):
        rows.fact(
            event_id=event_id,
            kind=kind,
            quantity_milli=milli,
            corrects=corrects,
            occurred_at=NOW + hour * HOUR,
            log_offset=100 + hour,
        )
    return rows


def effects(client: TestClient, **parameters: str | int) -> list[tuple[str, bool, float, float]]:
    page = client.get(PATH, params=parameters).raise_for_status().json()
    return [(e["event_id"], e["live"], e["effect"], e["on_hand_after"]) for e in page["items"]]


@pytest.mark.usefixtures("history")
def test_every_fact_says_what_it_did_to_the_shelf_the_newest_first(client: TestClient):
    assert effects(client) == [
        ("e", True, 4.0, 8.0),
        ("d", True, None, 4.0),
        ("c", True, -3.0, 4.0),
        ("b", False, None, 7.0),
        ("a", True, 7.0, 7.0),
    ]


@pytest.mark.usefixtures("history")
def test_the_oldest_can_come_first(client: TestClient):
    assert [each[0] for each in effects(client, order="oldest")] == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_pages_follow_each_other_even_within_one_instant(
    client: TestClient, rows: ReadModelRows, order: str
):
    for number in range(7):
        rows.fact(event_id=f"f{number}", occurred_at=NOW, log_offset=number)
    whole = [each[0] for each in effects(client, order=order)]
    assert whole == sorted(whole, reverse=order == "newest")

    found, cursor = [], None
    while True:
        asked = {"order": order, "limit": 3} | ({"cursor": cursor} if cursor else {})
        page = client.get(PATH, params=asked).raise_for_status().json()
        found += [each["event_id"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert found == whole


def test_a_fact_says_where_it_lies_and_when_it_was_seen(client: TestClient, rows: ReadModelRows):
    rows.position()
    rows.fact(due_on=20_300, order_id="P1", flags="odd;late", published_at=NOW + SECOND)

    [found] = client.get(PATH).json()["items"]

    assert (found["log_partition"], found["log_offset"]) == (3, 184_223)
    assert (found["raw_topic"], found["raw_partition"], found["raw_offset"]) == (
        "raw.stock-movement.v1",
        0,
        9_120,
    )
    assert (found["occurred_at"], found["seen_at"]) == (
        "2025-07-20T07:26:40Z",
        "2025-07-20T08:26:41Z",
    )
    assert (found["unit"], found["due_on"], found["order_id"]) == ("UN", "2025-07-31", "P1")
    assert found["flags"] == ["odd", "late"]


def test_a_key_of_which_nothing_is_known_is_a_problem(client: TestClient):
    assert client.get(PATH).status_code == 404


def test_a_position_without_facts_has_an_empty_page(client: TestClient, rows: ReadModelRows):
    rows.position()

    assert client.get(PATH).json() == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("query", ["order=best", "limit=0", "page=2", "cursor=x"])
def test_what_is_not_understood_is_refused(client: TestClient, rows: ReadModelRows, query: str):
    rows.position()

    assert client.get(f"{PATH}?{query}").status_code == 422


@pytest.mark.usefixtures("history")
def test_a_fact_that_arrives_counts_on_the_next_page(client: TestClient, rows: ReadModelRows):
    assert effects(client)[0][3] == 8.0

    rows.fact(event_id="late", occurred_at=NOW + HOUR // 2, quantity_milli=1_000, log_offset=200)

    assert effects(client)[0][3] == 7.0
