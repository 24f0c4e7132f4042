"""Uploads over HTTP: who may send, what is answered, and when an upload is applied."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.settings import ApiSettings
from api.uploads.routes import Uploads
from api.uploads.silver import Silver
from schemas.uploads import UploadKind, headers
from tests.fakes.uploads import Broker, line_of, sheet
from tests.unit.api.conftest import KEY, PORT
from tests.unit.api.read_model_rows import ReadModelRows

pytestmark = pytest.mark.usefixtures("rows")

MOVEMENTS = UploadKind.STOCK_MOVEMENTS


@pytest.fixture
def broker(tmp_path: Path) -> Broker:
    return Broker(tmp_path)


@pytest.fixture
def sender(
    make_app: Callable[..., FastAPI], settings: ApiSettings, broker: Broker
) -> Iterator[TestClient]:
    """A client whose key may send; it reads nothing but uploads."""
    uploads = Uploads(broker.store, broker.intake, Silver(settings.lake))
    with TestClient(
        make_app(uploads=uploads),
        base_url=f"http://127.0.0.1:{PORT}",
        headers={"X-API-Key": "writer-key"},
    ) as client:
        yield client


@pytest.fixture
def post(sender: TestClient, tmp_path: Path) -> Callable[..., object]:
    def send(*lines: list[str], kind: UploadKind = MOVEMENTS, **options: object) -> object:
        path = sheet(tmp_path / "maio.csv", kind, *lines)
        with path.open("rb") as file:
            return sender.post(
                "/v1/uploads", data={"kind": str(kind)}, files={"file": file}, **options
            )

    return send


def test_a_file_is_answered_line_by_line(post, sender: TestClient):
    bad = line_of(MOVEMENTS, line="2", item_id="x" * 10_240)
    answer = post(line_of(MOVEMENTS), bad)

    assert answer.status_code == 202
    said = answer.json()
    assert (said["rows"], said["accepted"], said["rejected_count"]) == (2, 1, 1)
    [refused] = said["rejected"]
    assert (refused["row"], refused["column"], refused["reason"]) == (3, "item_id", "too_long")
    assert refused["message_pt"] == "tem 10240 caracteres; o limite é 200"
    assert refused["message_en"] == "has 10240 characters; the limit is 200"
    assert (said["status"], said["pending"], said["file"]) == ("published", 1, "maio.csv")
    assert answer.headers["location"] == f"/v1/uploads/{said['upload_id']}"
    assert sender.get(answer.headers["location"]).json() == said


def test_a_file_sent_twice_is_one_upload(post, broker: Broker):
    assert post(line_of(MOVEMENTS)).json() == post(line_of(MOVEMENTS)).json()
    assert len(broker.records()) == 1


def fact_of(rows: ReadModelRows, record: dict, at: tuple[str, int, int]) -> None:
    topic, partition, offset = at
    rows.fact(
        event_id=record["event_id"],
        item_id=record["item_id"],
        site_id=record["site_id"],
        raw_topic=topic,
        raw_partition=partition,
        raw_offset=offset,
        upload_id=record["upload_id"],
    )


def test_an_upload_is_applied_once_each_record_is_accounted_for(
    post, sender: TestClient, broker: Broker, rows: ReadModelRows, settings: ApiSettings
):
    where = post(*(line_of(MOVEMENTS, line=str(n)) for n in range(3))).headers["location"]
    first, second, _ = broker.records()
    topic = "raw.stock-movement.v1"

    rows.position()
    fact_of(rows, first, (topic, 0, 0))
    fact_of(rows, second, (topic, 0, 77))
    said = sender.get(where).json()
    assert (said["status"], said["pending"]) == ("published", 1)
    assert (said["applied"], said["duplicates"]) == (1, 1)

    with sqlite3.connect(settings.live_view_path) as db:
        db.execute(
            "INSERT INTO dead_letter VALUES (?, 0, 2, 'invalid_key', 'too odd', NULL, NULL, 1)",
            (topic,),
        )
    said = sender.get(where).json()
    assert (said["status"], said["pending"], said["dead_letter_count"]) == ("applied", 0, 1)
    assert said["dead_letters"] == [{"row": 4, "reason": "invalid_key", "detail": "too odd"}]


def test_a_fact_that_came_too_late_is_a_dead_letter_of_its_line(
    post, sender: TestClient, broker: Broker, rows: ReadModelRows, settings: ApiSettings
):
    where = post(line_of(MOVEMENTS)).headers["location"]
    [record] = broker.records()
    fact_of(rows, record, ("raw.stock-movement.v1", 0, 0))
    with sqlite3.connect(settings.live_view_path) as db:
        at = db.execute("SELECT log_partition, log_offset FROM fact").fetchone()
        db.execute(
            "INSERT INTO dead_letter VALUES"
            " ('clean.stock-fact.v1', ?, ?, 'too_late', '', NULL, NULL, 1)",
            at,
        )
    assert sender.get(where).json()["dead_letter_count"] == 1


def test_a_fact_that_nobody_has_decided_on_may_still_be_refused_and_is_pending(
    post, sender: TestClient, broker: Broker, rows: ReadModelRows
):
    where = post(line_of(MOVEMENTS)).headers["location"]
    [record] = broker.records()
    fact_of(rows, record, ("raw.stock-movement.v1", 0, 0))
    assert sender.get(where).json()["status"] == "published"
    rows.position(log_offset=184_222)
    assert sender.get(where).json()["status"] == "published"
    rows.position(log_offset=184_223)
    assert sender.get(where).json()["status"] == "applied"


def test_a_file_with_nothing_good_in_it_is_applied_at_once(post, sender: TestClient):
    where = post(line_of(MOVEMENTS, quantity="-1")).headers["location"]
    assert sender.get(where).json()["status"] == "applied"


def test_a_file_that_reads_two_ways_is_refused_with_both(post):
    answer = post(line_of(MOVEMENTS, quantity="1.234"))

    assert answer.status_code == 422
    problem = answer.json()
    assert problem["type"] == "urn:nova-corrente:problem:refused-file"
    assert problem["reason"] == "ambiguous_decimal"
    assert "1.234 pode ser 1234 unidades ou 1,234" in problem["detail_pt"]
    assert "maio.csv, row 2, column quantity" in problem["detail"]


def test_three_hundred_megabytes_are_refused_by_a_named_reason(sender: TestClient, broker: Broker):
    def body() -> Iterator[bytes]:
        yield (
            b'--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\nstock-counts\r\n--x\r\n'
            b'Content-Disposition: form-data; name="file"; filename="f.csv"\r\n\r\n'
        )
        for _ in range(300):
            yield b"0" * 1_000_000

    sent = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = sender.post("/v1/uploads", content=body(), headers=sent)

    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:nova-corrente:problem:file-too-large"
    assert answer.json()["reason"] == "too_large"
    assert broker.publishers == []


@pytest.mark.parametrize(
    ("data", "files"),
    [
        ({"kind": "recipes"}, {"file": ("f.csv", b"a")}),
        ({}, {"file": ("f.csv", b"a")}),
        ({"kind": "items"}, {"other": ("f.csv", b"a")}),
        ({"kind": "items", "file": "a text"}, {"other": ("f.csv", b"a")}),
    ],
)
def test_a_form_that_lacks_something_is_an_invalid_request(sender: TestClient, data, files):
    answer = sender.post("/v1/uploads", data=data, files=files)
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:nova-corrente:problem:invalid-request"


@pytest.mark.parametrize("body", [b"{}", b"--x\r\nno form"])
def test_what_is_no_form_is_refused(sender: TestClient, body: bytes):
    sent = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = sender.post("/v1/uploads", content=body, headers=sent)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_whoever_may_read_only_may_look_but_not_send(sender: TestClient, post):
    where = post(line_of(MOVEMENTS)).headers["location"]
    reader = {"X-API-Key": KEY}
    assert sender.get(where, headers=reader).status_code == 200
    answer = post(line_of(MOVEMENTS), headers=reader)
    assert answer.status_code == 403
    assert "uploads:write" in answer.json()["detail"]
    assert post(line_of(MOVEMENTS), headers={"X-API-Key": "guess"}).status_code == 401


def test_a_page_of_another_site_cannot_send_with_a_session(
    make_app: Callable[..., FastAPI], broker: Broker, settings: ApiSettings
):
    keys = settings.keys_file.read_text().replace(
        '["stock:read"]', '["stock:read", "uploads:write"]'
    )
    settings.keys_file.write_text(keys)
    uploads = Uploads(broker.store, broker.intake, Silver(None))
    with TestClient(make_app(uploads=uploads), base_url=f"http://127.0.0.1:{PORT}") as browser:
        browser.post("/session", data={"key": KEY}, follow_redirects=False)
        sent = {"data": {"kind": "items"}, "files": {"file": ("f.csv", b"a;b\n1;2\n")}}
        for site in ("cross-site", "same-site"):
            answer = browser.post("/v1/uploads", headers={"Sec-Fetch-Site": site}, **sent)
            assert answer.status_code == 403
        ours = browser.post("/v1/uploads", headers={"Sec-Fetch-Site": "same-origin"}, **sent)
        assert ours.json()["reason"] == "wrong_headers"


def test_an_unknown_upload_is_not_found(sender: TestClient):
    assert sender.get("/v1/uploads/none").status_code == 404


def test_a_file_may_have_a_name_of_many_bytes(sender: TestClient, tmp_path: Path):
    path = sheet(tmp_path / "maio.csv", MOVEMENTS, line_of(MOVEMENTS))
    files = {"file": ("件" * 120 + ".csv", path.read_bytes())}
    sent = sender.post("/v1/uploads", data={"kind": str(MOVEMENTS)}, files=files)
    assert sent.status_code == 202
    assert sent.json()["file"].endswith("件.csv")


def test_the_newest_uploads_come_first(post, sender: TestClient, broker: Broker):
    for line in ("1", "2"):
        broker.now += 1
        post(line_of(MOVEMENTS, line=line))
    items = sender.get("/v1/uploads").json()["items"]
    assert [each["accepted"] for each in items] == [1, 1]
    assert items[0]["received_at"] > items[1]["received_at"]


@pytest.mark.parametrize("kind", list(UploadKind))
def test_the_template_of_every_kind_has_its_headers_and_no_line(
    sender: TestClient, kind: UploadKind
):
    text = sender.get(f"/v1/uploads/templates/{kind}")
    assert text.content.decode("utf-8-sig").strip().split(";") == list(headers(kind).values())
    assert text.headers["content-disposition"] == f'attachment; filename="{kind}.csv"'

    book = sender.get(f"/v1/uploads/templates/{kind}", params={"format": "xlsx"})
    sheet_ = openpyxl.load_workbook(io.BytesIO(book.content)).worksheets[0]
    assert [cell.value for cell in sheet_[1]] == list(headers(kind).values())
    answer = sender.post(
        "/v1/uploads", data={"kind": str(kind)}, files={"file": ("t.xlsx", book.content)}
    )
    assert answer.json()["reason"] == "no_lines"


def test_there_is_no_template_of_what_cannot_be_uploaded(sender: TestClient):
    assert sender.get("/v1/uploads/templates/recipes").status_code == 422


def test_every_route_of_uploads_is_in_the_document_with_its_problems(sender: TestClient):
    document = sender.get("/openapi.json").json()
    paths = {path: each for path, each in document["paths"].items() if "uploads" in path}

    assert len(paths) == 3
    for operations in paths.values():
        for route in operations.values():
            assert {"401", "403", "422", "503"} <= set(route["responses"])
            assert route["summary"]
            assert route["description"]
    assert "413" in paths["/v1/uploads"]["post"]["responses"]
