"""The ladder (停电催费): which step comes next for who owes. Pure: facts, what was done, terms, days and now.

No step at night; no cut on a day off, before one, or in hard weather; never without a letter of its days and a final
notice of its minutes; somebody spared goes to a person instead of getting a letter.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from utility.orders.worktime import Calendar
from utility.supply.terms import SupplyTerms
from utility.supply.values import Facts, Step

DAY = timedelta(days=1)


def next_step(
    facts: Facts,
    done: Sequence[Step],
    terms: SupplyTerms,
    calendar: Calendar,
    hard_weather: Collection[date],
    now: datetime,
) -> Step | None:
    """Returns the step that is due now, None when there is none.

    Args:
        facts: how the account stands at this moment: arrears are checked again before every step.
        done: the steps of its open case, oldest first.
        terms: limits, hours, tags.
        calendar: the days off.
        hard_weather: the days on which nobody is cut.
        now: the moment, in the city's own time.
    """
    last = done[-1] if done else None
    if not facts.owing:
        return Step("settled", now) if done else None
    if not terms.notice_hours.hold(now.time()):
        return None
    if facts.arrears <= 0:
        return _low(last, now)
    if last and last.step == "final":
        return _cut(done, last, terms, calendar, hard_weather, now)
    letter = _letter(done)
    if letter and now.date() <= (letter.at + terms.letter_valid).date():
        return _final(letter, terms, calendar, hard_weather, now)
    return _before_letter(facts, done, terms, calendar, hard_weather, now)


def may_cut(day: date, terms: SupplyTerms, calendar: Calendar, hard_weather: Collection[date]) -> bool:
    """Tells whether anybody is cut on `day`."""
    off, before = not calendar.is_workday(day), not calendar.is_workday(day + DAY)
    return not ((terms.not_on_days_off and off) or (terms.not_before_days_off and before) or day in hard_weather)


def cut_day(
    facts: Facts, terms: SupplyTerms, calendar: Calendar, hard_weather: Collection[date], today: date
) -> date | None:
    """Returns the day a letter of today would name, None while no day within the letter's validity will do."""
    ahead = terms.letter_prepaid if facts.billing == "prepaid" else terms.letter
    days = [today + DAY * n for n in range(ahead.days, terms.letter_valid.days + 1)]
    return next((day for day in days if may_cut(day, terms, calendar, hard_weather)), None)


def _low(last: Step | None, now: datetime) -> Step | None:
    """A prepaid balance that is low but not below zero: said once; a letter that was written no longer counts."""
    if last and last.step in ("letter", "final"):
        return Step("withdrawn", now)
    return None if last else Step("low", now)


def _before_letter(
    facts: Facts,
    done: Sequence[Step],
    terms: SupplyTerms,
    calendar: Calendar,
    hard_weather: Collection[date],
    now: datetime,
) -> Step | None:
    if facts.billing == "postpaid":
        if facts.late_since is None:
            return None
        late = (now.date() - facts.late_since).days
        rank = sum(1 for day in terms.remind_days if late >= day)
        if rank > max((step.rank for step in done), default=0):
            return Step("reminded", now, rank=rank)
        if late < terms.stop_after.days or not any(step.step == "reminded" for step in done):
            return None
    if terms.spared(facts.tags):
        return Step("handed_over", now)
    day = cut_day(facts, terms, calendar, hard_weather, now.date())
    return Step("letter", now, cut_on=day) if day else None


def _final(
    letter: Step, terms: SupplyTerms, calendar: Calendar, hard_weather: Collection[date], now: datetime
) -> Step | None:
    late_enough = letter.cut_on is not None and now.date() >= letter.cut_on
    in_time = terms.cut_hours.hold(now.time()) and terms.cut_hours.hold((now + terms.final).time())
    return (
        Step("final", now) if late_enough and in_time and may_cut(now.date(), terms, calendar, hard_weather) else None
    )


def _cut(
    done: Sequence[Step],
    final: Step,
    terms: SupplyTerms,
    calendar: Calendar,
    hard_weather: Collection[date],
    now: datetime,
) -> Step | None:
    """A final notice not followed by the cut in time no longer counts; while its letter does, a new one may."""
    waited = now - final.at
    if waited < terms.final:
        return None
    if waited <= terms.final_valid and final.at.date() == now.date():
        free = terms.cut_hours.hold(now.time()) and may_cut(now.date(), terms, calendar, hard_weather)
        return Step("cut", now) if free else None
    letter = _letter(done)
    if letter and now.date() <= (letter.at + terms.letter_valid).date():
        return _final(letter, terms, calendar, hard_weather, now)
    return Step("withdrawn", now)


def _letter(done: Sequence[Step]) -> Step | None:
    """The letter that still counts: the newest one, unless it was withdrawn since."""
    for step in reversed(done):
        if step.step == "withdrawn":
            return None
        if step.step == "letter":
            return step
    return None
