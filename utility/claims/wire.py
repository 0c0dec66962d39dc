"""How claims look outside: phones masked, money as decimal text."""

from __future__ import annotations

from runtime.privacy import mask_phone
from utility.claims.values import AssessedItem, Claim, ClaimTable
from utility.counter.shown import Json, shown_number, shown_time


def claim(value: Claim, table: ClaimTable) -> Json:
    """Shows a claim with its items; `cause_text` and `refusal_text` are the words for the customer."""
    return {
        "claim_no": value.claim_no,
        "account_no": value.account_no,
        "status": value.status,
        "active": value.active,
        "filed": shown_time(value.filed_at),
        "happened": shown_time(value.happened_at),
        "text": value.text,
        "contact_phone_masked": mask_phone(value.contact_phone),
        "outage_no": value.outage_no,
        "visit_by": shown_time(value.visit_by),
        "visited": shown_time(value.visited_at),
        "findings": value.findings,
        "cause": value.cause,
        "cause_text": table.causes.get(value.cause, ""),
        "refusal": value.refusal,
        "refusal_text": table.refusals.get(value.refusal, ""),
        "offered": shown_number(value.offered) if value.offered is not None else None,
        "pay_by": value.pay_by.value if value.pay_by else None,
        "paid": shown_number(value.paid) if value.paid is not None else None,
        "paid_at": shown_time(value.paid_at),
        "payment_ref": value.payment_ref,
        "items": [_item(item, table) for item in value.items],
    }


def table(value: ClaimTable) -> Json:
    """Shows what is claimed for, and by which figures."""
    return {
        "full_price_months": value.full_price_months,
        "floor": shown_number(value.floor),
        "most_items": value.most_items,
        "categories": [
            {
                "category": category.category_id,
                "name": category.name,
                "life_years": category.life_years,
                "examples": list(category.examples),
            }
            for category in value.categories.values()
        ],
    }


def _item(value: AssessedItem, table: ClaimTable) -> Json:
    category = table.categories.get(value.item.category)
    return {
        "item_no": value.item_no,
        "category": value.item.category,
        "category_name": category.name if category else "",
        "name": value.item.name,
        "bought_on": value.item.bought_on.isoformat(),
        "price": shown_number(value.item.price),
        "receipt": value.item.receipt,
        "outcome": value.outcome.value if value.outcome else None,
        "life_years": value.life_years,
        "amount": shown_number(value.amount) if value.amount is not None else None,
        "note": value.note,
    }
