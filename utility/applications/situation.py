"""What the preconditions of an application look at: the account, its money, what was filled in, as of a day. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from utility.applications.figures import Figures
from utility.applications.values import Facts
from utility.orders.worktime import Calendar


@dataclass(frozen=True)
class Supply:
    """An account as its preconditions see it; `transformers` are the kW of each, where they are known."""

    account_no: str
    name: str
    status: str
    plan: str
    area_id: str
    phase: str
    capacity_kw: Decimal
    tou_since: date | None = None
    transformers: tuple[Decimal, ...] = ()
    open_case: bool = False
    reduced: bool = False
    down_since: date | None = None


@dataclass(frozen=True)
class Situation:
    """Everything the checks look at.

    Attributes:
        supply: the account, None for a place without one.
        overdue, damages, payable: the money of the account.
        other_order: the application in progress on the account, empty when there is none.
        live_meter: the place has a meter in use.
        persons: the digests of the people counted here; `strange` how many numbers were unreadable.
        elsewhere: which of them are counted on another account.
        other: the second account of a merger, None when it is not the applicant's or owes something.
    """

    today: date
    calendar: Calendar
    figures: Figures
    facts: Facts
    supply: Supply | None = None
    overdue: Decimal = Decimal("0.00")
    damages: Decimal = Decimal("0.00")
    payable: Decimal = Decimal("0.00")
    other_order: str = ""
    live_meter: bool = False
    persons: tuple[str, ...] = ()
    strange: int = 0
    elsewhere: frozenset[str] = frozenset()
    other: Supply | None = None

    @property
    def capacity(self) -> Decimal | None:
        """The capacity that was asked for."""
        try:
            return Decimal(self.facts["capacity_kw"])
        except (KeyError, InvalidOperation):
            return None

    def day(self, name: str) -> date | None:
        """Returns a day that was filled in."""
        return date.fromisoformat(self.facts[name]) if self.facts.get(name) else None
