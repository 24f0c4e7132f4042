"""Pages that need no other host, and values as people read them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from compaction_jobs.quality.examples import in_words, some
from compaction_jobs.quality.pages import make_offline, write_index
from compaction_jobs.quality.result import Failure, Result, SuiteResult, read_result, write_json

PAGE = """<!DOCTYPE html>
<html><head><meta charset="UTF-8"><title>t</title>
<link rel="stylesheet" href="https://elsewhere.example/bootstrap.css"/>
<style>body { background: url('https://elsewhere.example/logo.png') }</style>
<script src="//elsewhere.example/a.js"></script></head>
<body><nav style="height: 70px"><a href="../../index.html"><img src="https://elsewhere.example/l.png"
alt="Logo"/></a></nav>
<div class="modal ge-walkthrough-modal"><div>a tour<div>of the tool</div></div></div>
<p onclick="go()">1 &lt; 2 &#38; 3<br/>é</p>
<a href="https://elsewhere.example/docs">docs</a> <a href="#section-1">down</a>
<script>if (1 < 2) { document.write("<p>scripted</p>") }</script>
<footer><p>news</p></footer></body></html>
"""


@pytest.fixture
def page(tmp_path: Path) -> str:
    path = tmp_path / "validations" / "facts" / "page.html"
    path.parent.mkdir(parents=True)
    path.write_text(PAGE, encoding="utf-8")
    (tmp_path / "static").mkdir()
    make_offline(tmp_path)
    assert not (tmp_path / "static").exists()
    assert (tmp_path / "pages.css").is_file()
    return path.read_text(encoding="utf-8")


def test_a_page_loses_what_it_would_fetch_or_run(page: str) -> None:
    gone = ("elsewhere", "<script", "<style", "style=", "onclick", "scripted", "tour", "news")
    assert [each for each in gone if each in page] == []


def test_a_page_keeps_its_words_and_its_links_within_the_pages(page: str) -> None:
    kept = (
        "<!DOCTYPE html>", '<a href="../../index.html">Logo</a>', "1 &lt; 2 &#38; 3<br>é",
        "<a>docs</a>", '<a href="#section-1">down</a>', 'href="../../pages.css"',
    )  # fmt: skip
    assert [each for each in kept if each not in page] == []


def suite(*failures: Failure) -> SuiteResult:
    return SuiteResult(
        "items", "silver/stock_fact", "clean.stock-fact.v1", 7, not failures,
        expectations=24, failed=len(failures), rows=1234, failures=failures,
    )  # fmt: skip


def test_the_index_says_what_fails_with_examples_and_nothing_of_a_value_is_markup(
    tmp_path: Path,
) -> None:
    failure = Failure("unit_is_known", "unit", 1, 1234, ("<b>DÚZIA</b>",), None)
    write_index(tmp_path, Result("2025-06-30T15:00:00+00:00", (suite(failure),)))
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "24 expectativas,\n1 não vale. Conferido em 30/06/2025 12:00." in index
    assert "1 de 1234 linhas: &lt;b&gt;DÚZIA&lt;/b&gt;" in index


def test_a_result_is_read_as_it_was_written(tmp_path: Path) -> None:
    failure = Failure("unit_is_known", "unit", None, None, (), "the column is gone")
    result = Result("2025-06-30T15:00:00+00:00", (suite(failure), suite()))
    assert read_result(tmp_path) is None
    write_json(result.as_json(), [tmp_path / "quality" / "result.json"])
    assert read_result(tmp_path) == result
    assert (result.success, result.expectations, result.failed) == (False, 48, 1)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"corrects": "d1", "event_id": "d1"}, "corrects d1, event_id d1"),
        ((np.datetime64("2025-06-02T15:00:00"), "x"), "2025-06-02 15:00:00, x"),
        (pd.Timestamp(datetime(1997, 1, 1, tzinfo=UTC)), "1997-01-01 00:00:00+00:00"),
        (-1000.0, "-1000"),
        (0.25, "0.25"),
        ("n" * 500, "n" * 100),
        (None, ""),
        (float("nan"), ""),
        (pd.NaT, ""),
    ],
)
def test_a_value_is_shown_as_a_person_reads_it(value: object, words: str) -> None:
    assert in_words(value) == words


def test_absent_values_are_no_examples() -> None:
    assert some([None, "a", float("nan"), "b", "c"], most=2) == ("a", "b")
