"""What is no id on any way is refused, with what comes nearest to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import ConfigurationError
from tests.unit.trace.story import FACTS, MOVEMENTS, Story, example

EVENT = example(MOVEMENTS)["event_id"]


@pytest.fixture(scope="module")
def a_story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """A movement and its fact."""
    story = Story(tmp_path_factory.mktemp("story"))
    story.add(MOVEMENTS, example(MOVEMENTS))
    story.add(FACTS, story.fact())
    story.write()
    return story


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("nothing", r"an id is 32 hexadecimal digits"),
        (f"{EVENT[:-2]}zz", rf"the nearest is {EVENT}"),
        ("NC-4107|TORRE-BA-017", rf"that is a key; its newest fact is {EVENT}"),
        (f"{MOVEMENTS}[0]@7", r"there is no record at raw.*@7: it ends at offset 0"),
        (f"{MOVEMENTS}[5]@0", r"nothing of that partition is known"),
        ("raw.nothing.v1[0]@0", r"there is no topic raw\.nothing\.v1: there are alert"),
    ],
)
def test_an_unknown_id_is_refused_with_the_nearest_hint(
    a_story: Story, text: str, hint: str
) -> None:
    with pytest.raises(ConfigurationError, match=hint):
        a_story.trace(text)


def test_the_alert_of_a_failed_job_is_told_from_an_event(tmp_path: Path) -> None:
    story = Story(tmp_path)
    failed = example("alert.job-failed.v1")
    story.add("alert.job-failed.v1", failed)
    story.write()
    for text in (failed["event_id"], "alert.job-failed.v1[0]@0"):
        with pytest.raises(ConfigurationError, match="that no event caused") as refused:
            story.trace(text)
        assert failed["message"] in str(refused.value)


def test_an_ambiguous_beginning_names_the_candidates(tmp_path: Path) -> None:
    story = Story(tmp_path)
    for event_id in ("abcdef01", "abcdef02"):
        story.add(MOVEMENTS, example(MOVEMENTS, event_id=event_id))
        story.add(FACTS, story.fact(event_id=event_id))
    story.write()
    with pytest.raises(ConfigurationError, match="2 ids begin with abcdef: abcdef01, abcdef02"):
        story.trace("abcdef")


def test_a_data_directory_in_which_nothing_ran_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="nothing has run in"):
        Story(tmp_path / "empty").trace("x")
