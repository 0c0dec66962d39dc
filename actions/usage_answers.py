"""What a question about energy is answered with: days, months, the tier, an estimate; each says until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from actions.billing_explained import MONTHS_SHOWN, shift_month
from actions.charts import bars
from actions.visit import Visit
from actions.wording import energy, money
from backend.errors import NotFound
from backend.models import BoundAccount, RunningMonth, UsageDay, UsageMonth
from conversation.reply import Card

_WORDS = "utter_usage_words"
_LONGEST_SPAN = 100


async def running(visit: Visit, account: BoundAccount) -> RunningMonth | None:
    """The running month, or nothing where no day of it is read."""
    try:
        return await visit.backend.running_month(account.account_no, visit.user)
    except NotFound:
        return None


async def show_now(visit: Visit, account: BoundAccount) -> None:
    """The running month: what is used, the tier reached and what is left of it, and an estimate of the whole."""
    found = await running(visit, account)
    if found is None:
        visit.say("utter_usage_not_read", tail=account.tail)
        return
    days = await _days_between(visit, account, found.until.replace(day=1), found.until)
    values = _now_values(visit, account, found)
    name = "utter_usage_now" if found.progress else "utter_usage_now_no_tiers"
    visit.show(name, values, card=_days_card(visit, account, days) if days else None)


async def show_tier(visit: Visit, account: BoundAccount) -> None:
    """The tier reached, and how much is left of it."""
    found = await running(visit, account)
    if found is None:
        visit.say("utter_usage_not_read", tail=account.tail)
    elif found.progress is None:
        visit.say("utter_usage_no_tiers", tail=account.tail)
    else:
        last = found.progress.left_in_tier is None
        visit.show("utter_usage_tier_last" if last else "utter_usage_tier", _now_values(visit, account, found))


async def show_estimate(visit: Visit, account: BoundAccount) -> None:
    """What the running month may come to, marked as an estimate."""
    found = await running(visit, account)
    if found is None:
        visit.say("utter_usage_not_read", tail=account.tail)
        return
    visit.show("utter_usage_estimate", _now_values(visit, account, found))


def _now_values(visit: Visit, account: BoundAccount, found: RunningMonth) -> dict[str, str | int]:
    words, progress = visit.wording.of(_WORDS), found.progress
    tier = progress.tier if progress else 1
    return {
        "tail": account.tail,
        "month": visit.wording.month(found.period),
        "kwh": energy(found.kwh),
        "until": visit.wording.day(found.until),
        "so_far": money(found.so_far),
        "estimate_kwh": energy(found.estimated_kwh.quantize(Decimal(1))),
        "estimate": money(found.estimated_total),
        "span": words["year_span" if progress and progress.account_period == "annual" else "month_span"],
        "used": energy(progress.used) if progress else "",
        "tier": words[f"tier_{tier}"],
        "next_tier": words[f"tier_{min(tier + 1, 3)}"],
        "left": energy(progress.left_in_tier) if progress and progress.left_in_tier is not None else "",
    }


async def show_days(visit: Visit, account: BoundAccount, since: date, until: date) -> None:
    """One day, or the days of a span with their sum, the highest and a chart."""
    today = visit.services.clock.now().date()
    if since >= today:
        name = "utter_usage_today" if since == today else "utter_usage_ahead"
        visit.say(name, tail=account.tail, day=visit.wording.day(since))
        return
    if (until - since).days > _LONGEST_SPAN:
        await show_months(visit, account, f"{since:%Y-%m}", f"{until:%Y-%m}")
        return
    days = await _days_between(visit, account, since, until)
    span = {"tail": account.tail, "since": visit.wording.day(since), "until": visit.wording.day(until)}
    if not days:
        visit.show("utter_usage_days_unknown", span)
    elif len(days) == 1:
        day = days[0]
        visit.say("utter_usage_day", tail=account.tail, day=visit.wording.day(day.day), kwh=energy(day.kwh))
    else:
        visit.show("utter_usage_days", _days_values(visit, days) | span, card=_days_card(visit, account, days))


def _days_values(visit: Visit, days: Sequence[UsageDay]) -> dict[str, str | int]:
    total, top = sum((day.kwh for day in days), Decimal(0)), max(days, key=lambda day: day.kwh)
    return {
        "count": len(days),
        "kwh": energy(total),
        "per_day": f"{total / len(days):.1f}",
        "top": visit.wording.day(top.day),
        "top_kwh": energy(top.kwh),
    }


async def _days_between(visit: Visit, account: BoundAccount, since: date, until: date) -> list[UsageDay]:
    """The read days of a span; a month nobody read is left out."""
    found: list[UsageDay] = []
    period = f"{since:%Y-%m}"
    while period <= f"{until:%Y-%m}":
        try:
            month = await visit.backend.usage_days(account.account_no, period, visit.user)
        except NotFound:
            month = None
        found += [day for day in month.days if since <= day.day <= until] if month else []
        period = shift_month(period, 1)
    return found


def _days_card(visit: Visit, account: BoundAccount, days: Sequence[UsageDay]) -> Card:
    words, shape = visit.wording.of(_WORDS), visit.wording.of(_WORDS)["kwh"]
    top = max(range(len(days)), key=lambda index: days[index].kwh)
    total = sum((day.kwh for day in days), Decimal(0))
    since, until = visit.wording.day(days[0].day), visit.wording.day(days[-1].day)
    labels = [str(day.day.day) for day in days]
    return Card(
        kind="usage",
        title=words["days_title"].format(since=since, until=until, tail=account.tail),
        rows=(
            (words["per_day"], shape.format(kwh=f"{total / len(days):.1f}")),
            (words["top"].format(day=visit.wording.day(days[top].day)), shape.format(kwh=energy(days[top].kwh))),
        ),
        total=(words["total"], shape.format(kwh=energy(total))),
        chart=bars(labels, [day.kwh for day in days], words["unit"], highlight=top),
    )


async def show_month(visit: Visit, account: BoundAccount, period: str) -> None:
    """A billed month with its days where they are known; the running one as it stands."""
    this_month = f"{visit.services.clock.now():%Y-%m}"
    if period > this_month:
        visit.say("utter_usage_ahead", tail=account.tail, day=visit.wording.month(period))
        return
    if period == this_month:
        await show_now(visit, account)
        return
    found = await visit.backend.usage_months(account.account_no, visit.user, since=period, until=period)
    if not found.months:
        visit.say("utter_usage_month_unknown", tail=account.tail, month=visit.wording.month(period))
        return
    month, first = found.months[0], date.fromisoformat(f"{period}-01")
    days = await _days_between(visit, account, first, first.replace(day=28) + timedelta(days=3))
    said = [await _times_said(visit, account, period), _days_said(visit, days)]
    values = _month_values(visit, account, month) | {"days": "".join(said)}
    visit.show("utter_usage_month", values, card=_days_card(visit, account, days) if days else None)


async def _times_said(visit: Visit, account: BoundAccount, period: str) -> str:
    """The shares of peak, flat and valley, where the meter tells them; nothing for one price all day."""
    try:
        times = (await visit.backend.bill(account.account_no, period, visit.user)).times
    except NotFound:
        return ""
    total = times.peak + times.flat + times.valley if times else Decimal(0)
    if times is None or not total:
        return ""
    parts = {"peak": times.peak, "flat": times.flat, "valley": times.valley}
    kwh = {name: energy(part) for name, part in parts.items()}
    shares = {f"{name}_share": f"{part / total:.0%}" for name, part in parts.items()}
    return visit.wording.of(_WORDS)["times"].format(**kwh, **shares)


def _days_said(visit: Visit, days: Sequence[UsageDay]) -> str:
    words = visit.wording.of(_WORDS)
    if not days:
        return words["no_days"]
    values = _days_values(visit, days)
    return words["top_day"].format(day=values["top"], kwh=values["top_kwh"])


def _month_values(visit: Visit, account: BoundAccount, month: UsageMonth) -> dict[str, str | int]:
    return {
        "tail": account.tail,
        "month": visit.wording.month(month.period),
        "kwh": energy(month.kwh),
        "count": month.days,
        "per_day": f"{month.per_day:.1f}",
        "total": money(month.total),
    }


async def show_months(visit: Visit, account: BoundAccount, since: str, until: str) -> None:
    """Several billed months with their sum, the highest, and a chart."""
    found = await visit.backend.usage_months(account.account_no, visit.user, since=since, until=until)
    if not found.months:
        visit.say("utter_usage_months_unknown", tail=account.tail)
        return
    months, words = found.months, visit.wording.of(_WORDS)
    top = max(range(len(months)), key=lambda index: months[index].kwh)
    total = sum((month.kwh for month in months), Decimal(0))
    values: dict[str, str | int] = {
        "tail": account.tail,
        "since": visit.wording.month(months[0].period),
        "until": visit.wording.month(months[-1].period),
        "count": len(months),
        "kwh": energy(total),
        "top": visit.wording.month(months[top].period),
        "top_kwh": energy(months[top].kwh),
    }
    shape, shown = words["kwh"], months[-MONTHS_SHOWN:]
    card = Card(
        kind="usage",
        title=words["months_title"].format(tail=account.tail),
        rows=tuple((visit.wording.month(month.period), shape.format(kwh=energy(month.kwh))) for month in shown),
        total=(words["total"], shape.format(kwh=energy(total))),
        chart=bars(
            [words["month_label"].format(month=int(month.period[-2:])) for month in months],
            [month.kwh for month in months],
            words["unit"],
            highlight=top,
        ),
    )
    visit.show("utter_usage_months", values, card=card)


async def show_compared(visit: Visit, account: BoundAccount, period: str) -> None:
    """A billed month beside the month before it and the same month a year ago."""
    found = await visit.backend.usage_months(account.account_no, visit.user, until=period)
    month = found.months[-1] if found.months else None
    if month is None or (found.last_month is None and found.last_year is None):
        visit.say("utter_usage_months_unknown", tail=account.tail)
        return
    others = [_compared_with(visit, month, other) for other in (found.last_month, found.last_year) if other]
    said = visit.wording.of(_WORDS)["separator"].join(others)
    visit.show("utter_usage_compared", _month_values(visit, account, month) | {"others": said})


def _compared_with(visit: Visit, month: UsageMonth, other: UsageMonth) -> str:
    words, more = visit.wording.of(_WORDS), month.kwh - other.kwh
    shape = words["more" if more > 0 else "less" if more < 0 else "same"]
    return shape.format(month=visit.wording.month(other.period), kwh=energy(other.kwh), change=energy(abs(more)))
