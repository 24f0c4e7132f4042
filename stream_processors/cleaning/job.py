"""The dataflow: every raw topic in, clean facts and dead letters out. Not what cleaning means."""

from __future__ import annotations

from pyflink.common import JobClient
from pyflink.table import TableEnvironment
from pyflink.version import __version__ as flink_version

from adapters.kafka import KafkaSettings
from adapters.registry import RegistrySettings
from domain.identity import stable_id
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

# One sink for every topic, so one producer: each row says where it goes.
_SINK = """
CREATE TEMPORARY TABLE outputs (
  `target` STRING METADATA FROM 'topic',
  `key` BYTES,
  `value` BYTES,
  `headers` MAP<STRING, BYTES> METADATA
) WITH (
  'connector' = 'kafka',
  'topic' = '{topics}',
  'properties.bootstrap.servers' = '{servers}',
  'properties.client.id' = '{name}',
  'properties.acks' = 'all',
  'properties.linger.ms' = '2',
  'properties.compression.type' = 'gzip',
  'key.format' = 'raw', 'key.fields' = 'key',
  'value.format' = 'raw', 'value.fields-include' = 'EXCEPT_KEY',
  'sink.partitioner' = 'default',
  'sink.delivery-guarantee' = 'at-least-once'
)"""

# Keeps the first record of each id, and leaves out its repeats: of an event, or of a raw record
# after a restart. One of the same id with other content is a dead letter, as it was received.
_CLEAN = """
INSERT INTO outputs
SELECT
  CASE WHEN `repetition` = 1 THEN `target` ELSE CONCAT(`raw_topic`, '.dlq') END,
  CASE WHEN `repetition` = 1 THEN `key` ELSE `raw_key` END,
  CASE WHEN `repetition` = 1 THEN `value` ELSE `raw_value` END,
  CASE WHEN `repetition` = 1 THEN `headers` ELSE `refusal` END
FROM (
  SELECT cleaned.*, COUNT(*) OVER seen AS `repetition`,
         FIRST_VALUE(`content`) OVER seen AS `first_content`
  FROM (
    SELECT output.`target`, output.`dedupe_id`, output.`key`, output.`value`, output.`headers`,
           output.`content`, output.`refusal`, raw_records.`topic` AS `raw_topic`,
           raw_records.`key` AS `raw_key`, raw_records.`value` AS `raw_value`,
           raw_records.`read_at`
    FROM raw_records, LATERAL TABLE(clean(
      raw_records.`topic`, raw_records.`partition`, raw_records.`offset`,
      raw_records.`timestamp`, raw_records.`key`, raw_records.`value`, raw_records.`headers`
    )) AS output(
      `target`, `dedupe_id`, `key`, `value`, `headers`, `content`, `refusal`
    )
  ) AS cleaned
  WINDOW seen AS (
    PARTITION BY `dedupe_id` ORDER BY `read_at`
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
  )
) WHERE `repetition` = 1 OR `content` <> `first_content`"""


def output_topics() -> tuple[str, ...]:
    """Return every topic that the job writes."""
    dead_letters = (topic(name).dead_letter for name in RAW_TOPICS)
    return (*CLEAN_TOPICS, *(name for name in dead_letters if name is not None))


def fingerprint() -> str:
    """Return what changes when state of one version of the job cannot be read by another."""
    shape = (flink_version, _SOURCE, _SINK, _CLEAN, *RAW_TOPICS, *output_topics())
    return stable_id(*shape)[:12]


def submit(
    tables: TableEnvironment,
    settings: CleaningSettings,
    *,
    kafka: KafkaSettings,
    registry: RegistrySettings,
) -> JobClient:
    """Start the job and return at once."""
    function = table_function(registry, patience_seconds=settings.registry_patience_seconds)
    tables.create_temporary_function("clean", function)
    places = {"servers": kafka.bootstrap_servers, "name": NAME}
    tables.execute_sql(_SOURCE.format(topics=";".join(RAW_TOPICS), **places))
    tables.execute_sql(_SINK.format(topics=";".join(output_topics()), **places))
    return tables.execute_sql(_CLEAN).get_job_client()
