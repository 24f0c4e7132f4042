"""One look at the read model for all who listen, four times a second while somebody does."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import Enum

import structlog
from starlette.concurrency import run_in_threadpool

from api.live.changes import Changes, Mark, StreamPosition, changes, mark
from api.read_model import ReadModel

_LOOK_EVERY_SECONDS = 0.25
# A listener this many commits behind is not reading: it is told to begin anew.
_LONGEST_QUEUE = 100
_log = structlog.get_logger(__name__)


class Ended(Enum):
    """What a listener hears when there will be no more."""

    ENDED = "ended"


class Listener:
    """One subscriber's own queue of changes."""

    def __init__(self, joined_at: StreamPosition) -> None:
        self.joined_at = joined_at
        self._queue: asyncio.Queue[Changes | Ended] = asyncio.Queue(_LONGEST_QUEUE)

    def tell(self, found: Changes) -> None:
        """Add changes; one who has not read the last hundred loses them, and is told so."""
        if self._queue.full():
            self._clear()
            found = Changes(found.position, many=True, lost=True)
        self._queue.put_nowait(found)

    def end(self) -> None:
        """Say that there will be no more."""
        self._clear()
        self._queue.put_nowait(Ended.ENDED)

    async def next(self, *, within_seconds: float) -> Changes | Ended | None:
        """Return the next changes, None when there were none in time."""
        try:
            return await asyncio.wait_for(self._queue.get(), within_seconds)
        except TimeoutError:
            return None

    def _clear(self) -> None:
        while not self._queue.empty():
            self._queue.get_nowait()


class ChangeFeed:
    """Looks for changes and tells every listener; belongs to one event loop."""

    def __init__(self, model: ReadModel) -> None:
        self._model = model
        self._listeners: set[Listener] = set()
        self._starting = asyncio.Lock()
        self._since: Mark | None = None
        self._looking: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = False

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Listener]:
        """Yield a listener that hears of everything committed after its `joined_at`.

        Raises:
            sqlite3.Error: the read model cannot be read now.
        """
        self._loop = asyncio.get_running_loop()
        async with self._starting:
            if self._since is None:
                self._since = await run_in_threadpool(self._mark)
            if self._looking is None:
                self._looking = asyncio.create_task(self._look(self._since))
            # No await in between: what the next look finds is what this listener has not seen.
            listener = Listener(self._since.position)
            self._listeners.add(listener)
        if self._ended:
            listener.end()
        try:
            yield listener
        finally:
            self._listeners.discard(listener)
            if not self._listeners:
                self._looking.cancel()
                self._looking, self._since = None, None

    def end(self) -> None:
        """End every stream, and those that begin after this as soon as they have caught up.

        May be called by a signal's handler.
        """
        self._ended = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._end_all)

    def _end_all(self) -> None:
        for listener in self._listeners:
            listener.end()

    async def _look(self, since: Mark) -> None:
        readable = True
        while True:
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
            try:
                since, found = await run_in_threadpool(self._changes, since)
            except sqlite3.Error as error:  # away while it is rebuilt: look on
                if readable:
                    _log.warning("changes_not_readable", error=str(error))
                readable = False
                continue
            readable, self._since = True, since
            if found is not None:
                for listener in self._listeners:
                    listener.tell(found)

    def _mark(self) -> Mark:
        with self._model.snapshot() as read:
            return mark(read)

    def _changes(self, since: Mark) -> tuple[Mark, Changes | None]:
        with self._model.snapshot() as read:
            return changes(read, since)
