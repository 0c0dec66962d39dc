"""The damages (违约金) of a late bill: pure functions, exact until the one rounding at the end of each bill.

What is promised: the exact sum over any split of the days is the sum over the whole; each bill is rounded once, half up
to 0.01 yuan, so a sum of k separately rounded parts differs from the whole by at most (k + 1) x 0.005 yuan.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from utility.billing.rules import NOTHING, cents
from utility.payments.terms import DamagesTerms
from utility.payments.values import Debt

DAY = timedelta(days=1)


def damages(debt: Debt, terms: DamagesTerms, *, residential: bool, today: date) -> Decimal:
    """Computes what is asked for as damages of one bill today: what has accrued, less what was paid or waived."""
    accrued = cents(exact(debt, terms, residential=residential, since=debt.due, today=today))
    if accrued > 0:
        accrued = max(accrued, terms.minimum)
    if terms.cap is not None:
        accrued = min(accrued, cents(debt.total * terms.cap))
    return max(NOTHING, accrued - debt.damages_settled)


def exact(debt: Debt, terms: DamagesTerms, *, residential: bool, since: date, today: date) -> Decimal:
    """Adds up rate x what was outstanding over the days after `since` through `today`, without rounding."""
    first = max(debt.due + DAY * (1 if terms.first_day else 2), since + DAY)
    spans = pairwise(_edges(debt, terms, first, today + DAY))
    return sum((_span(debt, terms, residential, start, end) for start, end in spans), Decimal(0))


def _edges(debt: Debt, terms: DamagesTerms, first: date, end: date) -> Iterator[date]:
    """The days on which the rate or what is outstanding changes, from `first` to `end`."""
    changes = {part.day + _lag(terms) for part in debt.settled} | {date(debt.due.year + 1, 1, 1)}
    yield from (first, *sorted(day for day in changes if first < day < end), end) if first < end else ()


def _span(debt: Debt, terms: DamagesTerms, residential: bool, start: date, end: date) -> Decimal:
    paid = sum((part.amount for part in debt.settled if part.day + _lag(terms) <= start), NOTHING)
    outstanding = max(NOTHING, debt.total - paid)
    return outstanding * _rate(terms, residential, start, debt.due) * (end - start).days


def _rate(terms: DamagesTerms, residential: bool, day: date, due: date) -> Decimal:
    if residential:
        return terms.resident
    return terms.other if day.year <= due.year else terms.other_later_years


def _lag(terms: DamagesTerms) -> timedelta:
    """When the payment day counts, what is paid on a day is outstanding until its end."""
    return DAY if terms.payment_day else timedelta(0)
