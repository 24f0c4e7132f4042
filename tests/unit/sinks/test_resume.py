"""Reading on: from where the store is, never silently past a gap."""

from __future__ import annotations

import pytest

from domain.errors import ConfigurationError
from sinks.log import Bounds, TopicDescription
from sinks.resume import Backlog, refuse_other_broker, resume

AT = ("raw.a.v1", 0)


def test_a_store_that_holds_nothing_begins_at_the_first_record_that_exists():
    assert resume({}, {AT: Bounds(5, 9)}, store="lake").offsets == {AT: 5}


def test_a_store_reads_on_from_where_it_is():
    found = resume({AT: 7}, {AT: Bounds(5, 9)}, store="lake")
    assert (found.offsets, found.expired) == ({AT: 7}, {})


def test_records_that_expired_unread_are_counted():
    found = resume({AT: 3}, {AT: Bounds(5, 9)}, store="lake")
    assert (found.offsets, found.expired) == ({AT: 5}, {AT: 2})


def test_a_store_ahead_of_the_broker_is_refused_with_what_to_do():
    with pytest.raises(ConfigurationError, match=r"up to 10, but the broker ends at 9: restore"):
        resume({AT: 10}, {AT: Bounds(5, 9)}, store="lake")


def test_a_store_of_another_broker_is_refused_with_what_to_do():
    now = {"raw.a.v1": TopicDescription("new", 1)}
    refuse_other_broker({"raw.a.v1": "new", "raw.gone.v1": "old"}, now, store="lake")
    with pytest.raises(ConfigurationError, match=r"raw\.a\.v1 had topic id old.*move lake away"):
        refuse_other_broker({"raw.a.v1": "old"}, now, store="lake")


def test_a_backlog_is_what_lay_in_the_log_at_the_start_and_nothing_that_came_later():
    other = ("raw.b.v1", 0)
    backlog = Backlog.of({AT: 5, other: 9}, {AT: Bounds(5, 8), other: Bounds(0, 9)})
    assert backlog.records == 3
    backlog.stored({AT: 7, other: 20})
    assert backlog.records == 1
    backlog.stored({AT: 30})
    assert backlog.records == 0
