"""A wider first tier or peak-valley prices: what the books let one estimate, never a promise."""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any

from actions.base import Event, open_form
from actions.visit import Visit
from actions.wording import energy, money
from backend.errors import NotFound
from backend.models import BoundAccount, UsageMonth


async def tell_comparison(visit: Visit, form: str) -> list[Event]:
    """Sets the two beside each other for the home that is bound, and offers the one that fits."""
    bound = await visit.bindings()
    account = bound[0] if len(bound) == 1 else None
    month = await _newest(visit, account) if account else None
    saved = await _saved_by_tier(visit, account, month) if account and month else None
    if account is None or month is None or saved is None:
        visit.say("utter_application_compare_rule")
    else:
        values = {"month": visit.wording.month(month.period), "kwh": energy(month.kwh), "saved": money(saved)}
        visit.say("utter_application_compare", tail=account.tail, **values)
    count = persons_said(visit)
    enough = count is None or count >= int(visit.wording.value("multi_least"))
    suggested = visit.wording.value("kind_multi" if enough else "kind_tou")
    cleared: dict[str, Any] = {"apply_type": None, "apply_suggest": suggested, "apply_told": None}
    return open_form(visit, form, **cleared)


def persons_said(visit: Visit) -> int | None:
    """How many people live there, if the message says so."""
    found = visit.wording.patterns["persons"].search(unicodedata.normalize("NFKC", visit.text))
    if not found:
        return None
    return int(found.group(1)) if found.group(1).isdigit() else int(visit.wording.spoken_digits.get(found.group(1), 0))


async def _newest(visit: Visit, account: BoundAccount) -> UsageMonth | None:
    try:
        months = (await visit.backend.usage_months(account.account_no, visit.user)).months
    except NotFound:
        return None
    return months[-1] if months else None


async def _saved_by_tier(visit: Visit, account: BoundAccount, month: UsageMonth) -> Decimal | None:
    """What a first tier that is wider would have saved in a month; nothing where it is billed otherwise."""
    try:
        tariff = await visit.backend.tariff(account.account_no, visit.user, on=date.fromisoformat(f"{month.period}-01"))
    except NotFound:
        return None
    if len(tariff.tiers) < 2 or tariff.tiers[0].up_to is None or tariff.account_period != "monthly":
        return None
    wider = Decimal(visit.wording.value("multi_plus"))
    moved = max(Decimal(0), min(wider, month.kwh - tariff.tiers[0].up_to))
    return moved * (tariff.tiers[1].price - tariff.tiers[0].price)
