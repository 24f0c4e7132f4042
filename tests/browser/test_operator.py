"""An operator's day: alerts come and go, numbers move, the service restarts, keys fly."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import AWAY, KEY, SIGNED_OUT, Api, Sit
from tests.browser.told_log import ToldLog

pytestmark = pytest.mark.browser

FIRST = "RETIFICADOR 48 V"
ITEM = "/item/010825/BAJSS002-3"


def option(page: Page, name: str):  # type: ignore[no-untyped-def]  # a Locator
    return page.get_by_role("option").filter(has_text=name)


def never_reloaded(page: Page) -> bool:
    return bool(page.evaluate("window.before === true"))


def remember(page: Page) -> None:
    page.evaluate("window.before = true")


def test_the_most_at_risk_comes_first_with_what_to_do_and_by_when(sit: Sit) -> None:
    operator = sit()
    operator.open()

    first = operator.page.get_by_role("listbox").get_by_role("option").first
    expect(first).to_contain_text(FIRST)
    expect(first).to_contain_text("falta em 2–6 dias")
    expect(first).to_contain_text("R$ 61,2 mil")
    expect(first).to_contain_text("Transferir 2 UN de NC001")
    expect(first).to_contain_text("responder até")
    chosen = operator.page.get_by_role("region", name=re.compile(FIRST))
    expect(chosen).to_contain_text("71 %")
    expect(chosen).to_contain_text("clean.stock-fact.v1[0]@")


def test_an_alert_appears_and_goes_without_a_reload(sit: Sit, log: ToldLog) -> None:
    operator = sit()
    operator.open()
    page = operator.page
    expect(option(page, "CABO RF")).to_have_count(0)
    remember(page)

    key = {"item_id": "020001", "site_id": "EQP-053", "name": "CABO RF 1/2"}
    log.alert("alert-9", **key)

    expect(option(page, "CABO RF")).to_be_visible()
    expect(page.locator("[data-figure='alerts'] dd").first).to_have_text("3")
    expect(page.locator("#said")).to_have_text("Novo: CABO RF 1/2 · EQP-053")

    log.alert("alert-9", transition="recovered", **key)

    expect(option(page, "CABO RF")).to_have_count(0)
    expect(page.locator("#said")).to_contain_text("Recuperado")
    assert never_reloaded(page)


def test_a_number_that_changes_says_so_and_only_that_number(sit: Sit, log: ToldLog) -> None:
    operator = sit()
    operator.open()
    page = operator.page
    line = option(page, "BATERIA").locator(".stock")
    expect(line).to_contain_text("1 UN em estoque")

    log.position(
        item_id="010892",
        site_id="MABRX008-1",
        name="BATERIA 100 AH",
        on_hand_milli=2000,
        alert_id="alert-2",
        at_risk_brl=30_000.0,
    )

    expect(line).to_contain_text("2 UN em estoque")
    expect(line).to_have_class(re.compile("changed"))
    assert "changed" not in (option(page, FIRST).locator(".stock").get_attribute("class") or "")


def test_the_chart_shows_the_count_that_reset_the_stock(sit: Sit) -> None:
    operator = sit()
    operator.open(ITEM)
    page = operator.page
    canvas = page.locator(".chart canvas")
    canvas.wait_for()

    place = canvas.bounding_box()
    assert place is not None
    said = set()
    for x in range(0, round(place["width"]), 12):
        page.mouse.move(place["x"] + x, place["y"] + place["height"] / 2)
        said.add(page.locator(".chart .said").inner_text())

    [count] = [each for each in said if "Contagem" in each]
    assert "Contagem 4 UN" in count
    assert count.endswith("→ 4 UN")
    row = page.get_by_role("row").filter(has_text="Contagem 4 UN")
    expect(row.locator(".effect")).to_have_text("−2")
    expect(row.locator(".after")).to_have_text("4")
    expect(page.locator(".chart .legend")).to_contain_text("contagem")
    expect(page.locator(".chart .legend")).to_contain_text("alerta aberto")
    assert page.evaluate(_COLOURS) > 4


# How many colours the chart is drawn in: an empty one has none.
_COLOURS = """() => {
  const canvas = document.querySelector(".chart canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const seen = new Set();
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] === 255) seen.add(`${data[at]},${data[at + 1]},${data[at + 2]}`);
  }
  return seen.size;
}"""


def test_every_fact_says_where_it_lies_and_whether_it_stands(sit: Sit) -> None:
    operator = sit()
    operator.open(ITEM)

    rows = operator.page.locator(".facts tbody tr")
    expect(rows).to_have_count(7)
    wrong = rows.filter(has_text="Saída 5 UN")
    expect(wrong).to_contain_text("corrigido")
    expect(wrong.locator(".effect")).to_have_text("")
    place = rows.filter(has_text="Contagem 4 UN").locator(".place")
    expect(place).to_have_text("[0]@2")
    expect(place).to_have_attribute("title", re.compile("ocorrido .* visto "))


def test_a_fact_that_arrives_is_added_to_the_open_item(sit: Sit, log: ToldLog) -> None:
    operator = sit()
    operator.open("/item/010892/MABRX008-1")
    page = operator.page
    expect(page.locator("h1")).to_have_text("BATERIA 100 AH")
    remember(page)

    key = {"item_id": "010892", "site_id": "MABRX008-1"}
    log.fact("f-late", "counted", 0.1, 7, **key)
    log.position(name="BATERIA 100 AH", on_hand_milli=7000, alert_id="alert-2", **key)

    expect(page.get_by_role("row").filter(has_text="Contagem 7 UN")).to_be_visible()
    assert never_reloaded(page)


def test_the_api_restarts_and_the_page_recovers_by_itself(sit: Sit, api: Api, log: ToldLog) -> None:
    operator = sit()
    operator.expects(AWAY)
    operator.open()
    page = operator.page
    remember(page)

    assert api.stop() == 0
    expect(page.locator("#pulse")).to_have_attribute("data-state", "lost")
    expect(page.locator("#notice")).to_contain_text("A API não responde")
    key = {"item_id": "020002", "site_id": "NC001", "name": "CONECTOR 7/16"}
    log.alert("alert-while-away", **key)
    api.start()

    expect(option(page, "CONECTOR")).to_be_visible()
    expect(page.locator("#notice")).to_be_hidden()
    expect(page.locator("#pulse")).to_have_attribute("data-state", "live")
    # Told again from where it broke, not only read anew with the list.
    expect(page.locator("#said")).to_have_text("Novo: CONECTOR 7/16 · NC001")
    assert never_reloaded(page)
    log.alert("alert-while-away", transition="recovered", **key)


def test_when_the_session_ends_the_page_asks_for_a_key_and_leads_back(sit: Sit, api: Api) -> None:
    operator = sit()
    operator.expects(SIGNED_OUT)
    operator.open(ITEM)
    page = operator.page

    api.let_in("somebody-elses-key")
    page.locator("#key").wait_for(timeout=20_000)
    api.let_in(KEY)
    page.fill("#key", KEY)
    page.locator("button.main").click()

    expect(page.locator("h1")).to_have_text(FIRST)
    assert page.url.endswith(ITEM)


def test_the_keys_walk_through_the_whole_console(sit: Sit) -> None:
    operator = sit()
    operator.open()
    page = operator.page
    expect(option(page, FIRST)).to_have_attribute("aria-selected", "true")

    page.keyboard.press("j")
    expect(option(page, "BATERIA")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    expect(option(page, FIRST)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(FIRST)
    assert page.url.endswith(ITEM)

    page.keyboard.press("g")
    page.keyboard.press("f")
    expect(page.get_by_role("link", name="Fluxo")).to_have_attribute("aria-current", "page")
    page.keyboard.press("g")
    page.keyboard.press("a")
    expect(page.get_by_role("link", name="Agora").last).to_have_attribute("aria-current", "page")

    page.keyboard.press("/")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("bateria")
    expect(page.locator("#found [role='option']")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("BATERIA 100 AH")

    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("buscar item ou local")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="O que vai faltar")).to_be_visible()


def test_focus_can_be_seen_wherever_the_tabulator_leads(sit: Sit) -> None:
    operator = sit()
    operator.open()
    page = operator.page

    for _ in range(8):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            "() => { const s = getComputedStyle(document.activeElement);"
            " const inner = document.activeElement.querySelector('[aria-selected=true]');"
            " return s.outlineStyle !== 'none'"
            " || (inner !== null && getComputedStyle(inner).outlineStyle !== 'none'); }"
        )
        assert seen, page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
