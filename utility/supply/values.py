"""The ladder's facts and steps as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class Facts:
    """What decides about an account's next step.

    Attributes:
        billing: postpaid or prepaid.
        tags: what is known of who lives there.
        arrears: what is overdue with its damages; of a prepaid account what it is below zero.
        late_since: the last payment day of the oldest overdue bill.
        low: whether a prepaid balance is at or below its warning limit.
        balance: what a prepaid account has left; None of a postpaid one.
    """

    billing: str
    tags: tuple[str, ...]
    arrears: Decimal
    late_since: date | None = None
    low: bool = False
    balance: Decimal | None = None

    @property
    def owing(self) -> bool:
        """Whether anything is asked for at all."""
        return self.arrears > 0 or self.low


@dataclass(frozen=True)
class Step:
    """One step of the ladder: `low`, `reminded`, `letter`, `final`, `cut`, `withdrawn`, `handed_over`, `settled`.

    Attributes:
        rank: of a reminder, which one.
        cut_on: of a letter, the day it names.
    """

    step: str
    at: datetime
    rank: int = 0
    cut_on: date | None = None


@dataclass(frozen=True)
class SupplyCase:
    """One account's way along the ladder."""

    case_no: int
    account_no: str
    state: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Reconnect:
    """Power on its way back."""

    reconnect_no: str
    account_no: str
    kind: str
    state: str
    requested_at: datetime
    due_at: datetime
    order_no: str | None
    done_at: datetime | None
    ends_at: datetime | None
