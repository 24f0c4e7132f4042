"""The stock worker over a Faust that loses one record: run with the record's event_id and a marker.

What it does is what Faust does when its flow is suspended while a record is handed over: the
record counts as read and reaches nobody. Once; the next life of the process finds the marker.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from faust.types import TP

from stream_processors import faust_app
from stream_processors.acknowledgement import ProcessedConsumer
from stream_processors.stock.__main__ import main
from stream_processors.stock.worker import SOURCE

EVENT_ID, LOST = sys.argv[1].encode(), Path(sys.argv[2])


class LosingConsumer(ProcessedConsumer):
    """Loses the record that it was told to lose."""

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Any]]:
        """Give records as they come, but the one."""
        async for tp, message in super().getmany(timeout):
            if tp.topic == SOURCE and EVENT_ID in message.value and not LOST.exists():
                LOST.touch()
                self._read_offset[tp] = message.offset
            else:
                yield tp, message


if __name__ == "__main__":
    sys.argv[1:] = []
    faust_app.ProcessedConsumer = LosingConsumer  # type: ignore[misc]
    main()
