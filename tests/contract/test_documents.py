"""The pages of docs/: those that are made are fresh, links lead somewhere, hops name real code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from operations.documents.event_map import event_map
from operations.documents.generated import PAGES, stale, write
from operations.trace.doers import every_doer
from schemas.topics import topics
from tests.contract.source_tree import ROOT, files, named, texts, tree

PAGES_BY_HAND = [path for path in files() if path.suffix == ".md"]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HOP = re.compile(r"\b([\w/]+\.py)::([\w.]+)")

every_page = pytest.mark.parametrize("page", PAGES_BY_HAND, ids=named)


def defined_in(path: Path) -> set[str]:
    """Return the dotted names of functions, classes and methods of a module."""
    found: set[str] = set()
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            inner = [
                each
                for each in node.body
                if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
            ]
            found |= {f"{node.name}.{each.name}" for each in inner}
    return found


def unknown(references: set[tuple[str, str]]) -> list[str]:
    """Return the references to functions that do not exist."""
    return [
        f"{file}::{name}"
        for file, name in sorted(references)
        if not (ROOT / file).is_file() or name not in defined_in(ROOT / file)
    ]


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_fresh(name: str) -> None:
    assert name not in stale(ROOT), "run ./nova docs"


def test_a_stale_page_is_noticed_and_written(tmp_path: Path) -> None:
    for name in PAGES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("old", encoding="utf-8")
    assert stale(tmp_path) == list(PAGES)
    assert write(tmp_path) == list(PAGES)
    assert stale(tmp_path) == []


def test_the_event_map_draws_every_topic_and_every_module() -> None:
    drawn = event_map(topics())
    for each in topics():
        assert f"`{each.name}`" in drawn
        for module in (*each.producers, *each.consumers):
            assert f'["{module}"]' in drawn
    chart = drawn.partition("```mermaid")[2].partition("```")[0]
    arrows = re.findall(r"^  (\w+) -(?:-|\.-)> (\w+)$", chart, re.MULTILINE)
    boxes = set(re.findall(r"^ +(\w+)[\[(]", chart, re.MULTILINE))
    assert len(arrows) > 40
    assert {end for arrow in arrows for end in arrow} <= boxes


@every_page
def test_links_between_files_lead_somewhere(page: Path) -> None:
    targets = [each.partition("#")[0] for each in LINK.findall(texts()[page])]
    inside = [each for each in targets if each and "://" not in each]
    assert [each for each in inside if not (page.parent / each).exists()] == []


@every_page
def test_functions_that_a_page_names_exist(page: Path) -> None:
    assert unknown(set(HOP.findall(texts()[page]))) == []


def test_every_hop_of_a_trace_names_a_function_that_exists() -> None:
    assert len(every_doer()) > 15
    assert unknown({tuple(each.split("::")) for each in every_doer()}) == []  # type: ignore[misc]
