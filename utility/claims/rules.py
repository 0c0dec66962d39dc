"""What is owed for a broken appliance, and who may claim: pure, the caller says when. Money is Decimal, to the cent.

Up to some months old the full price; afterwards price x (1 - age / life), age in whole months, rounded half up; never
under a share of the price, which is rounded up, so that it is never less by a fraction of a cent.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from runtime.clock import SHANGHAI
from utility.claims.values import AssessedItem, ClaimRules, ClaimTable, Item, Outcome, Verdict
from utility.errors import Clash, NotKnown

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")
_MONTHS = 12


def age_months(bought_on: date, day: date) -> int:
    """Counts the whole months from a purchase to a day; a month is whole on the same day of a later one."""
    months = (day.year - bought_on.year) * _MONTHS + day.month - bought_on.month
    return max(0, months - (day.day < bought_on.day))


def compensation(price: Decimal, bought_on: date, day: date, life_years: int, table: ClaimTable) -> Decimal:
    """Returns what is paid for an appliance of that price that broke on `day`."""
    age, life = age_months(bought_on, day), life_years * _MONTHS
    if day <= _months_later(bought_on, table.full_price_months):
        return price.quantize(CENT, ROUND_HALF_UP)
    left = (price * max(0, life - age) / life).quantize(CENT, ROUND_HALF_UP)
    least = (price * table.floor).quantize(CENT, ROUND_CEILING)
    return min(price, max(left, least))


def assessed(item: AssessedItem, verdict: Verdict, happened_on: date, table: ClaimTable) -> AssessedItem:
    """Decides one item: only what is compensated has an amount."""
    life = table.categories[item.item.category].life_years
    amount = NOTHING
    if verdict.outcome is Outcome.COMPENSATE:
        amount = compensation(item.item.price, item.item.bought_on, happened_on, life, table)
    return AssessedItem(item.item_no, item.item, verdict.outcome, life, amount, verdict.note)


def offered(items: Iterable[AssessedItem]) -> Decimal:
    """Adds up what is offered for the items."""
    return sum((item.amount for item in items if item.amount is not None), NOTHING)


def check_filing(residential: bool, happened_at: datetime, rules: ClaimRules, now: datetime) -> None:
    """Lets a claim through: a home's, of something that happened, told in time.

    Raises:
        Clash: `claim.not_residential`, `claim.not_happened`, `claim.too_late`.
    """
    if rules.residents_only and not residential:
        raise Clash("claim.not_residential", "Only homes claim this way; a business has its contract.")
    if happened_at > now:
        raise Clash("claim.not_happened", "The event lies in the future.")
    if now - happened_at > rules.window:
        last = (happened_at + rules.window).astimezone(SHANGHAI).isoformat()
        raise Clash("claim.too_late", "It had to be told within the days of the rule.", told_until=last)


def check_items(items: Sequence[Item], already: int, happened_on: date, table: ClaimTable) -> None:
    """Lets a list of items through.

    Raises:
        Clash: `claim.items_many`, `item.category`, `item.price`, `item.bought_late` (after the event).
    """
    if already + len(items) > table.most_items:
        raise Clash("claim.items_many", "One claim holds only so many items.", most=table.most_items)
    for item in items:
        _check_item(item, happened_on, table)


def check_verdicts(items: Sequence[AssessedItem], verdicts: Sequence[Verdict]) -> None:
    """Lets the decision through when it says one thing about every item.

    Raises:
        NotKnown: `item.unknown`.
        Clash: `claim.items_open`, an item is left out or named twice, or there is none.
    """
    known, named = {item.item_no for item in items}, [verdict.item_no for verdict in verdicts]
    if set(named) - known:
        raise NotKnown("item.unknown", "The claim has no such item.")
    if not named or sorted(named) != sorted(known):
        raise Clash("claim.items_open", "Every item of the claim is decided, once.")


def _check_item(item: Item, happened_on: date, table: ClaimTable) -> None:
    if item.category not in table.categories:
        known = ", ".join(sorted(table.categories))
        raise Clash("item.category", "There is no such kind of appliance.", known=known)
    if not CENT <= item.price <= table.most_price:
        raise Clash("item.price", "The price is nothing, negative or beyond belief.", most=str(table.most_price))
    if item.bought_on > happened_on:
        raise Clash("item.bought_late", "It was bought after the event.")


def _months_later(day: date, months: int) -> date:
    """Returns the same day so many months later, the last of the month when there is no such day."""
    year, month = divmod(day.year * _MONTHS + day.month - 1 + months, _MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
