"""An operator sends files: refused lines in place, the rest applied, templates to fill in."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from prometheus_client import CollectorRegistry

from api.application import create_app
from api.clock import wall_clock
from api.health.readiness import ReadModelReadiness
from api.read_model import ReadModel
from api.settings import ApiSettings
from api.uploads.routes import Uploads
from api.uploads.silver import Silver
from schemas.uploads import UploadKind
from tests.browser.conftest import KEY, LAPTOP, PHONE
from tests.fakes.uploads import Broker, line_of, sheet
from tests.integration.conftest import free_ports
from tests.unit.api.conftest import sha256
from tests.unit.api.read_model_rows import ReadModelRows

pytestmark = pytest.mark.browser

COUNTS = UploadKind.STOCK_COUNTS
_READY_WITHIN_SECONDS = 30
# What a browser says of an answer that refuses a file; the page says it in words.
_REFUSED = re.compile(r"Failed to load resource: .* (403|422) ")


@dataclass
class Desk:
    """An API that takes uploads, with a broker in memory behind it."""

    url: str
    broker: Broker
    rows: ReadModelRows
    read_model: Path
    complaints: list[str] = field(default_factory=list)

    def refuse(self, offset: int) -> None:
        with closing(sqlite3.connect(self.read_model)) as db, db:
            db.execute(
                "INSERT INTO dead_letter VALUES ('raw.stock-count.v1', 0, ?, 'invalid_key',"
                " 'too odd', NULL, NULL, 1)",
                (offset,),
            )

    def apply(self, offset: int) -> None:
        record = self.broker.records()[offset]
        self.rows.position(item_id=record["item_id"], site_id=record["site_id"])
        self.rows.fact(
            event_id=record["event_id"], item_id=record["item_id"], site_id=record["site_id"],
            raw_topic="raw.stock-count.v1", raw_partition=0, raw_offset=offset,
        )  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    (port,) = free_ports(1)
    scopes = ["stock:read", "uploads:write"]
    keys = [{"id": "operator", "sha256": sha256(KEY), "scopes": scopes}]
    (tmp_path / "keys.json").write_text(json.dumps(keys))
    settings = ApiSettings(
        port=port,
        keys_file=tmp_path / "keys.json",
        live_view_path=tmp_path / "live_view.sqlite",
        state_dir=tmp_path / "state",
    )
    broker, model = Broker(tmp_path), ReadModel(settings.live_view_path)
    rows = ReadModelRows(settings.live_view_path)
    rows.read_up_to("state.stock-position.v1")
    app = create_app(
        settings,
        readiness=ReadModelReadiness(model),
        model=model,
        clock=wall_clock,
        registry=CollectorRegistry(),
        uploads=Uploads(broker.store, broker.intake, Silver(None)),
    )
    config = uvicorn.Config(
        app, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + _READY_WITHIN_SECONDS
    while not server.started:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    yield Desk(f"http://127.0.0.1:{port}", broker, rows, settings.live_view_path)
    server.should_exit = True
    server.force_exit = True
    thread.join(timeout=15)


@pytest.fixture(params=[LAPTOP, PHONE], ids=["laptop", "phone"])
def page(browser: Browser, desk: Desk, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page of uploads, signed in; the browser's console must stay silent."""
    context = browser.new_context(viewport=request.param, locale="pt-BR", accept_downloads=True)
    context.set_default_timeout(10_000)
    page = context.new_page()

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not _REFUSED.search(message.text):
            desk.complaints.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: desk.complaints.append(str(error)))
    page.goto(f"{desk.url}/envios")
    page.fill("#key", KEY)
    page.locator("button.main").click()
    page.locator("#upload-file").wait_for()
    yield page
    context.close()
    assert desk.complaints == []


def send(page: Page, path: Path) -> None:
    page.get_by_label("O que há no arquivo").select_option("Contagens")
    page.get_by_label("Arquivo", exact=True).set_input_files(path)
    page.get_by_role("button", name="Enviar").click()


def figure(page: Page, name: str):  # type: ignore[no-untyped-def]  # a Locator
    return page.locator(f"[data-figure='{name}'] dd")


def test_refused_lines_are_shown_in_their_places_and_the_rest_is_watched(
    page: Page, desk: Desk, tmp_path: Path
) -> None:
    lines = [
        line_of(COUNTS),
        line_of(COUNTS, line="2", quantity="NaN", item_id="010892"),
        line_of(COUNTS, line="3"),
    ]
    send(page, sheet(tmp_path / "inventario.csv", COUNTS, *lines))

    expect(figure(page, "rows")).to_have_text("3")
    expect(figure(page, "accepted")).to_have_text("2")
    expect(figure(page, "rejected_count")).to_have_text("1")
    refused = page.locator("tr[data-row='3']")
    expect(refused).to_contain_text("010892")
    wrong = refused.locator(".wrong")
    expect(wrong).to_contain_text("NaN")
    expect(wrong).to_contain_text("não é um número com o sinal decimal")
    expect(page.get_by_text("no log, sendo aplicado").first).to_be_visible()
    expect(figure(page, "pending")).to_have_text("2")

    desk.apply(0)
    desk.refuse(1)

    expect(figure(page, "pending")).to_have_text("0")
    expect(figure(page, "applied")).to_have_text("1")
    expect(page.locator("section .state", has_text="aplicado")).to_be_visible()
    expect(page.get_by_text("chave inválida")).to_be_visible()
    expect(page.locator(".newest li")).to_contain_text("inventario.csv")
    assert "?id=" in page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_file_that_reads_two_ways_is_refused_in_words_of_the_reader(
    page: Page, desk: Desk, tmp_path: Path
) -> None:
    path = sheet(tmp_path / "f.csv", COUNTS, line_of(COUNTS, quantity="1.234"))
    send(page, path)
    expect(page.get_by_role("alert").filter(has_text="1.234")).to_contain_text(
        "1.234 pode ser 1234 unidades ou 1,234"
    )

    page.locator("#language").click()
    page.get_by_label("File", exact=True).set_input_files(path)
    page.get_by_label("What the file holds").select_option("Stock counts")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert").filter(has_text="1.234")).to_contain_text(
        "1.234 reads as 1234 units or as 1,234"
    )
    assert desk.broker.publishers == []


def test_a_template_can_be_downloaded_for_the_kind_that_is_chosen(page: Page) -> None:
    page.get_by_label("O que há no arquivo").select_option("Cadastro de locais")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "sites.csv"
    assert "site_id;kind;name" in Path(download.value.path()).read_text(encoding="utf-8")
