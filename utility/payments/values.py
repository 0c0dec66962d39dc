"""How an account stands, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Money:
    """How an account stands at a moment."""

    account_no: str
    billing: str
    balance: Decimal
    owed: Decimal
    overdue: Decimal
    damages: Decimal
    days_left: int | None

    @property
    def payable(self) -> Decimal:
        """Everything that is unpaid."""
        return self.owed + self.damages

    @property
    def reconnect(self) -> Decimal:
        """What must be paid before a cut-off account is switched on again."""
        return self.overdue + self.damages
