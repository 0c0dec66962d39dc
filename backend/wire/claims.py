"""How claims for appliances look on the wire."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from backend.models import (
    ApplianceCategory,
    ApplianceClaim,
    ApplianceItem,
    AssessedAppliance,
    ClaimFiling,
    ClaimPage,
    ClaimTable,
)
from backend.wire.reading import Json, read_time


def claim(content: Json) -> ApplianceClaim:
    """Reads a claim with its items."""
    same = (
        "claim_no", "account_no", "status", "active", "text", "contact_phone_masked", "outage_no", "findings", "cause",
        "cause_text", "refusal", "refusal_text", "pay_by", "payment_ref",
    )  # fmt: skip
    return ApplianceClaim(
        **{name: content[name] for name in same},
        filed=datetime.fromisoformat(content["filed"]),
        happened=datetime.fromisoformat(content["happened"]),
        visit_by=datetime.fromisoformat(content["visit_by"]),
        visited=read_time(content["visited"]),
        paid_at=read_time(content["paid_at"]),
        offered=_amount(content["offered"]),
        paid=_amount(content["paid"]),
        items=tuple(_item(item) for item in content["items"]),
    )


def claim_page(content: Json) -> ClaimPage:
    """Reads a page of claims."""
    return ClaimPage(tuple(claim(one) for one in content["claims"]), content["next_cursor"])


def table(content: Json) -> ClaimTable:
    """Reads what may be claimed for."""
    return ClaimTable(
        full_price_months=content["full_price_months"],
        floor=Decimal(content["floor"]),
        most_items=content["most_items"],
        categories=tuple(
            ApplianceCategory(one["category"], one["name"], one["life_years"], tuple(one["examples"]))
            for one in content["categories"]
        ),
    )


def filing_body(filing: ClaimFiling) -> dict[str, Any]:
    """Writes a claim."""
    return {
        "account_no": filing.account_no,
        "happened_at": filing.happened_at.isoformat(),
        "text": filing.text,
        "contact_phone": filing.contact_phone,
        **items_body(filing.items),
    }


def items_body(items: Iterable[ApplianceItem]) -> dict[str, Any]:
    """Writes a list of items."""
    return {
        "items": [
            {
                "category": item.category,
                "name": item.name,
                "bought_on": item.bought_on.isoformat(),
                "price": f"{item.price:f}",
                "receipt": item.receipt,
            }
            for item in items
        ]
    }


def _item(content: Json) -> AssessedAppliance:
    same = ("item_no", "category", "category_name", "name", "receipt", "outcome", "life_years", "note")
    return AssessedAppliance(
        **{name: content[name] for name in same},
        bought_on=date.fromisoformat(content["bought_on"]),
        price=Decimal(content["price"]),
        amount=_amount(content["amount"]),
    )


def _amount(value: str | None) -> Decimal | None:
    return Decimal(value) if value is not None else None
