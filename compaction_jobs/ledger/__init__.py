"""Facts in, stock out: the ledger of DESIGN §6 written a second time, in SQL.

It shares no line with `domain.stock`, so that each can prove the other. Every query keeps a
column `scope`: ledgers of one key at several offsets are folded side by side.
"""

from compaction_jobs.ledger.queries import (
    DIGEST,
    balances,
    days,
    known_facts,
    moments,
    on_order,
    standing_facts,
    timeline,
    whole_log,
)

__all__ = [
    "DIGEST",
    "balances",
    "days",
    "known_facts",
    "moments",
    "on_order",
    "standing_facts",
    "timeline",
    "whole_log",
]
