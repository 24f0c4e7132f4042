"""What a scrape of the monitor sees."""

from __future__ import annotations

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from operations.monitor.board import Board, Sample


@pytest.fixture
def board() -> Board:
    return Board()


def scraped(board: Board) -> str:
    registry = CollectorRegistry()
    registry.register(board)
    return generate_latest(registry).decode()


def test_help_type_and_labels_are_those_of_the_catalogue(board: Board) -> None:
    board.show("lag", [Sample("nova_lag_records", 3, ("stock", "clean.stock-fact.v1"))])
    text = scraped(board)
    assert "# TYPE nova_lag_records gauge" in text
    assert 'nova_lag_records{component="stock",topic="clean.stock-fact.v1"} 3.0' in text


def test_a_counter_keeps_its_name(board: Board) -> None:
    board.show("topics", [Sample("nova_topic_records_total", 5, ("raw.item.v1",))])
    assert 'nova_topic_records_total{topic="raw.item.v1"} 5.0' in scraped(board)


def test_what_is_not_known_any_more_is_not_shown_any_more(board: Board) -> None:
    board.show("lag", [Sample("nova_lag_records", 3, ("stock", "t"))])
    board.show("up", [Sample("nova_component_up", 1, ("stock",))])
    board.show("lag", [])
    assert "nova_lag_records" not in scraped(board)
    assert "nova_component_up" in scraped(board)


def test_a_metric_that_the_catalogue_lacks_is_refused(board: Board) -> None:
    with pytest.raises(KeyError):
        board.show("lag", [Sample("nova_unheard_of", 1)])


def test_a_metric_with_other_labels_than_the_catalogue_s_is_refused(board: Board) -> None:
    with pytest.raises(KeyError):
        board.show("lag", [Sample("nova_lag_records", 1, ("stock",))])
