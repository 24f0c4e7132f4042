"""Settings in, one Spark session for a whole job out."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict
from pyspark.sql import SparkSession

_LOG_CONFIGURATION = Path(__file__).with_name("log4j2.properties")
# A job of seconds is over before the optimising compiler or a second GC thread pays for itself.
_SHORT_LIVED_JVM = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


class SparkSettings(BaseSettings):
    """Read from SPARK_*; constructed only in a `__main__`.

    Attributes:
        jars: Delta's files for the JVM, separated like PATH.
        threads: tasks that run at once.
        driver_memory: heap of the one JVM, as the JVM writes it.
    """

    model_config = SettingsConfigDict(env_prefix="SPARK_", frozen=True)

    jars: str
    threads: int = 2
    driver_memory: str = "1g"


@contextmanager
def spark_session(settings: SparkSettings, scratch: Path | None = None) -> Iterator[SparkSession]:
    """Start Spark in this process, with all that it writes in a folder that goes away.

    Args:
        settings: what to run it with.
        scratch: parent of that folder; by default the system's temporary one.
    """
    if scratch is not None:
        scratch.mkdir(parents=True, exist_ok=True)
    # The start script asks the host's name before it reads any setting of ours.
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    with tempfile.TemporaryDirectory(prefix="spark-", dir=scratch) as work:
        builder = SparkSession.builder.appName("compaction_jobs")
        for name, value in _configuration(settings, Path(work)).items():
            builder = builder.config(name, value)
        spark = builder.getOrCreate()
        try:
            yield spark
        finally:
            spark.stop()


def _configuration(settings: SparkSettings, work: Path) -> dict[str, str]:
    java_options = (
        f"{_SHORT_LIVED_JVM} -Djava.io.tmpdir={work} -Dderby.system.home={work} "
        f"-Dlog4j2.configurationFile={_LOG_CONFIGURATION.as_uri()}"
    )
    return {
        "spark.master": f"local[{settings.threads}]",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": settings.driver_memory,
        "spark.driver.extraClassPath": settings.jars,
        "spark.driver.extraJavaOptions": java_options,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.local.dir": str(work),
        "spark.sql.warehouse.dir": str(work / "warehouse"),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(settings.threads),
        # VACUUM lists folders in so many tasks: the default of 10,000 takes minutes a table.
        "spark.sql.sources.parallelPartitionDiscovery.parallelism": str(settings.threads),
        # Rows that lie together by key need not move again to be joined by key and more.
        "spark.sql.requireAllClusterKeysForCoPartition": "false",
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.databricks.delta.snapshotPartitions": "1",
        # What deltalake's readers refuse (FACTS): neither may come with a new table.
        "spark.databricks.delta.properties.defaults.enableDeletionVectors": "false",
        "spark.databricks.delta.properties.defaults.columnMapping.mode": "none",
    }
