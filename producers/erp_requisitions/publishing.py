"""A requisition export in, its lines on `raw.requisition-line.v1` out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from adapters.spreadsheets import Notify
from domain.errors import ConfigurationError
from producers.erp_requisitions.lines import to_event
from producers.erp_requisitions.reading import raw_lines, survey
from producers.timeline import EventPublisher

_REPORT_EVERY = 500

Progress = Callable[[int, int], None]  # lines published, lines in the file


def publish_file(
    path: Path,
    publisher: EventPublisher,
    *,
    on_progress: Progress | None = None,
    notify: Notify | None = None,
) -> int:
    """Publish every line, wait until all are acknowledged, and return how many they are.

    Publishing a file again repeats its event_ids, so nothing counts twice; no watermark of
    the file has to be kept.

    Raises:
        ConfigurationError: the file cannot be used; it says so where some of it was published,
            which only happens to a file that changes meanwhile.
        PlatformError: the broker or the registry could not be used.
    """
    found = survey(path)
    if notify is not None:
        for notice in found.notices:
            notify(notice)
    done = 0
    try:
        for line in raw_lines(path, found):
            publisher.publish([to_event(line)])
            done += 1
            if on_progress is not None and (done % _REPORT_EVERY == 0 or done == found.lines):
                on_progress(done, found.lines)
    except ConfigurationError as error:
        publisher.flush()
        if done == 0:
            raise
        msg = f"{error}; {done:,} of its lines are published, and none will count a second time"
        raise ConfigurationError(msg) from error
    publisher.flush()
    return done
