"""What the books know of a place that says it is dark: asked before the customer is, and told before a question."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from actions.errands import unless_down
from actions.visit import Visit
from backend.models import BoundAccount, Outage, OutageHistory

_WORDS = "utter_outage_words"
_OVER = frozenset({"restored", "cancelled"})
# So long after power came back a dark home may be one whose own switch stayed down.
_LATELY = timedelta(hours=24)
# A planned outage often begins a little early.
_EARLY = timedelta(minutes=30)


def is_running(outage: Outage) -> bool:
    """Power is off now."""
    return outage.status not in _OVER and outage.started is not None and outage.restored is None


def is_planned_now(outage: Outage, now: datetime) -> bool:
    """By its plan power is off now, though nobody has said yet that it is."""
    if is_running(outage) or outage.status in _OVER or not outage.planned_from or not outage.planned_to:
        return False
    return outage.planned_from - _EARLY <= now < outage.planned_to


async def running_outage(visit: Visit, accounts: Sequence[BoundAccount]) -> tuple[BoundAccount, Outage] | None:
    """The first of these accounts that lies in a running outage."""
    asked = (visit.backend.outages(account_no=account.account_no) for account in accounts)
    for account, outages in zip(accounts, await asyncio.gather(*asked), strict=True):
        for outage in outages:
            if is_running(outage):
                return account, outage
    return None


async def planned_now(visit: Visit, account: BoundAccount) -> Outage | None:
    """The planned outage in whose hours we are."""
    now = visit.services.clock.now()
    outages = await visit.backend.outages(account_no=account.account_no)
    return next((outage for outage in outages if is_planned_now(outage, now)), None)


async def restored_lately(visit: Visit, account: BoundAccount) -> Outage | None:
    """The outage of this home that ended within the last day."""
    nothing = OutageHistory((), visit.services.clock.now().date(), (), {}, False)
    history = await unless_down(visit.backend.outage_history(account_no=account.account_no, days=2), nothing)
    now = visit.services.clock.now()
    over = (outage for outage in history.outages if outage.restored and now - outage.restored <= _LATELY)
    return next(over, None)


def outage_values(visit: Visit, outage: Outage) -> dict[str, str | int]:
    """What a sentence about an outage needs; an unknown time is said to be unknown, an old one to be old."""
    started = visit.moment(outage.started) if outage.started else ""
    return {"cause": outage.cause, "started": started, "eta": _eta(visit, outage), "update": _update(visit, outage)}


def _eta(visit: Visit, outage: Outage) -> str:
    words, now = visit.wording.of(_WORDS), visit.services.clock.now()
    if outage.eta is None:
        return words["eta_unknown"]
    if outage.eta < now:
        return words["eta_over"].format(eta=visit.moment(outage.eta))
    if outage.eta_said_at is None:
        return words["eta"].format(eta=visit.moment(outage.eta))
    return words["eta_said"].format(eta=visit.moment(outage.eta), said=visit.moment(outage.eta_said_at))


def _update(visit: Visit, outage: Outage) -> str:
    words = visit.wording.of(_WORDS)
    if outage.next_update_by is None:
        return ""
    shape = "update_overdue" if outage.next_update_overdue else "next_update"
    return words[shape].format(at=visit.moment(outage.next_update_by))
