"""The figures of a real export that a generated one repeats, as shares of its lines."""

from __future__ import annotations

# Counted on 3,117 lines; see the tests for what is held to them and how closely.
LINES = 3117

ITEMS = 737 / LINES
DEPOTS = 182 / LINES
SUPPLIERS = 351 / LINES
REQUISITIONS = 934 / LINES
SERVICE_ITEMS = 54 / LINES

EXACT_REPEATS = 239 / LINES
REPEATED_LINES = 73 / LINES
OTHER_EXPORTS = 19 / LINES
UNDATED = 19 / LINES
WITHOUT_DEPOT = 8 / LINES
FRACTIONAL = 43 / LINES
BOUGHT_BEFORE_ASKED = 269 / LINES
ASKED_AFTER_THE_LAST_PURCHASE = 19 / LINES
WITH_REQUESTED_DATE = 0.19

DAYS_OF_PURCHASES = 296
DAYS_OF_LATE_REQUESTS = 55
STRAY_YEARS = 2

LAG_MEDIAN_DAYS = 6.0
LAG_SIGMA = 1.45  # of its logarithm: the 90th percentile is seven times the median
LONGEST_LAG_DAYS = 154
LONGEST_LEAD_OF_PURCHASE_DAYS = 63


def share(of: float, lines: int) -> int:
    """Return how many of the lines a share is.

    >>> share(EXACT_REPEATS, 3117), share(UNDATED, 10)
    (239, 0)
    """
    return round(of * lines)
