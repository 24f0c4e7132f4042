"""What a table should hold in, the least MERGE that makes it so out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from delta.tables import DeltaTable
from py4j.protocol import Py4JJavaError  # type: ignore[import-untyped]  # ships no types
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql

from compaction_jobs.lake import Lake
from domain.errors import TransientError

_ACTION = "_action"
_METADATA = "spark.databricks.delta.commitInfo.userMetadata"


class GoldTable:
    """One table of gold, written by this job alone."""

    def __init__(self, spark: SparkSession, lake: Lake, *, name: str, keys: Sequence[str]) -> None:
        self._spark = spark
        self._lake = lake
        self._name = name
        self._uri = str(lake.path(name))
        self._keys = tuple(keys)

    def make_hold(
        self, wanted: DataFrame, *, within: DataFrame | None = None, metadata: str = ""
    ) -> int:
        """Insert, update and delete until the table's rows are the wanted ones.

        Args:
            wanted: the rows.
            within: keys outside of which rows are left alone; by default all are replaced.
            metadata: recorded in the same commit.

        Returns:
            How many rows changed. Where that is none, nothing is committed.

        Raises:
            TransientError: another writer committed in between.
        """
        with _commit_metadata(self._spark, metadata), _conflicts_are_transient(self._uri):
            held = self._lake.find(self._name)
            if held is None:
                return self._create(wanted)
            rows = held.read(self._spark)
            if within is None and set(rows.columns) != set(wanted.columns):
                return self._replace(wanted)
            return self._change(wanted, rows, within)

    def _replace(self, rows: DataFrame) -> int:
        """Write all anew: what an earlier version of the job wrote has other columns."""
        writer = rows.coalesce(1).write.format("delta").mode("overwrite")
        writer.option("overwriteSchema", "true").save(self._uri)
        return self._lake.require(self._name).read(self._spark).count()

    def _create(self, rows: DataFrame) -> int:
        rows.coalesce(1).write.format("delta").mode("errorifexists").save(self._uri)
        return self._lake.require(self._name).read(self._spark).count()

    def _change(self, wanted: DataFrame, held: DataFrame, within: DataFrame | None) -> int:
        if within is not None:
            held = held.join(within, list(within.columns), "left_semi")
        changes = _changes(wanted, held, self._keys).persist()
        try:
            count: int = changes.count()
            if count:
                self._merge(changes)
        finally:
            changes.unpersist()
        return count

    def _merge(self, changes: DataFrame) -> None:
        same = " AND ".join(f"held.{key} = new.{key}" for key in self._keys)
        columns = {name: f"new.{name}" for name in changes.columns if name != _ACTION}
        (
            DeltaTable.forPath(self._spark, self._uri)
            .alias("held")
            .merge(changes.alias("new"), same)
            .whenMatchedDelete(f"new.{_ACTION} = 'delete'")
            .whenMatchedUpdate(set=columns)
            .whenNotMatchedInsert(values=columns)
            .execute()
        )


def _changes(wanted: DataFrame, held: DataFrame, keys: Sequence[str]) -> DataFrame:
    """Return the rows to write, and the keys to delete, with what to do."""
    columns = wanted.columns
    new, old = sql.struct(*columns).alias("new"), sql.struct(*columns).alias("old")
    joined = wanted.select(*keys, new).join(held.select(*keys, old), list(keys), "full_outer")
    action = sql.when(sql.col("new").isNull(), "delete").otherwise("write")
    return joined.where("NOT new <=> old").select(
        *(sql.coalesce(f"new.{name}", f"old.{name}").alias(name) for name in keys),
        *(sql.col(f"new.{name}").alias(name) for name in columns if name not in keys),
        action.alias(_ACTION),
    )


@contextmanager
def _commit_metadata(spark: SparkSession, metadata: str) -> Iterator[None]:
    if not metadata:
        yield
        return
    spark.conf.set(_METADATA, metadata)
    try:
        yield
    finally:
        spark.conf.unset(_METADATA)


@contextmanager
def _conflicts_are_transient(uri: str) -> Iterator[None]:
    try:
        yield
    except (Py4JJavaError, PySparkException) as error:
        if "Concurrent" not in f"{type(error).__name__} {error}":
            raise
        msg = f"another writer committed to {uri} at the same time; run the job again"
        raise TransientError(msg) from error
