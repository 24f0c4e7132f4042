"""The dataflow: every raw topic in, one insert for each topic out. Not what cleaning means."""

from __future__ import annotations

from pyflink.table import StatementSet, TableEnvironment

from adapters.kafka import KafkaSettings
from adapters.registry import RegistrySettings
from schemas.topics import topic
from stream_processors.cleaning.clean import RAW_TOPICS
from stream_processors.cleaning.outputs import CLEAN_TOPICS
from stream_processors.cleaning.settings import CleaningSettings
from stream_processors.cleaning.table_function import table_function

NAME = "stream_processors.cleaning"

# Where no checkpoint says otherwise, the log is cleaned from its beginning.
_SOURCE = """
CREATE TEMPORARY TABLE raw_records (
  `topic` STRING METADATA VIRTUAL,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL,
  `timestamp` TIMESTAMP_LTZ(3) METADATA VIRTUAL,
  `key` BYTES,
  `value` BYTES,
  `headers` MAP<STRING, BYTES> METADATA VIRTUAL,
  `read_at` AS PROCTIME()
) WITH (
  'connector' = 'kafka',
  'topic' = '{topics}',
  'properties.bootstrap.servers' = '{servers}',
  'properties.group.id' = '{name}',
  'properties.client.id.prefix' = '{name}',
  'properties.fetch.max.wait.ms' = '50',
  'scan.startup.mode' = 'earliest-offset',
  'key.format' = 'raw', 'key.fields' = 'key',
  'value.format' = 'raw', 'value.fields-include' = 'EXCEPT_KEY'
)"""

# Keeps the first record of each id: a repeat of an event, or of a raw record after a restart.
_OUTPUTS = """
CREATE TEMPORARY VIEW outputs AS
SELECT `target`, `key`, `value`, `headers` FROM (
  SELECT cleaned.*, ROW_NUMBER() OVER (PARTITION BY `dedupe_id` ORDER BY `read_at`) AS repetition
  FROM (
    SELECT output.`target`, output.`dedupe_id`, output.`key`, output.`value`, output.`headers`,
           raw_records.`read_at`
    FROM raw_records, LATERAL TABLE(clean(
      raw_records.`topic`, raw_records.`partition`, raw_records.`offset`,
      raw_records.`timestamp`, raw_records.`key`, raw_records.`value`, raw_records.`headers`
    )) AS output(`target`, `dedupe_id`, `key`, `value`, `headers`)
  ) AS cleaned
) WHERE repetition = 1"""

_SINK = """
CREATE TEMPORARY TABLE `{topic}` (
  `key` BYTES,
  `value` BYTES,
  `headers` MAP<STRING, BYTES> METADATA
) WITH (
  'connector' = 'kafka',
  'topic' = '{topic}',
  'properties.bootstrap.servers' = '{servers}',
  'properties.client.id' = '{name}',
  'properties.acks' = 'all',
  'properties.linger.ms' = '2',
  'properties.compression.type' = 'zstd',
  'key.format' = 'raw', 'key.fields' = 'key',
  'value.format' = 'raw', 'value.fields-include' = 'EXCEPT_KEY',
  'sink.partitioner' = 'default',
  'sink.delivery-guarantee' = 'at-least-once'
)"""

_INSERT = """
INSERT INTO `{topic}` SELECT `key`, `value`, `headers` FROM outputs WHERE `target` = '{topic}'"""


def output_topics() -> tuple[str, ...]:
    """Return every topic that the job writes."""
    dead_letters = (topic(name).dead_letter for name in RAW_TOPICS)
    return (*CLEAN_TOPICS, *(name for name in dead_letters if name is not None))


def cleaning_job(
    tables: TableEnvironment,
    settings: CleaningSettings,
    *,
    kafka: KafkaSettings,
    registry: RegistrySettings,
) -> StatementSet:
    """Return the job, ready to be submitted."""
    function = table_function(registry, patience_seconds=settings.registry_patience_seconds)
    tables.create_temporary_function("clean", function)
    places = {"servers": kafka.bootstrap_servers, "name": NAME}
    tables.execute_sql(_SOURCE.format(topics=";".join(RAW_TOPICS), **places))
    tables.execute_sql(_OUTPUTS)
    statements = tables.create_statement_set()
    for name in output_topics():
        tables.execute_sql(_SINK.format(topic=name, **places))
        statements.add_insert_sql(_INSERT.format(topic=name))
    return statements
