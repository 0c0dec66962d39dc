"""How invoices look outside."""

from __future__ import annotations

from utility.counter.shown import Json, shown_number, shown_time
from utility.invoices.values import Invoice


def invoice(value: Invoice) -> Json:
    """Shows an invoice."""
    return {
        "invoice_no": value.invoice_no,
        "account_no": value.account_no,
        "period": value.period,
        "kind": value.kind,
        "title": value.title,
        "tax_no": value.tax_no,
        "amount": shown_number(value.amount),
        "state": value.state,
        "issued_at": shown_time(value.issued_at),
    }
