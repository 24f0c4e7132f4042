"""Every page in both languages, at a laptop's and a phone's width, light and dark."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import LAPTOP, PHONE, Operator, Sit

pytestmark = pytest.mark.browser

PAGES = ["/", "/item/010825/BAJSS002-3", "/fluxo"]
every_page = pytest.mark.parametrize("path", PAGES)


def settled(operator: Operator, path: str) -> Page:
    operator.open(path)
    page = operator.page
    drawn = ".picture svg" if path == "/fluxo" else ".panel:not([hidden]) header"
    page.locator(drawn).first.wait_for()
    if path.startswith("/item"):
        page.locator(".chart canvas").wait_for()
    return page


@every_page
def test_in_english_no_word_of_portuguese_is_left(sit: Sit, path: str) -> None:
    operator = sit()
    page = settled(operator, path)
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator(".panel header").first.wait_for()

    assert page.evaluate(_WORDS_OF, 0) == []
    assert len(page.evaluate(_WORDS_OF, 1)) > 5
    page.reload()
    expect(page.get_by_role("button", name="Português")).to_be_visible()


# Which texts of one language stand on the page, of those that differ between the two.
_WORDS_OF = """async (language) => {
  const { WORDS } = await import("/static/console/words.js");
  const shown = document.body.innerText.toLowerCase();
  const found = [];
  for (const [key, entry] of Object.entries(WORDS)) {
    if (key.startsWith("language.")) continue;
    const others = [entry[1 - language]].flat().join(" ").toLowerCase();
    for (const text of [entry[language]].flat()) {
      for (const part of text.toLowerCase().split(/\\{\\w+\\}/).map((each) => each.trim())) {
        if (part.length > 5 && !others.includes(part) && shown.includes(part)) found.push(part);
      }
    }
  }
  return found;
}"""


def test_the_door_speaks_both_languages_too(sit: Sit) -> None:
    operator = sit(stranger=True)
    page = operator.page
    page.goto(operator.api.url)
    expect(page.locator("button.main")).to_have_text("Entrar")

    page.get_by_role("button", name="English").click()

    expect(page.locator("button.main")).to_have_text("Sign in")
    expect(page.locator("body")).not_to_contain_text("Chave")


@every_page
def test_on_a_phone_nothing_has_to_be_scrolled_sideways(sit: Sit, path: str) -> None:
    operator = sit(PHONE)
    page = settled(operator, path)

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.evaluate(_TOO_WIDE) == []


# What sticks out of the window, though nothing scrolls to it.
_TOO_WIDE = """() => [...document.querySelectorAll("main *, header *")]
  .filter((node) => node.checkVisibility() && !node.closest("#found, .unseen, thead, .uplot"))
  .filter((node) => node.getBoundingClientRect().right > innerWidth + 1)
  .map((node) => node.outerHTML.slice(0, 120))"""


def test_on_a_phone_the_chart_is_laid_out_anew(sit: Sit) -> None:
    operator = sit(PHONE)
    page = settled(operator, PAGES[1])

    place = page.locator(".chart canvas").bounding_box()

    assert place is not None
    assert 300 < place["width"] <= PHONE["width"]
    assert place["height"] >= 260


def test_on_a_phone_choosing_an_alert_opens_it(sit: Sit) -> None:
    operator = sit(PHONE)
    page = settled(operator, "/")

    page.get_by_role("option").first.click()

    expect(page.locator("h1")).to_have_text("RETIFICADOR 48 V")


@every_page
def test_in_the_dark_text_stands_out_from_its_ground(sit: Sit, path: str) -> None:
    operator = sit(LAPTOP, "dark")
    page = settled(operator, path)

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(13, 19, 18)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(229, 236, 233)"


def hop(name: str, reads: list[str], writes: list[str], **fields: Any) -> dict[str, Any]:
    given = {
        "name": name,
        "component": name,
        "state": "ready",
        "restarts": 0,
        "reads": reads,
        "writes": writes,
        "events_total": 22_238,
        "events_per_second": 51.3,
        "lag_records": 2,
        "lag_seconds": 0.04,
        "freshness_seconds": 0.3,
        "rejected_total": 0,
        "why_not": None,
    }
    return {**given, **fields}


PIPELINE = {
    "at": "2026-11-25T08:40:00Z",
    "hops": [
        hop("cleaning", ["raw.stock-count.v1"], ["clean.stock-fact.v1"], rejected_total=19),
        hop("stock", ["clean.stock-fact.v1"], ["decision.stock-decided.v1"], restarts=1),
        hop(
            "pooling",
            ["decision.stock-decided.v1"],
            ["alert.stockout.v1"],
            state="backing_off",
            lag_seconds=42.0,
            why_not="exited with code 1",
        ),
        hop("live-view", ["clean.stock-fact.v1", "alert.stockout.v1"], []),
        hop("api", [], []),
    ],
    "dead_letters": {"total": 19, "by_reason": {"undated": 19}},
    "jobs": [
        {
            "name": "compaction",
            "state": "waiting",
            "last_started_at": "2026-11-25T08:00:00Z",
            "last_ended_at": "2026-11-25T08:01:10Z",
            "last_seconds": 70,
            "last_outcome": "ok",
            "next_due_at": "2026-11-25T09:00:00Z",
            "failures_in_a_row": 0,
        }
    ],
}


def pretend(page: Page, path: str, answer: dict[str, Any]) -> None:
    """Answer a route from here, and have the API's description list it."""

    def described(route: Route) -> None:
        document = route.fetch().json()
        document["paths"][path] = {}
        route.fulfill(json=document)

    concrete = path.replace("{item}/{site}", "**")
    page.route("**/openapi.json", described)
    page.route(f"**{concrete}", lambda route: route.fulfill(json=answer))


