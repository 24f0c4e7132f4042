"""The fold: state and one fact in, state and a decision out."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace

from domain import identity
from domain.errors import RejectedEventError
from domain.facts import StockFact
from domain.instants import DAY, HOUR, day_number, local_day
from domain.ports import DemandEstimator, WeeklyDemand
from domain.rejection import Rejection
from domain.stock.corrections import resolve
from domain.stock.decision import Alert, Decision, LogPosition, Position, Transition
from domain.stock.demand import exposed_demand, weekly_demand_milli, with_prior
from domain.stock.ledger import (
    Entry,
    Ledger,
    Opening,
    balance,
    entry_of,
    transfer_discrepancies_milli,
)
from domain.stock.masters import Item, World
from domain.stock.opening import settled
from domain.stock.orders import on_order
from domain.stock.policy import Outlook, Policy, Target, outlook, round_up, target


@dataclass(frozen=True, slots=True)
class KeyState:
    """All that the fold keeps of one item at one site.

    `folded_through` is the offset of the last fact that touched it: whatever is not beyond it
    has been folded in, so that a restart cannot count twice.
    """

    item_id: str
    site_id: str
    ledger: Ledger = field(default_factory=Ledger)
    alert: Alert | None = None
    folded_through: int = -1
    next_look_at: int | None = None


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a decision depends on beside its facts."""

    policy: Policy
    estimator: DemandEstimator


def decide(
    state: KeyState, fact: StockFact, at: LogPosition, *, world: World, parameters: Parameters
) -> tuple[KeyState, Decision | None]:
    """Fold one fact about this key in; None where it changes nothing (seen before).

    A correction that would move its target is kept, so that what corrects it is known to fall
    with it, and changes no number; the decision says why it is `refused`.

    Raises:
        RejectedEventError: `too_late` or `conflicting_duplicate`; the state stays as it was.
    """
    if at.offset <= state.folded_through:
        return state, None
    entry = entry_of(fact)
    held = state.ledger.find(fact.event_id)
    if held is not None:
        _refuse_conflict(held, entry)
        return state, None
    _refuse_sealed(fact, state.ledger.opening, world, parameters.policy)
    folded = replace(state, ledger=state.ledger.apply(entry))
    return _evaluate(folded, fact, at, world=world, parameters=parameters)


def look_again(
    state: KeyState, cause: StockFact, at: LogPosition, *, world: World, parameters: Parameters
) -> tuple[KeyState, Decision | None]:
    """Decide anew: a tick passed, a master or prior changed; None where that is folded in."""
    if at.offset <= state.folded_through:
        return state, None
    return _evaluate(state, cause, at, world=world, parameters=parameters)


def _sealed_through(tick: int, policy: Policy) -> int:
    return tick - int(policy.horizon_days * DAY)


def _refuse_sealed(fact: StockFact, opening: Opening | None, world: World, policy: Policy) -> None:
    if world.tick is None:
        return
    sealed_through = _sealed_through(world.tick, policy)
    if opening is not None:
        # A longer horizon than before brings back nothing of what has been folded.
        sealed_through = max(sealed_through, opening.at - 1)
    if fact.occurred_at <= sealed_through:
        detail = f"occurred {(world.tick - fact.occurred_at) // DAY} days before the newest tick"
        raise RejectedEventError(Rejection.TOO_LATE, detail)


def _refuse_conflict(held: Entry, repeated: Entry) -> None:
    # When it was learnt may be a default, the time of the upload that repeats it.
    repeated = replace(repeated, recorded_at=held.recorded_at)
    different = [
        each.name
        for each in fields(Entry)
        if getattr(held, each.name) != getattr(repeated, each.name)
    ]
    if different:
        detail = f"{held.event_id} stands with another {', '.join(different)}"
        raise RejectedEventError(Rejection.CONFLICTING_DUPLICATE, detail)


