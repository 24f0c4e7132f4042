"""A demo that was ended in a batch: nothing of it is published a second time, nothing is lost."""

from __future__ import annotations

from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from operations.demo.feeding import unpublished
from operations.demo.published import already
from producers.timeline import TimedEvent

TOPICS = ("raw.item.v1", "raw.requisition-line.v1")


def event(topic: str, event_id: str) -> TimedEvent:
    return TimedEvent(topic, "k", {"event_id": event_id})


# Few ids: the same line often comes several times, in one batch and in several.
events = st.builds(event, st.sampled_from(TOPICS), st.sampled_from("abc"))
stories = st.lists(st.lists(events, min_size=1, max_size=6), min_size=1, max_size=4)


@given(stories, st.data())
def test_what_an_ended_run_published_and_what_is_left_are_the_batch(
    story: list[list[TimedEvent]], data: st.DataObject
) -> None:
    ended_in = data.draw(st.integers(0, len(story) - 1))
    batch = story[ended_in]
    published = batch[: data.draw(st.integers(0, len(batch)))]
    log: dict[tuple[str, str], list[tuple[str, int, int]]] = {}
    for offset, each in enumerate(chain(*story[:ended_in], published)):
        places = log.setdefault((each.topic, each.event_id), [])
        places.append((each.topic, 0, offset))

    found = already(log, chain(*story[:ended_in]), batch)
    left = list(unpublished(found, batch))

    identities = [(each.topic, each.event_id) for each in left]
    assert len(found) == len(published)
    assert sorted(identities + [(e.event.topic, e.event.event_id) for e in found]) == sorted(
        (each.topic, each.event_id) for each in batch
    )
    places = [each.at for each in found]
    assert len(set(places)) == len(places)
