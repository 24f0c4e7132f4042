"""The OpenAPI document in, the same for people out: a page that fetches nothing from elsewhere."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

Node = dict[str, Any]
_REFERENCES = "#/components/schemas/"
_NOTHING = "null"
_OR_NOTHING = f" or {_NOTHING}"
_QUOTED = re.compile("`([^`]+)`")


def reference_router(document: Callable[[], Node]) -> APIRouter:
    """Return the route of the page; it needs no key, as the document needs none."""
    router = APIRouter(include_in_schema=False)

    @router.get("/docs", name="reference")
    def reference() -> HTMLResponse:
        return HTMLResponse(reference_page(document()))

    return router


def reference_page(document: Node) -> str:
    """Return the page of a document: every endpoint, what it takes and what it answers."""
    return _PAGE.format(
        title=_text(document["info"]["title"]),
        lead="".join(_paragraphs(document["info"]["description"])),
        sections="\n".join(_section(document, tag) for tag in document["tags"]),
    )


def _section(document: Node, tag: Node) -> str:
    endpoints = [
        _endpoint(document, method, path, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if tag["name"] in operation["tags"]
    ]
    heading = f"<h2>{_text(tag['name'])}</h2><p>{_text(tag['description'])}</p>"
    return f"<section>{heading}{''.join(endpoints)}</section>"


def _endpoint(document: Node, method: str, path: str, operation: Node) -> str:
    key = "needs a key" if operation.get("security") else "needs no key"
    name = f"<code>{method.upper()} {_text(path)}</code> {_text(operation['summary'])}"
    parts = [
        f"<summary>{name} <small>{key}</small></summary>",
        *_paragraphs(operation.get("description", "")),
        _table("takes", _parameters(document, operation)),
        *_answer(document, operation["responses"]["200"]),
        f"<p>Answers with {_text(', '.join(sorted(operation['responses'])))}.</p>",
    ]
    return f"<details>{''.join(parts)}</details>"


def _parameters(document: Node, operation: Node) -> Iterator[tuple[str, str, str]]:
    for each in operation.get("parameters", ()):
        # What may be left out is not sent as null.
        kind = f"{each['in']}, {_kind(document, each['schema']).removesuffix(_OR_NOTHING)}"
        yield each["name"], kind, each.get("description", "")


def _answer(document: Node, answer: Node) -> Iterator[str]:
    contents: list[Node] = list(answer.get("content", {}).values())
    found = _resolved(document, contents[0].get("schema", {}) if contents else {})
    yield _table("answers", _fields(document, found))
    items = _resolved(document, found.get("properties", {}).get("items", {}).get("items", {}))
    yield _table("each of items", _fields(document, items))
    for example in (*found.get("examples", ()), *items.get("examples", ())):
        written = json.dumps(example, ensure_ascii=False, indent=1)
        yield f"<h3>example</h3><pre>{_text(written)}</pre>"


def _fields(document: Node, schema: Node) -> Iterator[tuple[str, str, str]]:
    for name, each in schema.get("properties", {}).items():
        yield name, _kind(document, each), each.get("description", "")


def _resolved(document: Node, schema: Node) -> Node:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: Node = document["components"]["schemas"][reference.removeprefix(_REFERENCES)]
    return found


def _kind(document: Node, schema: Node) -> str:
    """Return what a value may be, in a word or a few."""
    if "$ref" in schema:
        named = _resolved(document, schema)
        return _one_of(named) or schema["$ref"].removeprefix(_REFERENCES)
    if "anyOf" in schema:
        kinds = [_kind(document, each) for each in schema["anyOf"]]
        return " or ".join(sorted(kinds, key=lambda kind: kind == _NOTHING))
    if schema.get("type") == "array":
        return f"list of {_kind(document, schema.get('items', {}))}"
    return _one_of(schema) or str(schema.get("format") or schema.get("type", "anything"))


def _one_of(schema: Node) -> str:
    choices = schema.get("enum", [schema["const"]] if "const" in schema else [])
    return " | ".join(str(each) for each in choices)


def _table(caption: str, rows: Iterable[tuple[str, str, str]]) -> str:
    lines = "".join(
        f"<tr><th scope='row'><code>{_text(name)}</code></th>"
        f"<td>{_text(kind)}</td><td>{_said(said)}</td></tr>"
        for name, kind, said in rows
    )
    return f"<h3>{_text(caption)}</h3><table>{lines}</table>" if lines else ""


def _paragraphs(text: str) -> Iterator[str]:
    for each in filter(None, text.split("\n\n")):
        yield f"<p>{_said(each)}</p>"


def _said(text: str) -> str:
    return _QUOTED.sub(r"<code>\1</code>", _text(text))


def _text(value: str) -> str:
    return html.escape(value, quote=True)


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} · API</title>
<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/style/base.css">
<link rel="stylesheet" href="/static/style/reference.css">
</head>
<body>
<main>
<h1>{title} · API</h1>
{lead}
<p>Send a key as <code>X-API-Key</code>: the start of the platform shows the owner's once, and
<code>NOVA_API_KEY</code> sets one of your own. For programs, the same is at
<a href="/openapi.json">/openapi.json</a>; the console is at <a href="/">/</a>.</p>
{sections}
</main>
</body>
</html>
"""
