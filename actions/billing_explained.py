"""Explains a bill: what changed, in parts that add up to the cent, the days, twelve months; it judges nobody."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from actions.charts import bars
from actions.visit import Visit
from actions.wording import energy, money
from backend.errors import NotFound
from backend.models import BillExplanation, BillSide, BoundAccount, ExplainedPart
from conversation.reply import Card, Chart

_WORDS = "utter_billing_explained_words"
PREVIOUS, LAST_YEAR = "previous", "last_year"
MONTHS_SHOWN = 12


def shift_month(period: str, months: int) -> str:
    """The period (YYYY-MM) that lies `months` after, or before, another one."""
    year, month = map(int, period.split("-"))
    count = year * 12 + month - 1 + months
    return f"{count // 12}-{count % 12 + 1:02d}"


async def newest_period(visit: Visit, account_no: str) -> str:
    """The month of the newest bill; the month before this one where there is none."""
    page = await visit.backend.bills(account_no, visit.user, limit=1)
    this_month = f"{visit.services.clock.now():%Y-%m}"
    return page.bills[0].period if page.bills else shift_month(this_month, -1)


async def compared(visit: Visit, account_no: str, said: Sequence[str]) -> tuple[str, str]:
    """Which bill is to be explained, and against which: said, spoken of before, or the newest and the one before."""
    newest = await newest_period(visit, account_no)
    spoken = str(visit.slot("bill_talked") or newest)
    billed = sorted(period for period in said if period <= newest and len(period) == len("YYYY-MM"))
    comparing = visit.option("compare_with")
    if comparing == LAST_YEAR:
        within = [period for period in billed if period > shift_month(newest, -MONTHS_SHOWN)]
        return within[-1] if within else spoken, LAST_YEAR
    if len(billed) > 1:
        return billed[-1], billed[0]
    if billed and comparing and billed[0] < spoken:
        return spoken, billed[0]
    return billed[0] if billed else spoken, PREVIOUS


async def explain(visit: Visit, account_no: str, period: str, against: str) -> BillExplanation | None:
    """Reads the explanation; None when one of the two bills is not in the books."""
    try:
        return await visit.backend.explain_bill(account_no, period, visit.user, against=against)
    except NotFound:
        return None


async def show_why(visit: Visit, account: BoundAccount, said: Sequence[str]) -> str:
    """Says why a bill changed: the sum, its main part, the days, the tier; every part is a row of the card.

    Returns:
        The month whose bill was explained.
    """
    period, against = await compared(visit, account.account_no, said)
    found = await explain(visit, account.account_no, period, against)
    if found is None:
        visit.say("utter_billing_no_comparison", tail=account.tail, month=visit.wording.month(period))
    else:
        shown = facts(visit, found) | {"lead": lead(visit, said, period)}
        visit.show("utter_billing_explained", shown, card=await explained_card(visit, found))
    return period


def lead(visit: Visit, said: Sequence[str], period: str) -> str:
    """Says that the running month, which was asked about, has no bill yet."""
    ahead = next((month for month in said if month > period and len(month) == len("YYYY-MM")), "")
    return visit.wording.of(_WORDS)["not_yet"].format(month=visit.wording.month(ahead)) if ahead else ""


async def show_trend(visit: Visit, account: BoundAccount) -> None:
    """The last twelve bills as a chart, with the highest and the lowest."""
    page = await visit.backend.bills(account.account_no, visit.user, limit=MONTHS_SHOWN)
    bills = page.bills[::-1]
    if not bills:
        visit.say("utter_billing_no_comparison", tail=account.tail, month="")
        return
    top, low = (choose(bills, key=lambda bill: bill.total) for choose in (max, min))
    total = sum((bill.total for bill in bills), Decimal(0))
    words = visit.wording.of(_WORDS)
    values: dict[str, str | int] = {
        "tail": account.tail,
        "count": len(bills),
        "since": visit.wording.month(bills[0].period),
        "until": visit.wording.month(bills[-1].period),
        "total": money(total),
        "top": visit.wording.month(top.period),
        "top_total": money(top.total),
        "low": visit.wording.month(low.period),
        "low_total": money(low.total),
    }
    card = Card(
        kind="bill",
        title=words["trend_title"].format(count=len(bills), tail=account.tail),
        rows=tuple((visit.wording.month(b.period), words["yuan"].format(amount=money(b.total))) for b in bills),
        total=(words["total"], words["yuan"].format(amount=money(total))),
        chart=month_bars(visit, [(bill.period, bill.total) for bill in bills], in_yuan=True),
    )
    visit.show("utter_billing_trend", values, card=card)


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


async def explained_card(visit: Visit, found: BillExplanation) -> Card:
    """Both bills, each part of the change, and the change as their sum; beside them the twelve months."""
    words = visit.wording.of(_WORDS)
    sides = tuple(_side_row(visit, side) for side in (found.before, found.after))
    parts = tuple((words[f"part_{part.code}"], _part_value(visit, part)) for part in found.parts)
    return Card(
        kind="bill",
        title=words["title"].format(month=visit.wording.month(found.after.period), tail=found.account_no[-4:]),
        rows=(*sides, *parts),
        total=(words["change"], words["yuan"].format(amount=signed(found.change))),
        note=words["note"],
        chart=await _year_chart(visit, found.account_no, found.after.period),
    )


async def _year_chart(visit: Visit, account_no: str, until: str) -> Chart | None:
    """The energy of the twelve billed months up to `until`, the last one to look at."""
    since = shift_month(until, 1 - MONTHS_SHOWN)
    found = await visit.backend.usage_months(account_no, visit.user, since=since, until=until)
    return month_bars(visit, [(month.period, month.kwh) for month in found.months])


def month_bars(visit: Visit, months: Sequence[tuple[str, Decimal]], *, in_yuan: bool = False) -> Chart | None:
    """Bars of months, the last one to look at; nothing without two of them."""
    if len(months) < 2:
        return None
    words = visit.wording.of(_WORDS)
    labels = [words["month_label"].format(month=int(period[-2:])) for period, _ in months]
    unit = words["unit_yuan" if in_yuan else "unit_kwh"]
    return bars(labels, [value for _, value in months], unit, highlight=len(months) - 1)


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
    per_day, other = (f"{kwh:.0f}" for kwh in (days.per_day, days.other_days))
    return visit.wording.of(_WORDS)["days"].format(since=since, until=until, per_day=per_day, other=other)


def part_of(found: BillExplanation, code: str) -> ExplainedPart | None:
    """The part of an explanation that has this code."""
    return next((part for part in found.parts if part.code == code), None)
