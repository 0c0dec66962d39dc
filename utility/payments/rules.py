"""The arithmetic of what an account owes: pure functions of its bills, credit, policy and day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from utility.accounts.values import Account
from utility.billing.rules import NOTHING, cents, energy_charge, tier_of
from utility.billing.values import Bill, DayUsage
from utility.payments.values import Money
from utility.policy import Policy, Tariff

RECENT_DAYS = 7  # what "a day" costs a prepaid account is the mean of its last week


def damages(bill: Bill, account: Account, policy: Policy, today: date) -> Decimal:
    """Computes the late damages of one unpaid bill: from the day after the last payment day through today."""
    days = max(0, (today - bill.due).days)
    rate = policy.damages_resident if account.residential else policy.damages_other
    return cents(bill.total * rate * days)


def money(
    account: Account, bills: Sequence[Bill], credit: Decimal, days: Sequence[DayUsage], policy: Policy, today: date
) -> Money:
    """Computes how an account stands.

    Args:
        account: whose money it is.
        bills: every bill issued so far.
        credit: what was paid in and is not tied to a bill.
        days: the running month, oldest first.
        policy: rates and tiers.
        today: the day it is asked on.
    """
    unpaid = [bill for bill in bills if bill.status == "unpaid"]
    late = [bill for bill in unpaid if bill.due < today]
    balance, days_left = credit, None
    if account.billing == "prepaid":
        settled = _total([bill for bill in bills if bill.status == "settled_from_balance"])
        balance = account.opening_balance + credit - settled - energy_charge(account, days, policy.tariff)
        days_left = _days_left(account, balance, days, policy.tariff)
    fine = sum((damages(bill, account, policy, today) for bill in late), NOTHING)
    return Money(account.account_no, account.billing, balance, _total(unpaid), _total(late), fine, days_left)


def _days_left(account: Account, balance: Decimal, days: Sequence[DayUsage], tariff: Tariff) -> int | None:
    recent = days[-RECENT_DAYS:]
    if not recent:
        return None
    tier = tier_of(sum((d.kwh for d in days), Decimal(0)), tariff.bounds(account.plan, recent[-1].day.month))[0]
    per_day = cents(sum((d.kwh for d in recent), Decimal(0)) * tariff.price[tier - 1] / len(recent))
    return max(0, int(balance / per_day)) if per_day else None


def _total(bills: Sequence[Bill]) -> Decimal:
    return sum((bill.total for bill in bills), NOTHING)
