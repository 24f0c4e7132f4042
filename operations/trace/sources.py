"""Everything that a trace reads, of a running stack or of a stopped one's data directory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from deltalake import DeltaTable

from adapters.delta.table import sources_of
from adapters.kafka import KafkaSettings
from adapters.registry import RegistryCodecs, RegistrySettings
from domain.errors import ConfigurationError
from operations.registry import registry_url
from operations.settings import StackSettings
from operations.trace.commits import Commit, gold_commit, sink_commit
from operations.trace.coordinates import Coordinates
from operations.trace.databases import DeliveryLog, ReadModel
from operations.trace.decoding import Decode, decode_as_declared
from operations.trace.tables import Tables
from operations.trace.tail import LogTail
from schemas.topics import topic
from sinks.lakehouse.tables import table_of


@dataclass(frozen=True, slots=True)
class Sources:
    """The stores of one data directory, and how to decode what bronze keeps."""

    data_dir: Path
    tables: Tables
    read_model: ReadModel
    deliveries: DeliveryLog
    decode: Decode
    is_running: bool
    _topic_ids: dict[str, dict[str, str]] = field(default_factory=dict)

    def commit_of(self, at: Coordinates, *, published_at: int) -> Commit | None:
        """Return the Delta commit that brought a record into bronze or silver."""
        table = table_of(topic(at.topic))
        ids = self._topic_ids
        if table not in ids:
            path = str(self.tables.lake / table)
            held = sources_of(DeltaTable(path)) if DeltaTable.is_deltatable(path) else {}
            ids[table] = {name: topic_id for name, (topic_id, _) in held.items()}
        return sink_commit(
            self.tables.lake / table,
            topic_id=ids[table].get(at.topic),
            partition=at.partition,
            offset=at.offset,
            since=published_at,
        )

    def gold_commit_of(self, fact: Coordinates) -> Commit | None:
        """Return the commit of gold that was the first to know a fact."""
        path = self.tables.lake / "gold" / "fact_inventory"
        return gold_commit(path, partition=fact.partition, offset=fact.offset)


@contextmanager
def opened(settings: StackSettings, *, is_running: bool) -> Iterator[Sources]:
    """Give the sources of a data directory; with the running log, where it runs.

    Raises:
        ConfigurationError: there is nothing to read.
        TransientError: it is said to run, but the broker or the registry cannot be reached.
    """
    if not settings.lake.exists() and not is_running:
        msg = f"nothing has run in {settings.data_dir} yet: there is no lake to trace in"
        raise ConfigurationError(msg)
    read_model = ReadModel(settings.state("live-view") / "live_view.sqlite")
    deliveries = DeliveryLog(settings.state("webhooks") / "webhooks.sqlite")
    if not is_running:
        tables = Tables(settings.lake)
        yield Sources(
            settings.data_dir, tables, read_model, deliveries, decode_as_declared, is_running
        )
        return
    codecs = RegistryCodecs(RegistrySettings(url=registry_url(settings.port("registry"))))
    try:
        kafka = KafkaSettings(bootstrap_servers=settings.bootstrap_servers)
        tables = Tables(settings.lake, LogTail(str(settings.lake), kafka, codecs))
        yield Sources(settings.data_dir, tables, read_model, deliveries, codecs.decode, is_running)
    finally:
        codecs.close()
