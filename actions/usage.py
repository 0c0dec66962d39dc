"""The usage skill: energy by day, month and year, the tier, an estimate; nothing of an unbound account."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from actions import usage_answers as answers
from actions.account import ACCOUNT_SLOTS, AccountForm
from actions.account_asked import AskedOfAccount
from actions.base import Event, ServiceAction
from actions.billing_explained import MONTHS_SHOWN, newest_period, shift_month
from actions.form import FormVisit
from actions.periods import periods_said
from actions.visit import Visit
from backend.models import BoundAccount

_ISO_DAY = len("YYYY-MM-DD")


class UsageForm(AccountForm):
    """Finds out whose energy, and proves the right to see it."""

    form = "usage_form"
    topic = "usage_query"
    slots = (*ACCOUNT_SLOTS, "usage_asked")
    intents = frozenset({"usage_query", "account_manage"})

    async def read(self, visit: FormVisit) -> None:
        """See base class; a day said on the way replaces the one asked for before."""
        asked = _asked(visit)
        if asked.get("days") or asked.get("periods"):
            visit.fill(usage_asked=asked)
        await super().read(visit)


class ShowUsage(AskedOfAccount):
    """Answers a question about energy."""

    title = "action_show_usage"
    form = "usage_form"
    asked_slots = ("usage_asked",)

    def asked(self, visit: Visit) -> dict[str, Any]:
        """See base class."""
        return {"usage_asked": _asked(visit) or None}

    async def answer(self, visit: Visit, account: BoundAccount) -> list[Event]:
        """See base class."""
        asked: Mapping[str, Any] = visit.slot("usage_asked") or _asked(visit)
        wish, days, periods = asked.get("wish"), asked.get("days"), asked.get("periods") or []
        if wish == "tier":
            await answers.show_tier(visit, account)
        elif wish == "estimate":
            await answers.show_estimate(visit, account)
        elif wish == "compare":
            await answers.show_compared(visit, account, await _compared_month(visit, account, periods))
        elif wish == "year":
            newest = await newest_period(visit, account.account_no)
            await answers.show_months(visit, account, shift_month(newest, 1 - MONTHS_SHOWN), newest)
        elif days:
            await answers.show_days(visit, account, *(date.fromisoformat(day) for day in days))
        else:
            await _show_periods(visit, account, periods)
        return []


def _asked(visit: Visit) -> dict[str, Any]:
    """What the message asks: a wish, days (first and last), months or a year; only what it tells."""
    asked: dict[str, Any] = {
        "wish": visit.option("usage_wish"),
        "days": _days(visit.entity("date")),
        "periods": sorted(periods_said(visit)),
    }
    return {name: value for name, value in asked.items() if value}


def _days(said: str) -> list[str]:
    """The first and the last day of an ISO day or span."""
    days = said.split("/")
    whole = len(days) <= 2 and all(len(day) == _ISO_DAY for day in days)
    return [days[0], days[-1]] if whole else []


async def _compared_month(visit: Visit, account: BoundAccount, periods: list[str]) -> str:
    """The month to compare: the later one that is billed; naming only the month before means the newest."""
    newest = await newest_period(visit, account.account_no)
    billed = [period for period in periods if len(period) == len("YYYY-MM") and period <= newest]
    return billed[-1] if len(billed) > 1 else newest


async def _show_periods(visit: Visit, account: BoundAccount, periods: list[str]) -> None:
    if not periods:
        await answers.show_now(visit, account)
    elif len(periods) == 1 and len(periods[0]) == len("YYYY"):
        await answers.show_months(visit, account, f"{periods[0]}-01", f"{periods[0]}-12")
    elif len(periods) == 1:
        await answers.show_month(visit, account, periods[0])
    else:
        await answers.show_months(visit, account, periods[0], periods[-1])


ACTIONS: tuple[type[ServiceAction], ...] = (ShowUsage, UsageForm)
