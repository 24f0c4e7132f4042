"""What a component went through, in; the latest of it, and sentences that tell it, out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from operations.supervisor.status import Incident, StackStatus

_MOST = 8
_THEN = ", then "


def begun(incidents: tuple[Incident, ...], what: str, *, at: float) -> tuple[Incident, ...]:
    """Return the incidents with one more; one that is still going on is only told on.

    Something that dies while it is not well has one trouble, not two.
    """
    if incidents and incidents[-1].back_after_seconds is None:
        first = incidents[-1].what.partition(_THEN)[0]
        more = first if first == what else f"{first}{_THEN}{what}"
        return (*incidents[:-1], replace(incidents[-1], what=more))
    return (*incidents, Incident(at, what))[-_MOST:]


def ended(incidents: tuple[Incident, ...], *, at: float) -> tuple[Incident, ...]:
    """Return the incidents, the last of which is over."""
    if not incidents or incidents[-1].back_after_seconds is not None:
        return incidents
    back_after = max(0.0, at - incidents[-1].at)
    return (*incidents[:-1], replace(incidents[-1], back_after_seconds=round(back_after, 1)))


def told(status: StackStatus) -> Iterator[str]:
    """Yield a sentence for each incident of all components, in the order of time."""
    if status.before:
        yield status.before
    every = ((incident, each.name) for each in status.components for incident in each.incidents)
    for incident, name in sorted(every, key=lambda pair: pair[0].at):
        at = datetime.fromtimestamp(incident.at).astimezone()
        after = incident.back_after_seconds
        back = "not ready since" if after is None else f"ready again {after:g} s later"
        yield f"{at:%H:%M:%S}  {name}: {incident.what}; {back}"
