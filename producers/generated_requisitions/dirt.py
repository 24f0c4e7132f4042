"""Clean lines in, the lines as an export really has them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from random import Random

from producers.generated_requisitions import calibration as real
from producers.generated_requisitions.rows import Row

_MEASURED = frozenset({"KG", "MT", "M", "M2", "M²", "M³", "M3"})
_ONE_YEAR = timedelta(365)
_PARETO = 1.2


def clean_lines(lines: int) -> int:
    """Return how many lines the export has without its repeats and other exports."""
    return max(lines - _extra(lines), 1)


def soiled(clean: Sequence[Row], lines: int, random: Random) -> list[Row]:
    """Return so many lines: the clean ones, some of them broken, repeated or exported again."""
    rows = list(clean)
    chosen = random.sample(range(len(rows)), len(rows))
    # What is weighed comes first: there a fraction is usual.
    by_weight = sorted(chosen, key=lambda i: rows[i].unit not in _MEASURED)
    for index in by_weight[: real.share(real.FRACTIONAL, lines)]:
        rows[index] = _fractional(rows[index], random)
    odd = iter(chosen)
    for index in islice(odd, real.share(real.WITHOUT_DEPOT, lines)):
        rows[index] = replace(rows[index], depot=None)
    undated = set(islice(odd, real.share(real.UNDATED, lines)))
    stray = next(odd, None)
    if stray is not None:
        rows[stray] = _years_off(rows[stray])
    sound = [rows[index] for index in odd]
    again = _other_exports(sound, real.share(real.OTHER_EXPORTS, lines), random)
    repeats = _repeats(sound, lines - len(rows) - len(again), random)
    dated = [row for index, row in enumerate(rows) if index not in undated]
    return [
        *sorted([*dated, *again, *repeats], key=_as_exported),
        *(_without_dates(rows[index]) for index in sorted(undated)),
    ]


def _extra(lines: int) -> int:
    return real.share(real.EXACT_REPEATS, lines) + real.share(real.OTHER_EXPORTS, lines)


def _as_exported(row: Row) -> tuple[object, ...]:
    return row.purchased_on, row.requisition, row.item, row.depot or ""


def _fractional(row: Row, random: Random) -> Row:
    # Two decimals that do not end in 0: however few there are, they show the decimal sign.
    hundredths = random.randint(1, 9) * 10 + random.randint(1, 9)
    return replace(row, quantity=row.quantity + hundredths / 100)


def _years_off(row: Row) -> Row:
    bought = row.purchased_on
    return (
        row if bought is None else replace(row, purchased_on=bought - real.STRAY_YEARS * _ONE_YEAR)
    )


def _without_dates(row: Row) -> Row:
    return replace(
        row, requisition=None, requested_on=None, requisitioned_on=None, purchased_on=None
    )


def _other_exports(rows: Sequence[Row], count: int, random: Random) -> list[Row]:
    """Return lines that were exported a second time, after their requested date had moved."""
    return [_moved(row, random) for row in random.sample(rows, min(count, len(rows)))]


def _moved(row: Row, random: Random) -> Row:
    # Beyond what any first export says, so the two never look the same.
    asked = row.requisitioned_on
    if asked is None:
        return row
    return replace(row, requested_on=asked + timedelta(random.randint(1, 30)))


def _repeats(rows: Sequence[Row], count: int, random: Random) -> list[Row]:
    """Return exact repeats: most repeated lines come once more, a few a dozen times."""
    found: list[Row] = []
    share = real.REPEATED_LINES / real.EXACT_REPEATS
    repeated = random.sample(rows, min(max(round(count * share), 1), len(rows)))
    while repeated and len(found) < count:
        for row in repeated:
            found += [row] * min(int(random.paretovariate(_PARETO)), count - len(found))
    return found
