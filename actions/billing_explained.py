"""Explains a bill: what changed, in parts that add up to the cent, which days stood out, twelve months; it judges nobody."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from actions.charts import bars
from actions.visit import Visit
from actions.wording import energy, money
from backend.errors import NotFound
from backend.models import BillExplanation, BillSide, ExplainedPart
from conversation.reply import Card

_WORDS = "utter_billing_explained_words"
PREVIOUS, LAST_YEAR = "previous", "last_year"
MONTHS_SHOWN = 12


def shift_month(period: str, months: int) -> str:
    """The period (YYYY-MM) that lies `months` after, or before, another one."""
    year, month = map(int, period.split("-"))
    count = year * 12 + month - 1 + months
    return f"{count // 12}-{count % 12 + 1:02d}"


def periods_said(visit: Visit) -> list[str]:
    """The months (YYYY-MM) that the message names, each once, in their order."""
    values = visit.tracker.get_latest_entity_values("bill_period")
    found = (period for value in values for period in str(value).split(","))
    return list(dict.fromkeys(period for period in found if len(period) == len("YYYY-MM")))


async def newest_period(visit: Visit, account_no: str) -> str:
    """The month of the newest bill; the month before this one where there is none."""
    page = await visit.backend.bills(account_no, visit.user, limit=1)
    this_month = f"{visit.services.clock.now():%Y-%m}"
    return page.bills[0].period if page.bills else shift_month(this_month, -1)


async def compared(visit: Visit, account_no: str) -> tuple[str, str]:
    """Which bill is to be explained, and against which: said, spoken of before, or the newest and the one before."""
    newest, said = await newest_period(visit, account_no), periods_said(visit)
    spoken = str(visit.slot("bill_talked") or "")
    billed = sorted(period for period in said if period <= newest)
    if visit.option("compare_with") == LAST_YEAR:
        within = [period for period in billed if period > shift_month(newest, -MONTHS_SHOWN)]
        return within[-1] if within else spoken or newest, LAST_YEAR
    if len(billed) > 1:
        return billed[-1], billed[0]
    after = spoken or newest
    if billed and billed[0] < after and visit.option("compare_with"):
        return after, billed[0]
    return billed[0] if billed else after, PREVIOUS


async def explain(visit: Visit, account_no: str, period: str, against: str) -> BillExplanation | None:
    """Reads the explanation; None when one of the two bills is not in the books."""
    try:
        return await visit.backend.explain_bill(account_no, period, visit.user, against=against)
    except NotFound:
        return None


async def show_explained(visit: Visit, account_no: str, found: BillExplanation, response: str, **values: str) -> None:
    """Says why a bill changed: the sum, its main part, the tier, the days; every part is a row of the card."""
    shown = {**facts(visit, found), **values}
    visit.show(response, shown, card=await card(visit, account_no, found))


def facts(visit: Visit, found: BillExplanation) -> dict[str, str]:
    """The figures of an explanation, written out."""
    words, before, after = visit.wording.of(_WORDS), found.before, found.after
    direction = "more" if found.change > 0 else "less" if found.change else "same"
    return {
        "tail": found.account_no[-4:],
        "month": visit.wording.month(after.period),
        "other": visit.wording.month(before.period),
        "total": money(_sum(after)),
        "other_total": money(_sum(before)),
        "kwh": energy(after.kwh),
        "other_kwh": energy(before.kwh),
        "change": words[direction].format(amount=money(abs(found.change))),
        "main": _main(visit, found),
        "tier": _tier(visit, after),
        "days": _days(visit, found),
    }


async def card(visit: Visit, account_no: str, found: BillExplanation) -> Card:
    """Both bills, each part of the change, and the change as their sum."""
    words = visit.wording.of(_WORDS)
    sides = tuple(_side_row(visit, side) for side in (found.before, found.after))
    parts = tuple((words[f"part_{part.code}"], _part_value(visit, part)) for part in found.parts)
    return Card(
        kind="bill",
        title=words["title"].format(month=visit.wording.month(found.after.period), tail=found.account_no[-4:]),
        rows=(*sides, *parts),
        total=(words["change"], words["yuan"].format(amount=signed(found.change))),
        note=words["note"],
        chart=await year_chart(visit, account_no, found.after.period),
    )


async def year_chart(visit: Visit, account_no: str, until: str, *, in_yuan: bool = False) -> dict[str, Any] | None:
    """The twelve billed months up to `until` as bars, the last one to look at."""
    since = shift_month(until, 1 - MONTHS_SHOWN)
    found = await visit.backend.usage_months(account_no, visit.user, since=since, until=until)
    if not found.months:
        return None
    words = visit.wording.of(_WORDS)
    labels = [words["month_label"].format(month=int(month.period[-2:])) for month in found.months]
    values = [month.total if in_yuan else month.kwh for month in found.months]
    return bars(labels, values, words["unit_yuan" if in_yuan else "unit_kwh"], highlight=len(labels) - 1)


def signed(amount: Decimal) -> str:
    """Writes an amount with its sign."""
    return f"{amount:+.2f}"


def _sum(side: BillSide) -> Decimal:
    return side.total + side.damages


def _side_row(visit: Visit, side: BillSide) -> tuple[str, str]:
    words = visit.wording.of(_WORDS)
    shape = words["side_late" if side.damages else "side"]
    value = shape.format(kwh=energy(side.kwh), days=side.days, total=money(side.total), damages=money(side.damages))
    return visit.wording.month(side.period), value


def _part_value(visit: Visit, part: ExplainedPart) -> str:
    words = visit.wording.of(_WORDS)
    shape = words["part"] if part.kwh is None else words["part_kwh"]
    kwh = "" if part.kwh is None else f"{'+' if part.kwh > 0 else ''}{energy(part.kwh)}"
    return shape.format(amount=signed(part.amount), kwh=kwh)


def _main(visit: Visit, found: BillExplanation) -> str:
    """The part that weighs most, when there was a change."""
    if not found.parts or not found.change:
        return ""
    words, weighty = visit.wording.of(_WORDS), max(found.parts, key=lambda part: part.amount * _sign(found.change))
    name = words[f"part_{weighty.code}"]
    return words["main"].format(name=name, amount=signed(weighty.amount))


def _sign(amount: Decimal) -> int:
    return 1 if amount > 0 else -1


def _tier(visit: Visit, side: BillSide) -> str:
    """The highest tier a bill reached, with the kWh in it; nothing below the second."""
    if not side.tier_kwh or not side.tier or side.tier < 2:
        return ""
    words = visit.wording.of(_WORDS)
    return words["tier"].format(tier=words[f"tier_{side.tier}"], kwh=energy(side.tier_kwh[side.tier - 1]))


def _days(visit: Visit, found: BillExplanation) -> str:
    """The days that used far more than the others."""
    days = found.stand_out
    if days is None:
        return ""
    since, until = visit.wording.day(days.since), visit.wording.day(days.until)
    per_day, other = (f"{kwh:.1f}" for kwh in (days.per_day, days.other_days))
    return visit.wording.of(_WORDS)["days"].format(since=since, until=until, per_day=per_day, other=other)
