"""How invoices look on the wire."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from backend.models import Invoice
from backend.wire.reading import Json


def invoice(content: Json) -> Invoice:
    """Reads an invoice."""
    return Invoice(
        invoice_no=content["invoice_no"],
        account_no=content["account_no"],
        period=content["period"],
        kind=content["kind"],
        title=content["title"],
        tax_no=content["tax_no"],
        amount=Decimal(content["amount"]),
        state=content["state"],
        issued_at=datetime.fromisoformat(content["issued_at"]),
    )
