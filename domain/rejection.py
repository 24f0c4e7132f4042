"""Why a record became a dead letter: the closed set of reasons."""

from __future__ import annotations

from enum import StrEnum


class Rejection(StrEnum):
    """One reason for one dead letter; a label of metrics and of tables."""

    UNDECODABLE = "undecodable"
    UNKNOWN_SCHEMA = "unknown_schema"
    UNDATED = "undated"
    MISSING_ITEM = "missing_item"
    INVALID_DATE = "invalid_date"
    INVALID_QUANTITY = "invalid_quantity"
    INVALID_KEY = "invalid_key"
    INVALID_MASTER = "invalid_master"
    INVALID_DRIVER = "invalid_driver"
    INVALID_PRIOR = "invalid_prior"
    UNKNOWN_TYPE = "unknown_type"
    MISSING_TRANSFER = "missing_transfer"
    TRANSFER_TO_ITSELF = "transfer_to_itself"
    RECORDED_IN_FUTURE = "recorded_in_future"
    TOO_LATE = "too_late"
    CONFLICTING_DUPLICATE = "conflicting_duplicate"
    CORRECTION_MOVES_KEY = "correction_moves_key"
