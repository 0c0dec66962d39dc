"""Which attempts to reach a customer count, and what the customer's key to closing an order is. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time

from runtime.clock import SHANGHAI
from utility.orders.machine import CallBack
from utility.orders.values import Try, WorkOrder


def tried(callback: CallBack, earlier: Iterable[Try], at: datetime, how: str, outcome: str) -> Try:
    """Judges one attempt by those since the reply: why it does not count is kept with it."""
    good_for = callback.outcomes.get(outcome, "")
    if good_for != "counts":
        return Try(at, how, outcome, counts=False, why=good_for or "outcome")
    if quiet(callback, at):
        return Try(at, how, outcome, counts=False, why="quiet_hours")
    if any(at - before.at < callback.gap for before in earlier if before.counts):
        return Try(at, how, outcome, counts=False, why="too_soon")
    return Try(at, how, outcome, counts=True)


def quiet(callback: CallBack, at: datetime) -> bool:
    """Tells whether nobody is called at that hour."""
    hour = at.astimezone(SHANGHAI).time()
    return any(_within(hour, first, last) for first, last in callback.quiet)


def customer_key(callback: CallBack, order: WorkOrder, tries: Sequence[Try]) -> str | None:
    """Names what stands for the customer's word when the order is closed; None: nothing does."""
    if order.confirmed:
        return "confirmed"
    if order.secrecy in callback.not_contacted:
        return "not_contacted"
    if order.callback_declined or any(attempt.why == "declines" for attempt in tries):
        return "declined"
    return "tries" if sum(1 for attempt in tries if attempt.counts) >= callback.tries else None


def _within(hour: time, first: time, last: time) -> bool:
    return first <= hour < last if first < last else hour >= first or hour < last
