"""What can be uploaded: the kinds of file, their columns and the topics they go to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from schemas.requisition_columns import HEADERS


class UploadKind(StrEnum):
    """One kind of file; the name of its folder and its template too."""

    STOCK_MOVEMENTS = "stock-movements"
    STOCK_COUNTS = "stock-counts"
    PURCHASE_ORDERS = "purchase-orders"
    ITEMS = "items"
    SITES = "sites"
    REQUISITIONS = "requisitions"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a kind.

    Attributes:
        name: its header.
        optional: the column may be missing as a whole.
        number: its cells say which decimal sign the file has.
        note: what belongs into it, Portuguese and English.
    """

    name: str
    note: tuple[str, str]
    optional: bool = False
    number: bool = False


MOVEMENTS = (
    "issued", "received", "returned", "transferred_out", "transferred_in", "scrapped", "adjusted",
    "reserved", "released",
)  # fmt: skip
STATUSES = ("placed", "rescheduled", "partially_received", "received", "cancelled")

_DOCUMENT = Column("document", ("documento, por exemplo a nota", "document, the note for instance"))
_LINE = Column("line", ("linha do documento", "line of the document"))
_ITEM = Column("item_id", ("código do item", "code of the item"))
_SITE = Column("site_id", ("código do local", "code of the site"))
_OCCURRED = Column(
    "occurred_at",
    (
        "quando aconteceu: 2025-07-20 14:30 ou 20/07/2025; sem fuso é São Paulo",
        "when it happened: 2025-07-20 14:30 or 20/07/2025; without a zone it is São Paulo's",
    ),
)
_RECORDED = Column(
    "recorded_at",
    ("quando se soube; vazio é agora", "when it was learnt; empty is now"),
    optional=True,
)
_CORRECTS = Column(
    "corrects",
    (
        "o que esta linha substitui: event_id ou documento/linha",
        "what this line replaces: event_id or document/line",
    ),
    optional=True,
)
_QUANTITY = ("na unidade base, até 3 decimais", "in the base unit, up to 3 decimals")

COLUMNS: dict[UploadKind, tuple[Column, ...]] = {
    UploadKind.STOCK_MOVEMENTS: (
        _DOCUMENT, _LINE, _ITEM, _SITE,
        Column("movement_type", (
            f"issued (saída), received (entrada), scrapped (baixa)… um de: {', '.join(MOVEMENTS)}",
            f"one of {', '.join(MOVEMENTS)}",
        )),
        Column("quantity", (
            "positiva, até 3 decimais; só adjusted tem sinal; 0 com corrects anula",
            "positive, up to 3 decimals; only adjusted is signed; 0 with corrects cancels",
        ), number=True),
        _OCCURRED, _RECORDED,
        Column("transfer_id", ("liga as duas pernas", "ties the two legs together"), optional=True),
        Column("counterpart_site_id", ("o outro local", "the other site"), optional=True),
        Column("order_id", ("pedido que chegou", "order that arrived"), optional=True),
        _CORRECTS,
        Column("event_id", ("identidade, se a origem tem uma", "identity, if the source has one"),
               optional=True),
    ),
    UploadKind.STOCK_COUNTS: (
        _DOCUMENT, _LINE, _ITEM, _SITE,
        Column("quantity", ("contada; 0 é prateleira vazia", "counted; 0 is an empty shelf"),
               number=True),
        _OCCURRED, _RECORDED, _CORRECTS,
        Column("cancelled", ("sim anula a contagem", "yes cancels the count"), optional=True),
    ),
    UploadKind.PURCHASE_ORDERS: (
        Column("order_id", ("número do pedido", "number of the order")), _LINE, _ITEM, _SITE,
        Column("quantity", ("o que ainda falta chegar", "what is still outstanding"), number=True),
        Column("status", (f"um de: {', '.join(STATUSES)}", f"one of {', '.join(STATUSES)}")),
        Column("due_on", ("dia previsto", "day on which it is due")),
        _OCCURRED, _RECORDED,
    ),
    UploadKind.ITEMS: (
        _ITEM,
        Column("name", ("nome", "name")),
        Column("family", ("família", "family")),
        Column("unit", ("unidade base: UN, M, KG…", "base unit: UN, M, KG…")),
        Column("unit_cost_brl", ("custo de uma unidade, R$", "cost of one unit, R$"), number=True),
        Column("lead_time_days", ("prazo de reposição, dias", "lead time, days"), number=True),
        Column("lead_time_spread_days",
               ("desvio-padrão do prazo, dias", "standard deviation of the lead time, days"),
               number=True),
        Column("min_order_quantity", _QUANTITY, number=True),
        Column("criticality", ("A, B ou C", "A, B or C")),
        Column("substitutes", ("códigos separados por ;", "codes separated by ;")),
    ),
    UploadKind.SITES: (
        _SITE,
        Column("kind", ("tower (torre) ou depot (depósito)", "tower or depot")),
        Column("name", ("nome", "name")),
        Column("region", ("UF", "state (UF)")),
        Column("pool_id", ("grupo que se ajuda", "sites that help each other out")),
        Column("operator", ("cliente da torre", "customer of the tower")),
        Column("contract_value_brl_month", ("contrato, R$ por mês", "contract, R$ a month"),
               number=True),
        Column("fine_rate", ("multa por falha, fração do mês: 0 a 1",
                             "fine for one breach, fraction of a month: 0 to 1"), number=True),
        Column("response_hours", ("prazo de atendimento, horas", "response time, hours"),
               number=True),
        Column("latitude", ("graus, ou vazio", "degrees, or empty"), number=True),
        Column("longitude", ("graus, ou vazio", "degrees, or empty"), number=True),
    ),
    UploadKind.REQUISITIONS: tuple(
        Column(header, ("como o ERP exporta", "as the ERP exports it"), number=field == "quantity")
        for field, header in HEADERS.items()
    ),
}  # fmt: skip

TOPICS: dict[UploadKind, str] = {
    UploadKind.STOCK_MOVEMENTS: "raw.stock-movement.v1",
    UploadKind.STOCK_COUNTS: "raw.stock-count.v1",
    UploadKind.PURCHASE_ORDERS: "raw.purchase-order.v1",
    UploadKind.ITEMS: "raw.item.v1",
    UploadKind.SITES: "raw.site.v1",
    UploadKind.REQUISITIONS: "raw.requisition-line.v1",
}


def headers(kind: UploadKind) -> dict[str, str]:
    """Return field → header of a kind, in the order of its columns."""
    if kind is UploadKind.REQUISITIONS:
        return dict(HEADERS)
    return {column.name: column.name for column in COLUMNS[kind]}
