"""What a crew is late with, and what a supervisor has to see: pure functions of one order and the clock.

The promise to arrive is the order's own limit; its warnings are those of every work order (utility/orders).
"""

from __future__ import annotations

from datetime import datetime

from utility.faults.policy import CrewLimits
from utility.faults.values import Work

_WAITING = frozenset({"reported", "dispatched"})
_FOUND = frozenset({"diagnosing", "repairing"})


def warnings_of(work: Work, limits: CrewLimits, now: datetime) -> list[str]:
    """Names what is late: `accept`, `eta`, and `progress:<n>` for the n-th word that has not come."""
    late = []
    if work.status in _WAITING and work.dispatched_at and now - work.dispatched_at > limits.accept:
        late.append("accept")
    found = work.found_at if work.status in _FOUND else None
    if found and work.eta is None and now - found > limits.eta:
        late.append("eta")
    missed = _missed_words(work, limits, now)
    return [*late, f"progress:{missed}"] if missed else late


def neglect_of(work: Work, limits: CrewLimits, now: datetime) -> str:
    """Says why an order counts as neglected: `arrival` at a multiple of the promise, or a day `dark`; else empty."""
    if work.arrive_by is not None:
        promised = work.arrive_by - work.reported
        came = work.arrived_at or now
        if came - work.reported >= limits.neglect_arrival * promised:
            return "arrival"
    return "dark" if now - work.reported >= limits.neglect_dark else ""


def rank(work: Work, urgent: str) -> tuple[object, ...]:
    """Orders a supervisor's list: danger, urgency, people who need care, homes affected, then the oldest."""
    return (
        not work.danger_sign, work.severity != urgent, not work.needs, -work.homes, work.reported, work.order_no
    )  # fmt: skip


def _missed_words(work: Work, limits: CrewLimits, now: datetime) -> int:
    """After so many hours a word is due every few: counts those that have not come since the last one."""
    begins = work.reported + limits.progress_after
    last = max(work.word_at or begins, begins)
    return max(0, int((now - last) / limits.progress_every))
