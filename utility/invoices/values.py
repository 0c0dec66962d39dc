"""Invoices as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class InvoiceDraft:
    """What somebody wants invoiced: `electronic` for anybody, `special` for a general taxpayer."""

    account_no: str
    period: str
    kind: str
    title: str
    tax_no: str = ""


@dataclass(frozen=True)
class Invoice:
    """An invoice of one paid bill."""

    invoice_no: str
    account_no: str
    period: str
    kind: str
    title: str
    tax_no: str
    amount: Decimal
    state: str
    issued_at: datetime


@dataclass(frozen=True)
class Title:
    """A title whose papers were seen."""

    title: str
    tax_no: str
    general_taxpayer: bool
