"""How far a lake has come, read from the lake alone: a table in, offsets out."""

from __future__ import annotations

from deltalake import DeltaTable
from deltalake.exceptions import TableNotFoundError

from adapters.delta.table import Source, sources_of

Position = tuple[str, int]  # Kafka's topic id, partition


def stored_positions(lake_uri: str, table: str, app: str) -> dict[Position, int]:
    """Return the last offset that a table holds of each topic-partition.

    Partitions of which the table holds nothing are left out, and so is everything where there is
    no table yet. A table has caught up with a partition when its offset + 1 is the broker's end.

    Args:
        lake_uri: the lake's root.
        table: layer and name, such as `bronze/stock_count`.
        app: who writes it: the prefix of its Delta app ids, such as `sinks.lakehouse`.
    """
    try:
        handle = DeltaTable(f"{lake_uri}/{table}")
    except TableNotFoundError:
        return {}
    held: dict[Position, int] = {}
    for name, (topic_id, partitions) in sources_of(handle).items():
        for partition in range(partitions):
            app_id = Source(name, topic_id, partition).app_id(app)
            version = handle.transaction_version(app_id)
            if version is not None:
                held[topic_id, partition] = version
    return held
