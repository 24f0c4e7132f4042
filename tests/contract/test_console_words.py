"""The console speaks two languages wholly: every word it asks for is in its one dictionary."""

from __future__ import annotations

import re

import pytest

from domain.facts import BROADCAST, FactKind
from domain.rejection import Rejection
from operations.supervisor.status import State
from schemas.requisition_rules import Flag
from tests.contract.source_tree import ROOT

STATIC = ROOT / "api" / "static"
SCRIPTS = [path for path in STATIC.rglob("*.js") if path.name != "words.js"]
PAGES = list(STATIC.glob("*.html"))
WORDS = (STATIC / "console" / "words.js").read_text(encoding="utf-8")
# `"key": ["pt", "en"]`, where either may be a pair of singular and plural.
_ENTRY = re.compile(r'^  "([a-z_.]+)": \[(.*?)\],$', re.MULTILINE | re.DOTALL)
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
ENTRIES = dict(_ENTRY.findall(WORDS))


def asked_for() -> set[str]:
    scripts = "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
    pages = "\n".join(path.read_text(encoding="utf-8") for path in PAGES)
    return set(re.findall(r'\bt\("([a-z_.]+)"', scripts)) | set(
        re.findall(r'data-t(?:-label|-hint)?="([a-z_.]+)"', pages)
    )


def test_there_is_a_dictionary_and_it_is_asked() -> None:
    assert len(ENTRIES) > 150
    assert len(asked_for()) > 80


def test_every_word_that_is_asked_for_is_there() -> None:
    assert asked_for() - set(ENTRIES) == set()


@pytest.mark.parametrize("key", ENTRIES)
def test_every_entry_has_both_languages_with_the_same_blanks(key: str) -> None:
    texts = _TEXT.findall(ENTRIES[key])
    assert len(texts) in (2, 4)
    assert all(texts)
    portuguese, english = texts[: len(texts) // 2], texts[len(texts) // 2 :]
    assert set(blanks(portuguese)) == set(blanks(english))


def blanks(texts: list[str]) -> list[str]:
    return [name for text in texts for name in re.findall(r"\{(\w+)\}", text)]


@pytest.mark.parametrize(
    ("prefix", "members"),
    [
        ("kind", set(FactKind) - BROADCAST),
        ("state", set(State)),
        ("reason", set(Rejection)),
        ("flag", set(Flag)),
    ],
)
def test_every_member_of_a_closed_set_has_words(prefix: str, members: set[str]) -> None:
    assert members
    assert {f"{prefix}.{each}" for each in members} - set(ENTRIES) == set()


def test_every_flag_of_a_position_has_words() -> None:
    decide = (ROOT / "domain" / "stock" / "decide.py").read_text(encoding="utf-8")
    raised = re.findall(r'^ {16}"([a-z_]+)": ', decide, re.MULTILINE)
    assert len(raised) >= 6
    assert {f"flag.{each}" for each in raised} - set(ENTRIES) == set()


def test_no_script_makes_words_of_its_own() -> None:
    """Text between quotes with an accent or a Portuguese word would stay so in English."""
    found = [
        f"{path.name}: {text}"
        for path in SCRIPTS
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.strip().startswith(("//", "*", "/*"))
        for text in _TEXT.findall(line)
        if re.search(r"[à-úÀ-Ú]", text)
    ]
    assert found == []
