"""The clock of an order: how much of its limit is used, when that ends, when it stands. Pure: it takes `now`.

The clock runs in the kind's counted states, stands while a side state or a state pauses it, and stops when its limit is
met or the order is closed. What it has counted is never lost: a reopened order goes on where it stopped.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from utility.orders.machine import Kind, OrderRules, Step
from utility.orders.values import WorkOrder
from utility.orders.worktime import Calendar, Limit, after, elapsed, used_percent

NONE = timedelta(0)


def limit_of(order: WorkOrder) -> Limit | None:
    """Returns the limit the order is measured by."""
    if order.limit_value is None:
        return None
    return Limit(order.limit_name, order.limit_value, order.limit_unit)


def counted(calendar: Calendar, order: WorkOrder, now: datetime) -> timedelta:
    """Tells how much of the limit's time has passed."""
    if order.clock_from is None:
        return order.clock_used
    return order.clock_used + elapsed(calendar, order.limit_unit, order.clock_from, now)


def percent(calendar: Calendar, order: WorkOrder, now: datetime) -> int | None:
    """Tells how much of the limit is used, in percent; None without a limit."""
    limit = limit_of(order)
    return used_percent(limit, counted(calendar, order, now)) if limit else None


def overdue(calendar: Calendar, order: WorkOrder, now: datetime) -> bool:
    """Tells whether the limit has passed."""
    limit = limit_of(order)
    return limit is not None and counted(calendar, order, now) >= limit.span


def pause_total(order: WorkOrder, now: datetime) -> timedelta:
    """Tells how long the order has been paused in all, in natural time."""
    return order.paused_total + (now - order.paused_at if order.paused_at else NONE)


def set_clock(rules: OrderRules, calendar: Calendar, order: WorkOrder, now: datetime) -> WorkOrder:
    """Starts, stops or pauses the clock as the order's new state asks; what was counted stays counted."""
    kind = rules.kinds[order.kind]
    limit = limit_of(order)
    runs = limit is not None and order.open and kind.counts(order.state, order.side_state)
    if runs != (order.clock_from is not None):
        order = _switched(calendar, order, limit, runs, now)
    return on_ladder(rules, calendar, _paused(kind, order, now))


def on_ladder(rules: OrderRules, calendar: Calendar, order: WorkOrder) -> WorkOrder:
    """Notes when the next step of the supervision ladder is due."""
    following = next_step(rules, calendar, order)
    return replace(order, ladder_at=following[0] if following else None)


def next_step(rules: OrderRules, calendar: Calendar, order: WorkOrder) -> tuple[datetime, Step] | None:
    """Returns the next step of the ladder that the clock alone leads to, and when; None while the clock stands."""
    limit = limit_of(order)
    if limit is None or order.clock_from is None:
        return None
    for step in rules.ladder:
        if step.percent is not None and step.percent not in order.warned:
            left = limit.span * step.percent / 100 - order.clock_used
            return after(calendar, limit.unit, order.clock_from, max(left, NONE)), step
        if step.workdays_over is not None and order.due_at and not told(rules, order, step):
            over = timedelta(days=step.workdays_over)
            return max(after(calendar, "workday", order.due_at, over), order.clock_from), step
    return None


def told(rules: OrderRules, order: WorkOrder, step: Step) -> bool:
    """Tells whether this step of the ladder, or a higher one, was told already."""
    names = [rung.step for rung in rules.ladder]
    return order.supervision in names and names.index(order.supervision) >= names.index(step.step)


def climbed(rules: OrderRules, order: WorkOrder, step: Step) -> WorkOrder:
    """Notes a step of the ladder as told; the highest one stays."""
    warned = order.warned if step.percent is None else (*order.warned, step.percent)
    return replace(order, warned=warned, supervision=order.supervision if told(rules, order, step) else step.step)


def _switched(calendar: Calendar, order: WorkOrder, limit: Limit | None, runs: bool, now: datetime) -> WorkOrder:
    used = counted(calendar, order, now)
    if not runs or limit is None:
        return replace(order, clock_used=used, clock_from=None)
    passed = used >= limit.span and order.due_at is not None
    ends = order.due_at if passed else after(calendar, limit.unit, now, max(limit.span - used, NONE))
    return replace(order, clock_used=used, clock_from=now, due_at=ends)


def _paused(kind: Kind, order: WorkOrder, now: datetime) -> WorkOrder:
    limit = limit_of(order)
    pauses = limit is not None and order.open and kind.pauses(order.state, order.side_state)
    if pauses and order.paused_at is None:
        left = limit is not None and order.clock_used < limit.span
        return replace(order, paused_at=now, due_at=None if left else order.due_at)
    if not pauses and order.paused_at is not None:
        return replace(order, paused_at=None, paused_total=order.paused_total + (now - order.paused_at))
    return order
