"""What crosses the seam of money; money is Decimal, times are aware in Asia/Shanghai."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class Money:
    """How an account stands: unused `balance`, `owed` (all unpaid bills), of it `overdue`, with `damages`."""

    account_no: str
    billing: str
    balance: Decimal
    owed: Decimal
    overdue: Decimal
    damages: Decimal
    payable: Decimal
    reconnect: Decimal
    days_left: int | None = None
