"""Keyset pages: an opaque cursor holds where the last page ended, so nothing is counted off."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from api.problems import ProblemError, ProblemKind

Limit = Annotated[int, Field(ge=1, le=500, description="Rows in one page.")]
Cursor = Annotated[
    str | None,
    Field(
        min_length=1,
        max_length=2000,
        description="`next_cursor` of the page before; valid with the same filters and sort.",
    ),
]
DEFAULT_LIMIT = 50
Value = str | int | float


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A total order of rows: one leading expression, then the columns of the key.

    The key ascends, whichever way the leading expression goes, unless told otherwise.
    """

    leading: str
    keys: tuple[str, ...]
    descending: bool = False
    keys_descending: bool = False

    @property
    def columns(self) -> str:
        """The expressions of the order as columns, for the cursor of the last row."""
        names = [f"{self.leading} AS _order_0"]
        names += [f"{key} AS _order_{n}" for n, key in enumerate(self.keys, start=1)]
        return ", ".join(names)

    @property
    def clause(self) -> str:
        """What follows ORDER BY."""
        direction = "DESC" if self.descending else "ASC"
        of_keys = "DESC" if self.keys_descending else "ASC"
        return ", ".join([f"{self.leading} {direction}", *(f"{k} {of_keys}" for k in self.keys)])

    @property
    def after(self) -> str:
        """The condition on rows that come after (:after_0, :after_1, ...).

        The first comparison is implied by the rest; it is what lets an index be sought.
        """
        sign = "<" if self.descending else ">"
        of_keys = "<" if self.keys_descending else ">"
        marks = ", ".join(f":after_{n}" for n in range(1, len(self.keys) + 1))
        return (
            f"{self.leading} {sign}= :after_0 AND ({self.leading} {sign} :after_0"
            f" OR ({', '.join(self.keys)}) {of_keys} ({marks}))"
        )

    def position_of(self, row: sqlite3.Row) -> list[Value]:
        """Return where a row stands in this order."""
        return [row[f"_order_{n}"] for n in range(len(self.keys) + 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """What a list asks for: conditions over named parameters, in an order, from a cursor on.

    Columns, source and conditions are SQL of this package; what callers send is a parameter.
    """

    columns: str
    source: str
    conditions: tuple[str, ...]
    parameters: Mapping[str, Value]
    sort: str
    order: Order
    cursor: str | None
    limit: int


def read_page(
    connection: sqlite3.Connection, query: ListQuery
) -> tuple[list[sqlite3.Row], str | None]:
    """Return the rows of one page and the cursor of the next, None on the last.

    Raises:
        ProblemError: the cursor is not one of this list with these filters and sort.
    """
    digest = _digest(query)
    conditions, parameters = list(query.conditions), dict(query.parameters)
    if query.cursor is not None:
        after = _decoded(query.cursor, digest, values=len(query.order.keys) + 1)
        conditions.append(query.order.after)
        parameters |= {f"after_{n}": value for n, value in enumerate(after)}
    statement = (
        f"SELECT {query.columns}, {query.order.columns} FROM {query.source}"
        f" WHERE {' AND '.join(conditions) or 'TRUE'}"
        f" ORDER BY {query.order.clause} LIMIT :rows"
    )
    rows = connection.execute(statement, parameters | {"rows": query.limit + 1}).fetchall()
    if len(rows) <= query.limit:
        return rows, None
    page = rows[: query.limit]
    return page, _encoded(query.order.position_of(page[-1]), digest)


def _digest(query: ListQuery) -> str:
    """Name the list a cursor belongs to, so that it cannot be carried to another."""
    named = json.dumps([query.sort, sorted(query.parameters.items())])
    return hashlib.sha256(named.encode()).hexdigest()[:12]


def _encoded(after: list[Value], digest: str) -> str:
    text = json.dumps([digest, *after], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decoded(cursor: str, digest: str, *, values: int) -> list[Value]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        content = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise _invalid() from error
    match content:
        case [str(held), *after] if held == digest and _usable(after, values):
            return after
        case _:
            raise _invalid()


def _usable(after: list[object], values: int) -> bool:
    return len(after) == values and all(
        isinstance(value, str | int | float) and not isinstance(value, bool) for value in after
    )


def _invalid() -> ProblemError:
    return ProblemError(
        ProblemKind.INVALID_CURSOR,
        "the cursor is not one of this list with these filters and sort: start without it",
    )