def test_the_flow_is_drawn_from_what_the_pipeline_says(sit: Sit) -> None:
    operator = sit()
    pretend(operator.page, "/v1/pipeline", PIPELINE)
    page = settled(operator, "/fluxo")

    picture = page.locator(".picture svg")
    expect(picture.locator("[data-hop='cleaning']")).to_contain_text("51,3/s")
    expect(picture.locator("[data-hop='cleaning']")).to_contain_text("19 recusados")
    expect(picture.locator("[data-hop='pooling']")).to_contain_text("reiniciando")
    expect(picture.locator("[data-from='cleaning'][data-to='live-view']")).to_have_count(1)
    expect(picture.locator("[data-hop='producers']")).to_have_count(1)
    row = page.locator(".hops tbody tr").filter(has_text="pooling")
    expect(row).to_contain_text("exited with code 1")
    expect(row).to_contain_text("42 s")
    expect(page.locator(".jobs tbody tr")).to_contain_text("compaction")
    expect(page.locator(".bars")).to_contain_text("sem data")
    expect(page.locator("#notice")).to_contain_text("Atraso de 42 s no processo pooling")


def test_without_a_pipeline_the_flow_shows_what_is_known_and_says_so(sit: Sit) -> None:
    operator = sit()

    def described(route: Route) -> None:
        document = route.fetch().json()
        document["paths"].pop("/v1/pipeline", None)
        route.fulfill(json=document)

    operator.page.route("**/openapi.json", described)
    page = settled(operator, "/fluxo")

    expect(page.locator(".flow")).to_contain_text("ainda não serve /v1/pipeline")
    expect(page.locator("[data-hop='stock']")).to_be_visible()
    expect(page.locator(".hops tbody tr").filter(has_text="stock")).to_contain_text("pronto")


def test_the_forecast_is_drawn_as_a_fan_and_named(sit: Sit) -> None:
    operator = sit()
    days = [
        {"on": f"2099-01-{day:02}", "mean": day / 10, "p10": 0.0, "p50": day / 10, "p90": day / 4}
        for day in range(1, 20)
    ]
    forecast = {
        "item_id": "010825",
        "site_id": "BAJSS002-3",
        "forecast_version": "v7",
        "model": "tsb",
        "issued_at": "2098-12-31T03:00:00Z",
        "unit": "UN",
        "horizon_days": 19,
        "days": days,
    }
    pretend(operator.page, "/v1/forecasts/{item}/{site}", forecast)
    page = settled(operator, PAGES[1])

    expect(page.locator(".chart .said")).to_have_text("previsão noturna v7")
    expect(page.locator(".chart .legend")).to_contain_text("previsão (10–90 %)")


def test_without_forecasts_the_chart_says_so_in_words(sit: Sit) -> None:
    operator = sit()

    def described(route: Route) -> None:
        document = route.fetch().json()
        document["paths"].pop("/v1/forecasts/{item}/{site}", None)
        route.fulfill(json=document)

    operator.page.route("**/openapi.json", described)
    page = settled(operator, PAGES[1])

    expect(page.locator(".chart .said")).to_contain_text("ainda não serve previsões")


def test_the_fan_is_what_is_there_less_demand_plus_what_is_due(sit: Sit) -> None:
    operator = sit()
    operator.open()

    drawn = operator.page.evaluate(
        """async () => {
          const { series } = await import("/static/item/series.js");
          const at = "2026-01-10T12:00:00Z";
          const fact = (kind, quantity, extra) => ({ kind, quantity, live: true, effect: null,
            occurred_at: at, order_id: "P1", line: "1", due_on: "2026-01-12", ...extra });
          const row = { on_hand: 5, in_transit: 0, on_order: 0, event_time: at };
          // Overdue for so long that the platform counts on it no more.
          const lost = fact("order_placed", 7, { order_id: "P0", due_on: "2025-12-01" });
          const day = (on, p10, p50, p90) => ({ on, p10, p50, p90 });
          const facts = [lost, fact("order_placed", 4)];
          const { low, middle, high } = series({ row, alerts: [], facts,
            forecast: { days: [day("2026-01-09", 9, 9, 9), day("2026-01-11", 0, 2, 8),
              day("2026-01-12", 1, 3, 8)] } }, at);
          return { low, middle, high };
        }"""
    )

    assert drawn == {"low": [5, 0, 1], "middle": [5, 3, 6], "high": [5, 5, 8]}
