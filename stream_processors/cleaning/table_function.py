"""The pure `clean` as a Flink table function: columns of a raw record in, output rows out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from pyflink.table import DataTypes
from pyflink.table.udf import FunctionContext, TableFunction, udtf

from adapters.registry import RegistryCodecs, RegistrySettings
from stream_processors.cleaning.clean import RAW_TOPICS, clean
from stream_processors.cleaning.outputs import CLEAN_TOPICS
from stream_processors.cleaning.patience import patiently
from stream_processors.cleaning.records import CleanOutput, RawRecord

_Headers = dict[str, bytes | None]
Row = tuple[str, str, bytes | None, bytes | None, _Headers, str, _Headers]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_RESULT = [
    DataTypes.STRING(),
    DataTypes.STRING(),
    DataTypes.BYTES(),
    DataTypes.BYTES(),
    DataTypes.MAP(DataTypes.STRING(), DataTypes.BYTES()),
    DataTypes.STRING(),
    DataTypes.MAP(DataTypes.STRING(), DataTypes.BYTES()),
]


class Cleaner(TableFunction):
    """Runs in Flink's Python worker.

    An outage of the registry is waited out: to go on would lose a good record or call it dead.
    """

    def __init__(self, registry: RegistrySettings, patience_seconds: float) -> None:
        self._registry = registry
        self._patience_seconds = patience_seconds

    def open(self, function_context: FunctionContext) -> None:  # noqa: ARG002  (Flink's signature)
        """Fetch every schema once; after that the registry is asked for new versions only."""
        self._codecs = RegistryCodecs(self._registry)
        for name in (*RAW_TOPICS, *CLEAN_TOPICS):
            fetch = partial(self._codecs.codec, name)
            patiently(fetch, within_seconds=self._patience_seconds)

    def close(self) -> None:
        """Leave the registry."""
        self._codecs.close()

    def eval(  # the columns of job.py's source, in its order
        self,
        topic: str,
        partition: int,
        offset: int,
        timestamp: datetime,
        key: bytes | None,
        value: bytes | None,
        headers: dict[str, bytes | None] | None,
    ) -> Iterator[Row]:
        """Yield (topic, dedupe id, key, value, headers, content, refusal) of each output."""
        raw = RawRecord(
            topic=topic,
            partition=partition,
            offset=offset,
            timestamp_ms=(timestamp - _EPOCH) // _MILLISECOND,
            key=key,
            value=value,
            headers=tuple((headers or {}).items()),
        )
        yield from patiently(lambda: self._rows(raw), within_seconds=self._patience_seconds)

    def _rows(self, raw: RawRecord) -> list[Row]:
        return [self._row(output) for output in clean(raw, decode=self._codecs.decode)]

    def _row(self, output: CleanOutput) -> Row:
        value = output.value
        framed = self._codecs.encode(output.topic, value) if isinstance(value, dict) else value
        return (
            output.topic,
            output.dedupe_id,
            output.key,
            framed,
            dict(output.headers),
            output.content,
            dict(output.refusal),
        )


def table_function(registry: RegistrySettings, *, patience_seconds: float) -> object:
    """Return the function for `create_temporary_function`."""
    return udtf(Cleaner(registry, patience_seconds), result_types=_RESULT)
