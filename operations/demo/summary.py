"""A report in, the words at the end of the demo out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from operations.demo.live import OpenAlerts


def in_words(
    report: dict[str, Any],
    *,
    refused: Sequence[str],
    still_open: OpenAlerts,
) -> Iterator[str]:
    """Yield the summary: what came in, what was refused and why, what runs out, the proof."""
    yield from _what_came_in(report)
    yield from (f"  {each}" for each in refused)
    more = report["dead_letters"]["total"] - len(refused)
    if more > 0:
        yield f"  and {more:,} more"
    yield ""
    yield from _what_runs_out(report, still_open)
    yield ""
    yield _what_is_expected(report)
    yield from _the_proof(report)


def _what_came_in(report: dict[str, Any]) -> Iterator[str]:
    lines = report["accounting"]["raw.requisition-line.v1"]
    yield (
        f"{report['input']['lines']:,} lines of {report['input']['file']}: "
        f"{lines['silver']:,} taken in, {lines['duplicates']:,} repeats, "
        f"{lines['dead_letters']:,} refused, {lines['unaccounted']:,} unaccounted for"
    )
    events = sum(
        topic["records"]
        for name, topic in report["topics"].items()
        if name.startswith("raw.") and not name.endswith(".dlq")
    )
    yield f"{events:,} events in all, with the simulated warehouse around the file"
    dead = report["dead_letters"]
    if dead["total"]:
        reasons = ", ".join(f"{count} {reason}" for reason, count in dead["by_reason"].items())
        yield f"{dead['total']:,} dead letters: {reasons}"


def _what_runs_out(report: dict[str, Any], still_open: OpenAlerts) -> Iterator[str]:
    alerts = report["alerts"]
    yield (
        f"{alerts['opened']:,} alerts opened, {alerts['recovered']:,} recovered, "
        f"{still_open.count:,} still open, {still_open.below:,} of them below the reorder point now"
        f"{'; the most at risk:' if still_open.urgent else ''}"
    )
    for alert in still_open.urgent:
        yield f"  R$ {alert.at_risk_brl:>10,.2f}  {alert.message}"
    webhooks = report["webhooks"]
    yield (
        f"{webhooks['delivered']:,} webhooks delivered, {webhooks['verified']:,} signatures "
        f"verified, {webhooks['failed']:,} refused"
    )


def _what_is_expected(report: dict[str, Any]) -> str:
    made = report["forecasts"]
    others = len(made["fallbacks"]) + len(made["failed"])
    how = f"{others:,} of them not as they were meant to be" if others else "all as meant"
    return (
        f"forecast {made['version']}: {made['series']:,} series, {how}; "
        f"{made['priors']:,} priors learnt by the stream"
    )


def _the_proof(report: dict[str, Any]) -> Iterator[str]:
    proof = report["reconciliation"]
    unaccounted = sum(each["unaccounted"] for each in report["accounting"].values())
    yield (
        f"proof {'holds' if report['proof_holds'] else 'DOES NOT HOLD'}: "
        f"{proof['keys']:,} positions, {proof['differences']:,} differ from the "
        f"independent ledger; {unaccounted:,} records unaccounted for"
    )
    quality = report["quality"]
    yield (
        f"quality: {quality['expectations']:,} expectations of silver, "
        + (f"{quality['failed']:,} FAIL" if quality["failed"] else "all hold")
    )
    seconds = report["seconds"]
    first_alert = seconds["first_alert"]
    alert = "no new alert" if first_alert is None else f"first alert after {first_alert:g} s"
    ready, total = seconds["stack_ready"], seconds["total"]
    yield f"stack ready after {ready:g} s, {alert}, all of it {total:g} s"
