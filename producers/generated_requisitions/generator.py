"""A seed in, the rows of an export out: the same seed always gives the same rows."""

from __future__ import annotations

from datetime import date
from random import Random

from producers.generated_requisitions import calibration as real
from producers.generated_requisitions.catalogue import catalogue
from producers.generated_requisitions.dirt import clean_lines, soiled
from producers.generated_requisitions.draws import popularity
from producers.generated_requisitions.places import depots, suppliers
from producers.generated_requisitions.requisitions import Market, requisitions, rows
from producers.generated_requisitions.rows import Row

DEFAULT_LINES = real.LINES
DEFAULT_SEED = 7
DEFAULT_START = date(2024, 10, 9)


def generate(
    lines: int = DEFAULT_LINES, seed: int = DEFAULT_SEED, start: date = DEFAULT_START
) -> list[Row]:
    """Return exactly so many rows, in the order of an export.

    Args:
        lines: at least 1; the calibration's shares hold from about a thousand.
        seed: decides everything else.
        start: day of the earliest request.
    """
    random = Random(seed)
    clean = clean_lines(lines)
    services = max(real.share(real.SERVICE_ITEMS, lines), 1)
    items = catalogue(max(real.share(real.ITEMS, lines) - services, 1), services, random)
    market = Market(
        depots(max(real.share(real.DEPOTS, lines), 1), random),
        suppliers(max(real.share(real.SUPPLIERS, lines), 1), random),
    )
    drawn = popularity(items, clean, random)
    asked = requisitions(clean, start, market, random)
    return soiled(list(rows(asked, drawn, market, random)), lines, random)
