"""Positions and log ends in, how far behind a component is out. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from operations.monitor.log_ends import Coordinates, Ends


@dataclass(frozen=True, slots=True)
class Lag:
    """One component in one topic at one moment.

    Attributes:
        position: its position, summed over partitions.
        records: how many it has not processed.
        seconds: age of the oldest of them, 0.0 without one, None when that cannot be told.
        freshness_seconds: age of the newest record that it has processed; None before one.
    """

    position: int
    records: int
    seconds: float | None
    freshness_seconds: float | None


def waiting(
    positions: Mapping[Coordinates, int], ends: Mapping[Coordinates, Ends]
) -> dict[Coordinates, int]:
    """Return the offset of the oldest record that waits in each partition that has one.

    What was deleted before it was read does not wait any more.
    """
    found = {at: max(positions.get(at, 0), each.low) for at, each in ends.items()}
    return {at: offset for at, offset in found.items() if offset < ends[at].high}


def lag_by_topic(
    positions: Mapping[Coordinates, int],
    ends: Mapping[Coordinates, Ends],
    published_ms: Mapping[Coordinates, int],
    *,
    now_ms: int,
) -> dict[str, Lag]:
    """Return the lag in each topic of `ends`.

    Args:
        positions: the next offset to process; a partition never read is left out.
        ends: the partitions that the component reads.
        published_ms: when the records of `waiting` were published, as far as known.
        now_ms: the present.
    """
    behind = waiting(positions, ends)
    found: dict[str, Lag] = {}
    for topic in sorted({name for name, _ in ends}):
        parts = [at for at in ends if at[0] == topic]
        late = [at for at in parts if at in behind]
        known = [published_ms[at] for at in late if at in published_ms]
        newest = [_newest_processed(at, positions, ends, published_ms, behind) for at in parts]
        fresh = max((each for each in newest if each is not None), default=None)
        oldest = min(known) if len(known) == len(late) and known else None
        found[topic] = Lag(
            position=sum(positions.get(at, 0) for at in parts),
            records=sum(ends[at].high - behind[at] for at in late),
            seconds=_age(oldest, now_ms) if late else 0.0,
            freshness_seconds=_age(fresh, now_ms),
        )
    return found


def _newest_processed(
    at: Coordinates,
    positions: Mapping[Coordinates, int],
    ends: Mapping[Coordinates, Ends],
    published_ms: Mapping[Coordinates, int],
    behind: Mapping[Coordinates, int],
) -> int | None:
    if positions.get(at, 0) == 0:
        return None
    return published_ms.get(at) if at in behind else ends[at].newest_ms


def _age(then_ms: int | None, now_ms: int) -> float | None:
    return None if then_ms is None else max(0, now_ms - then_ms) / 1000
