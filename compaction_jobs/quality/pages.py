"""Data docs as Great Expectations writes them in, pages that fetch nothing from elsewhere out.

Its pages bring scripts, styles, fonts and a logo from six hosts, and an index that only a script
can fill. Here every page keeps its text and loses the rest; the index is written anew.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import datetime
from html import escape
from html.parser import HTMLParser
from pathlib import Path

from compaction_jobs.quality.result import Result, SuiteResult
from domain.instants import SAO_PAULO

# The API's, which serves the pages; opened as files they go without.
_ICON = '<link rel="icon" href="/static/icon.svg" type="image/svg+xml">'
_STYLE = Path(__file__).with_name("pages.css")
_KEPT_ATTRIBUTES = frozenset(
    {"id", "class", "href", "hidden", "colspan", "rowspan", "lang", "charset", "name", "content"}
)
_DROPPED_TAGS = frozenset({"script", "style", "footer", "button"})
# The tour of the tool, and buttons that do nothing without a script.
_DROPPED_CLASSES = frozenset({"ge-walkthrough-modal", "modal", "btn-group", "card-text"})
_VOID_TAGS = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "wbr"})
_NOT_A_PAGE = ("http:", "https:", "//", "javascript:", "data:")


def make_offline(folder: Path) -> None:
    """Rewrite every page of a folder so that it needs nothing but the folder."""
    shutil.copyfile(_STYLE, folder / _STYLE.name)
    shutil.rmtree(folder / "static", ignore_errors=True)
    for page in sorted(folder.rglob("*.html")):
        up = "../" * (len(page.relative_to(folder).parts) - 1)
        rewriter = _Rewriter(style=f"{up}{_STYLE.name}")
        rewriter.feed(page.read_text(encoding="utf-8"))
        rewriter.close()
        page.write_text(rewriter.text, encoding="utf-8")


def write_index(folder: Path, result: Result) -> None:
    """Write the page that a person opens first."""
    rows = "\n".join(_row(folder, each) for each in result.suites)
    failures = "\n".join(_failures(each) for each in result.suites if each.failures)
    titles = ("Linhas", "Expectativas", "Falhas")
    numbers = "".join(f'<th class="number">{each}</th>' for each in titles)
    fail = "não vale" if result.failed == 1 else "não valem"
    verdict = "todas valem" if result.success else f"{result.failed} {fail}"
    (folder / "index.html").write_text(
        f"""<!DOCTYPE html>
<html lang="pt-BR">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Qualidade dos dados · Nova Corrente</title>
{_ICON}
<link rel="stylesheet" href="{_STYLE.name}">
</head>
<body class="index">
<main>
<h1>Qualidade dos dados</h1>
<p class="verdict {"ok" if result.success else "failed"}">{result.expectations} expectativas,
{verdict}. Conferido em {escape(_moment(result.made_at))}.</p>
<table>
<thead><tr><th>Conjunto</th><th class="wide">Tabela</th>{numbers}</tr></thead>
<tbody>
{rows}
</tbody>
</table>
{failures}
</main>
</body>
</html>
""",
        encoding="utf-8",
    )


def _moment(made_at: str) -> str:
    """Return an instant as operators read it: in São Paulo."""
    return f"{datetime.fromisoformat(made_at).astimezone(SAO_PAULO):%d/%m/%Y %H:%M}"


def _row(folder: Path, suite: SuiteResult) -> str:
    mark = "ok" if suite.success else "failed"
    page = next(iter(sorted((folder / "validations" / suite.suite).rglob("*.html"))), None)
    name = escape(suite.suite)
    if page is not None:
        name = f'<a href="{escape(page.relative_to(folder).as_posix())}">{name}</a>'
    cells = (suite.rows, suite.expectations, suite.failed)
    numbers = "".join(f'<td class="number">{each:,}</td>'.replace(",", ".") for each in cells)
    table = f"{escape(suite.table)}, versão {suite.version}"
    return f'<tr class="{mark}"><th>{name}</th><td class="wide">{table}</td>{numbers}</tr>'


def _failures(suite: SuiteResult) -> str:
    lines = []
    for each in suite.failures:
        count = each.error or f"{each.unexpected} de {each.of} linhas"
        examples = f": {', '.join(each.examples)}" if each.examples else ""
        lines.append(
            f"<li><strong>{escape(each.expectation)}</strong> {escape(count + examples)}</li>"
        )
    return f"<h2>{escape(suite.suite)}</h2>\n<ul>{''.join(lines)}</ul>"


class _Rewriter(HTMLParser):
    """Copies a page, without what it would fetch and what needs a script."""

    def __init__(self, *, style: str) -> None:
        super().__init__(convert_charrefs=False)
        self._style = style
        self._out: list[str] = []
        self._dropping: list[str] = []

    @property
    def text(self) -> str:
        return "".join(self._out)

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if self._dropping:
            if tag == self._dropping[0]:
                self._dropping.append(tag)
            return
        given = dict(attrs)
        classes = set((given.get("class") or "").split())
        if tag in {"link", "input"}:
            return
        if tag == "img":  # the tool's logo: its name will do
            self._out.append(escape(given.get("alt") or ""))
            return
        if tag in _DROPPED_TAGS or classes & _DROPPED_CLASSES:
            if tag not in _VOID_TAGS:
                self._dropping.append(tag)
            return
        self._out.append(f"<{tag}{''.join(map(_attribute, filter(_is_kept, attrs)))}>")

    def handle_endtag(self, tag: str) -> None:
        if self._dropping:
            if tag == self._dropping[0]:
                self._dropping.pop()
            return
        if tag == "head":
            self._out.append(f'{_ICON}<link rel="stylesheet" href="{escape(self._style)}">')
        if tag not in _VOID_TAGS:
            self._out.append(f"</{tag}>")

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        self._say(data)

    def handle_entityref(self, name: str) -> None:
        self._say(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._say(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        self._say(f"<!{decl}>")

    def _say(self, text: str) -> None:
        if not self._dropping:
            self._out.append(text)


def _is_kept(attribute: tuple[str, str | None]) -> bool:
    name, value = attribute
    is_elsewhere = name == "href" and (value or "").strip().lower().startswith(_NOT_A_PAGE)
    return name in _KEPT_ATTRIBUTES and not is_elsewhere


def _attribute(attribute: tuple[str, str | None]) -> str:
    name, value = attribute
    return f" {name}" if value is None else f' {name}="{escape(value)}"'
