"""The columns of the ERP's requisition export, and where one of its lines stands."""

from __future__ import annotations

from collections.abc import Mapping

# Field of the raw record → header of the ERP's export, in the export's order.
HEADERS: dict[str, str] = {
    "depot": "DEPÓSITO",
    "item": "PRODUTO/SERVIÇO",
    "material": "MATERIAL",
    "family": "FAMÍLIA",
    "supplier": "NOME FORNEC.",
    "quantity": "QUANTIDADE",
    "unit": "U.M.",
    "requested_on": "DATA REQUISITADA",
    "requisition": "SOLICITAÇÃO",
    "requisitioned_on": "DATA SOLICITADO",
    "purchased_on": "DATA DE COMPRA",
}
FIELDS = tuple(HEADERS)
# In the order in which they say when a line was asked for.
DATE_FIELDS = ("requisitioned_on", "requested_on", "purchased_on")


MISSING_DEPOT = "SEM-DEPOSITO"


def place(record: Mapping[str, object]) -> str:
    """Return where a line stands, to begin a detail with; empty where nobody knows.

    >>> place({"file": "may.csv", "row": 7})
    'may.csv, row 7: '
    """
    row, file = record.get("row"), record.get("file")
    if row is None:
        return ""
    return f"row {row}: " if file is None else f"{file}, row {row}: "
