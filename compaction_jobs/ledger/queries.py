"""The ledger's queries, each a file beside this one, as functions of data frames."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from pyspark.sql import DataFrame
from pyspark.sql import functions as sql

_HERE = Path(__file__).parent
_NAMES = ("known_facts", "standing_facts", "timeline", "days", "balances", "moments", "on_order")
_TEXTS = {name: (_HERE / f"{name}.sql").read_text(encoding="utf-8") for name in _NAMES}

DIGEST = sha256("".join(_TEXTS.values()).encode()).hexdigest()[:16]
"""Changes with the queries: what an older text computed must be computed again."""


def known_facts(log: DataFrame) -> DataFrame:
    """Return the facts that count, once each, of a log (rows of `silver/stock_fact`).

    The log must hold all ticks of its partitions; it may be limited to some keys. The rows are
    computed here and kept, laid out by key: what follows never moves them again.
    """
    return _run("known_facts", log=log).repartition("item_id", "site_id").localCheckpoint()


def whole_log(known: DataFrame) -> DataFrame:
    """Return facts in a single scope: the ledgers after everything known."""
    return known.withColumn("scope", sql.lit(0).cast("long"))


def standing_facts(known: DataFrame) -> DataFrame:
    """Return the facts that nothing has superseded, corrections in the place of the corrected."""
    return _run("standing_facts", known=known)


def timeline(standing: DataFrame) -> DataFrame:
    """Return one row a change, with the balances of its key after it."""
    return _run("timeline", standing=standing)


def days(changes: DataFrame) -> DataFrame:
    """Return one row a key and São Paulo day on which something happened."""
    return _run("days", changes=changes)


def balances(changes: DataFrame) -> DataFrame:
    """Return one row a key: its balances after everything."""
    return _run("balances", changes=changes)


def moments(log: DataFrame, positions: DataFrame) -> DataFrame:
    """Return what time it was for each position (rows of `silver/stock_position`) of a log."""
    return _run("moments", log=log, positions=positions)


def on_order(standing: DataFrame, moments: DataFrame) -> DataFrame:
    """Return one row a key: what it may count on from its orders at the moment of its scope."""
    return _run("on_order", standing=standing, moments=moments)


def _run(name: str, **frames: DataFrame) -> DataFrame:
    (spark,) = {frame.sparkSession for frame in frames.values()}
    return spark.sql(_TEXTS[name], **frames)