def _evaluate(
    state: KeyState, cause: StockFact, at: LogPosition, *, world: World, parameters: Parameters
) -> tuple[KeyState, Decision]:
    now = cause.occurred_at if world.tick is None else world.tick
    item, site, policy = world.item(state.item_id), world.site(state.site_id), parameters.policy
    ledger = state.ledger
    if world.tick is not None:
        ledger = settled(ledger, sealed_through=_sealed_through(world.tick, policy))
    resolved = resolve(ledger.entries)
    live = resolved.live
    held = balance(live, opening=ledger.opening)
    expected = on_order(
        live,
        now=now,
        protection_days=item.lead_time_days + policy.review_days,
        grace_days=policy.grace_days,
    )
    position = Position(
        held.on_hand_milli,
        expected.due_milli,
        held.in_transit_milli,
        held.reserved_milli,
    )
    prior = world.priors.get(state.item_id)
    demand = with_prior(
        _demand(live, now=now, parameters=parameters, opening=ledger.opening), prior
    )
    wanted = target(demand, item, policy)
    risks = outlook(
        demand,
        item,
        site,
        on_hand=position.on_hand_milli,
        position=position.milli,
        policy=policy,
    )
    transition, alert = _cross(
        state,
        cause,
        at,
        now=now,
        position=position.milli if held.counted else None,
        wanted=wanted,
        respond_by=now + int(site.response_hours * HOUR),
    )
    folded = replace(
        state,
        ledger=ledger,
        alert=alert if transition is not Transition.RECOVERED else None,
        folded_through=at.offset,
        next_look_at=expected.changes_at,
    )
    # Without any count or movement the stock is unknown, which is not zero: nothing to buy yet.
    below = held.counted and position.milli < wanted.reorder_point_milli
    decision = Decision(
        event_id=_decision_id(state, cause, transition, alert),
        caused_by=cause.event_id,
        at=at,
        occurred_at=now,
        item=item,
        site=site,
        position=position,
        target=wanted,
        outlook=risks,
        demand=demand,
        prior=prior,
        buy_milli=_buy(position, wanted, item) if below else 0,
        buy_by=_buy_by(now, risks, item) if below else None,
        below_reorder_point=below,
        transition=transition,
        alert=alert,
        flags=_raised(
            {
                "never_counted": not held.counted,
                "negative_on_hand": position.on_hand_milli < 0,
                "unknown_item": item.version is None,
                "unknown_site": site.version is None,
                "overdue_order": expected.overdue,
                "transfer_discrepancy": bool(transfer_discrepancies_milli(live)),
                "orphan_correction": bool(resolved.orphans),
                "correction_cycle": bool(resolved.cyclic),
                "correction_moves_key": bool(resolved.moving),
            }
        ),
        facts=ledger.facts,
        next_look_at=expected.changes_at,
        rule_version=policy.version,
        refused=next(
            (
                f"it is of another transfer than {each.corrects}, which it corrects"
                for each in resolved.moving
                if each.event_id == cause.event_id
            ),
            None,
        ),
    )
    return folded, decision


def _demand(
    live: list[Entry], *, now: int, parameters: Parameters, opening: Opening | None
) -> WeeklyDemand:
    policy = parameters.policy
    demands, since = exposed_demand(live, now=now, horizon_days=policy.horizon_days)
    if opening is not None and opening.counted:
        since = now - int(policy.horizon_days * DAY)
    weekly = weekly_demand_milli(
        demands, since=since, now=now, least_weeks=policy.least_exposure_weeks
    )
    mean, variance = parameters.estimator.estimate(weekly)
    return WeeklyDemand(mean, variance, len(weekly), len(demands))


def _cross(
    state: KeyState,
    cause: StockFact,
    at: LogPosition,
    *,
    now: int,
    position: int | None,
    wanted: Target,
    respond_by: int,
) -> tuple[Transition, Alert | None]:
    if position is None:
        # What the alert rested on was cancelled: nobody knows the stock any more.
        return Transition.NONE if state.alert is None else Transition.RECOVERED, state.alert
    if state.alert is None and position < wanted.reorder_point_milli:
        opened = Alert(
            alert_id=identity.alert_id(state.item_id, state.site_id, cause.event_id),
            opened_at=now,
            crossing_event_id=cause.event_id,
            crossing_offset=at.offset,
            respond_by=respond_by,
        )
        return Transition.OPENED, opened
    if state.alert is not None and position >= wanted.recover_at_milli:
        return Transition.RECOVERED, state.alert
    return Transition.NONE, state.alert


def _decision_id(
    state: KeyState, cause: StockFact, transition: Transition, alert: Alert | None
) -> str:
    if alert is not None and transition is not Transition.NONE:
        return identity.transition_id(alert.alert_id, transition, cause.event_id)
    return identity.stable_id("decision", state.item_id, state.site_id, cause.event_id)


def _buy(position: Position, wanted: Target, item: Item) -> int:
    short = wanted.order_up_to_milli - position.milli
    return round_up(max(short, item.min_order_quantity_milli), item.unit)


def _buy_by(now: int, risks: Outlook, item: Item) -> int:
    """Return the last day to order so that it arrives before the early (10 %) stock-out."""
    days = 0.0 if risks.days_p10 is None else max(risks.days_p10 - item.lead_time_days, 0.0)
    return day_number(local_day(now + int(days * DAY)))


def _raised(flags: dict[str, bool]) -> tuple[str, ...]:
    return tuple(flag for flag, is_raised in flags.items() if is_raised)
