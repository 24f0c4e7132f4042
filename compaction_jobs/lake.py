"""The lake's folder in, pinned versions of its tables out. Nothing here writes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from deltalake import DeltaTable
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StructField, StructType

from domain.errors import ConfigurationError

# A table that asks no more of its readers is exactly the rows of its files.
_PLAIN_READER_VERSION = 1


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of one table; `table_id` changes when the table is made anew."""

    table: str
    path: Path
    version: int
    table_id: str

    def read(self, spark: SparkSession) -> DataFrame:
        """Return its rows, without the columns that it is partitioned by.

        The files come from deltalake: Spark would start jobs of its own to read the log, which
        takes longer than the rows of a small table.
        """
        held = DeltaTable(str(self.path), version=self.version)
        partitioned_by = held.metadata().partition_columns
        if held.protocol().min_reader_version > _PLAIN_READER_VERSION:
            reader = spark.read.format("delta").option("versionAsOf", self.version)
            return reader.load(str(self.path)).drop(*partitioned_by)
        declared = json.loads(held.schema().to_json())["fields"]
        fields = map(StructField.fromJson, declared)
        schema = StructType([field for field in fields if field.name not in partitioned_by])
        files = held.file_uris()
        if not files:
            return spark.createDataFrame([], schema)
        return spark.read.schema(schema).parquet(*files)


class Lake:
    """The folder that holds bronze, silver and gold."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, table: str) -> Path:
        """Return where a table such as `silver/stock_fact` lives, whether it exists or not."""
        return self.root / table

    def find(self, table: str) -> Snapshot | None:
        """Return a table's newest version, or None where there is no such table yet."""
        path = self.path(table)
        if not DeltaTable.is_deltatable(str(path)):
            return None
        held = DeltaTable(str(path))
        return Snapshot(table, path, held.version(), str(held.metadata().id))

    def find_all(self, tables: Iterable[str]) -> dict[str, Snapshot]:
        """Return the newest versions of those tables that exist, looked at in this order."""
        found = {table: self.find(table) for table in tables}
        return {table: snapshot for table, snapshot in found.items() if snapshot is not None}

    def require(self, table: str) -> Snapshot:
        """Return a table's newest version.

        Raises:
            ConfigurationError: there is no such table.
        """
        snapshot = self.find(table)
        if snapshot is None:
            msg = f"{self.root} holds no table {table}: start the platform and feed it first"
            raise ConfigurationError(msg)
        return snapshot
