"""A real Chromium at a real API over a read model that the real sink writes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    StorageState,
    sync_playwright,
)

from operations.artifacts import ArtifactStore
from operations.chromium import HOW, find_chromium
from tests.browser.told_log import ToldLog
from tests.integration.conftest import ROOT, free_ports

KEY = "an-operators-key"
LAPTOP = {"width": 1440, "height": 900}
PHONE = {"width": 420, "height": 900}
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_READY_WITHIN_SECONDS = 30
# What a browser itself says of a server that is away; no page can keep it from saying so.
AWAY = re.compile(r"Failed to load resource: net::ERR_(CONNECTION|EMPTY|INCOMPLETE|SOCKET)\w*")
SIGNED_OUT = re.compile(r"Failed to load resource: .* 401 ")


@dataclass
class Api:
    """`python -m api`, stopped and started on one port."""

    directory: Path
    port: int
    telemetry_port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def let_in(self, *secrets: str) -> None:
        """Say whose keys are good from now on."""
        keys = [
            {
                "id": f"holder of {each}",
                "sha256": hashlib.sha256(each.encode()).hexdigest(),
                "scopes": ["stock:read"],
            }
            for each in secrets
        ]
        draft = self.directory / "keys.draft"
        draft.write_text(json.dumps(keys))
        draft.replace(self.directory / "keys.json")

    def start(self) -> None:
        (jar,) = ArtifactStore().paths("console")
        environment = {
            "API_PORT": str(self.port),
            "TELEMETRY_PORT": str(self.telemetry_port),
            "API_KEYS_FILE": str(self.directory / "keys.json"),
            "API_CONSOLE_JAR": str(jar),
            "LIVE_VIEW_PATH": str(self.directory / "live_view.sqlite"),
            "STATE_DIR": str(self.directory / "state"),
            "NOVA_STATUS_FILE": str(self.directory / "status.json"),
            "NOVA_RECONCILIATION_FILE": str(self.directory / "reconciliation.json"),
        }
        with (self.directory / "api.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "api"],
                cwd=ROOT,
                env=os.environ | environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + _READY_WITHIN_SECONDS
        while not self._is_ready():
            log_text = (self.directory / "api.log").read_text()
            assert self.process.poll() is None, log_text
            assert time.monotonic() < deadline, log_text
            time.sleep(0.05)

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(timeout=15)

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2):
                return True
        except urllib.error.HTTPError as not_yet:
            not_yet.close()
        except OSError:
            pass
        return False


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_chromium()
    assert path is not None, HOW
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("console")


@pytest.fixture(scope="session")
def log(directory: Path) -> ToldLog:
    """One alert at one tower, and the month that led to it."""
    told = ToldLog(directory / "live_view.sqlite")
    key = {"item_id": "010825", "site_id": "BAJSS002-3"}
    told.fact("f-received", "received", 40, 9, order_id="4490", **key)
    told.fact("f-issued-1", "issued", 30, 3, document="R-1", **key)
    told.fact("f-count", "counted", 20, 4, document="INV-7", **key)
    told.fact("f-wrong", "issued", 15, 5, document="R-2", **key)
    told.fact("f-right", "issued", 15, 2, document="R-2", corrects="f-wrong", **key)
    told.fact("f-placed", "order_placed", 10, 5, order_id="4512", line="1", **key)
    told.fact("f-issued-2", "issued", 0.5, 1, document="R-3", **key)
    told.alert("alert-1", **key)
    told.alert(
        "alert-2",
        item_id="010892",
        site_id="MABRX008-1",
        name="BATERIA 100 AH",
        at_risk_brl=30_000.0,
    )
    (directory / "status.json").write_text(
        json.dumps({"components": [{"name": "stock", "state": "ready"}]})
    )
    return told


@pytest.fixture(scope="session")
def api(log: ToldLog) -> Iterator[Api]:
    port, telemetry_port = free_ports(2)
    started = Api(log.read_model.parent, port, telemetry_port)
    started.let_in(KEY)
    started.start()
    yield started
    if started.process is not None and started.process.poll() is None:
        started.stop()


@dataclass
class Operator:
    """Somebody at a browser, and what its console said that it should not have."""

    page: Page
    api: Api
    complaints: list[str] = field(default_factory=list)
    expected: list[re.Pattern[str]] = field(default_factory=list)

    def open(self, path: str = "/") -> None:
        """Go to a page and wait until it is live."""
        self.page.goto(self.api.url + path)
        self.page.locator("#pulse[data-state='live'], #pulse[data-state='quiet']").wait_for()

    def expects(self, said: re.Pattern[str]) -> None:
        """Say what the browser's console will have to say."""
        self.expected.append(said)

    def unexpected(self) -> list[str]:
        return [said for said in self.complaints if not any(e.search(said) for e in self.expected)]


Sit = Callable[..., Operator]


@pytest.fixture(scope="session")
def session(browser: Browser, api: Api) -> StorageState:
    """A browser's cookies after it has signed in."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(api.url)
    page.fill("#key", KEY)
    page.locator("button.main").click()
    page.locator("#pulse").wait_for()
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def sit(browser: Browser, api: Api, session: StorageState) -> Iterator[Sit]:
    """Return a way to sit down at a browser; its console must stay silent."""
    seated: list[tuple[BrowserContext, Operator]] = []

    def sit_down(
        viewport: dict[str, int] = LAPTOP, scheme: str = "light", *, stranger: bool = False
    ) -> Operator:
        context = browser.new_context(
            viewport=viewport,  # type: ignore[arg-type]  # a ViewportSize
            color_scheme=scheme,  # type: ignore[arg-type]  # one of its literals
            locale="pt-BR",
            storage_state=None if stranger else session,
        )
        context.set_default_timeout(10_000)
        operator = Operator(context.new_page(), api)

        def heard(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                operator.complaints.append(message.text)

        operator.page.on("console", heard)
        operator.page.on("pageerror", lambda error: operator.complaints.append(str(error)))
        seated.append((context, operator))
        return operator

    yield sit_down
    for context, operator in seated:
        context.close()
        assert operator.unexpected() == []
