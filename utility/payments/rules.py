"""The arithmetic of what an account owes and how a sum is shared out: pure functions of facts, terms and day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from utility.accounts.values import Account
from utility.billing.rules import NOTHING, day_cost, energy_charge
from utility.billing.tariffs import Tariffs
from utility.billing.values import DayUsage
from utility.payments.damages import damages
from utility.payments.terms import DamagesTerms
from utility.payments.values import Claim, Debt, Money, Share

TermsOf = Callable[[Debt], DamagesTerms]
RECENT_DAYS = 7  # what "a day" costs a prepaid account is the mean of its last week


def claims(debts: Sequence[Debt], terms_of: TermsOf, *, residential: bool, today: date) -> list[Claim]:
    """Lists what each bill that is not settled asks for today, oldest first."""
    found = [
        Claim(
            period=debt.period,
            principal=max(NOTHING, debt.remaining),
            damages=damages(debt, terms_of(debt), residential=residential, today=today),
            late=debt.due < today,
        )
        for debt in sorted(debts, key=lambda debt: debt.period)
    ]
    return [claim for claim in found if claim.principal or claim.damages]


def share_out(amount: Decimal, claimed: Sequence[Claim], *, damages_first: bool = True) -> list[Share]:
    """Shares a sum out: the oldest bill with its damages first; what no bill asks for is in no share."""
    left, shares = amount, []
    for claim in claimed:
        for book, asked in _asked(claim, damages_first):
            part = min(left, asked)
            if part > 0:
                shares.append(Share(claim.period, book, part))
                left -= part
    return shares


def _asked(claim: Claim, damages_first: bool) -> Iterator[tuple[str, Decimal]]:
    both = [("damages", claim.damages), ("bill", claim.principal)]
    yield from both if damages_first else reversed(both)


def money(
    account: Account, claimed: Sequence[Claim], credit: Decimal, days: Sequence[DayUsage], tariff: Tariffs
) -> Money:
    """Computes how an account stands.

    Args:
        account: whose money it is.
        claimed: what its bills ask for today.
        credit: what was paid in and is used for no bill.
        days: the running month, oldest first.
        tariff: prices of the running month.
    """
    balance, days_left = credit, None
    if account.billing == "prepaid" and account.status != "closed":
        balance = credit - energy_charge(account, days, tariff)
        days_left = left_days(account, balance, days, tariff)
    return Money(
        account_no=account.account_no,
        billing=account.billing,
        balance=balance,
        owed=_total(claim.principal for claim in claimed),
        overdue=_total(claim.principal for claim in claimed if claim.late),
        damages=_total(claim.damages for claim in claimed),
        days_left=days_left,
    )


def per_day(account: Account, days: Sequence[DayUsage], tariff: Tariffs) -> Decimal | None:
    """Computes what a day costs now: the mean of the last week at the price of the tier reached; None unread."""
    return day_cost(account, days, tariff, RECENT_DAYS)


def left_days(account: Account, balance: Decimal, days: Sequence[DayUsage], tariff: Tariffs) -> int | None:
    """Computes for how many days a prepaid balance lasts."""
    cost = per_day(account, days, tariff)
    return max(0, int(balance / cost)) if cost else None


def _total(parts: Iterator[Decimal]) -> Decimal:
    return sum(parts, NOTHING)
