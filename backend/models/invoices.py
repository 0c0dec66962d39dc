"""What crosses the seam of invoices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class Invoice:
    """The invoice of one paid bill: `electronic` or `special`."""

    invoice_no: str
    account_no: str
    period: str
    kind: str
    title: str
    tax_no: str
    amount: Decimal
    state: str
    issued_at: datetime
