"""Claims, their items and the table they are measured by, as frozen values; money is Decimal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum


class Outcome(str, Enum):
    """What becomes of an item: repaired at the company's cost, paid for, or not the company's matter."""

    REPAIR = "repair"
    COMPENSATE = "compensate"
    REFUSE = "refuse"


class PayBy(str, Enum):
    """How an amount reaches the customer: as credit on the account, or to their bank."""

    CREDIT = "credit"
    TRANSFER = "transfer"


@dataclass(frozen=True)
class ClaimRules:
    """What the company has decided: days to tell, hours to visit, for whom."""

    window: timedelta
    visit: timedelta
    residents_only: bool


@dataclass(frozen=True)
class Category:
    """A kind of appliance and how long one lives."""

    category_id: str
    name: str
    life_years: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class ClaimTable:
    """utility/data/appliance_claims.yml: lives, the months at full price, the floor, causes, refusals, who answers.

    `after_restore`: power that comes back may break things, too; `paid` and `repaired` are the words of the reply.
    """

    full_price_months: int
    floor: Decimal
    most_items: int
    most_price: Decimal
    after_restore: timedelta
    categories: Mapping[str, Category]
    causes: Mapping[str, str]
    refusals: Mapping[str, str]
    owner: str
    paid: str
    repaired: str


@dataclass(frozen=True)
class Item:
    """One appliance as the customer lists it."""

    category: str
    name: str
    bought_on: date
    price: Decimal
    receipt: bool


@dataclass(frozen=True)
class AssessedItem:
    """One appliance of a claim, with what was decided about it; `amount` is None until then."""

    item_no: int
    item: Item
    outcome: Outcome | None = None
    life_years: int | None = None
    amount: Decimal | None = None
    note: str = ""


@dataclass(frozen=True)
class Filing:
    """What a customer files."""

    account_no: str
    happened_at: datetime
    text: str
    contact_phone: str = ""
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What the visitor decides about one item."""

    item_no: int
    outcome: Outcome
    note: str = ""


@dataclass(frozen=True)
class Claim:
    """A claim; where it stands is its work order's state.

    Attributes:
        outage_no: the event of the network that it is tied to, if there was one.
        visit_by: until when somebody has to have come.
        cause, refusal: one of the table's, once decided; never both.
        offered: the sum offered; None until then.
    """

    claim_no: str
    account_no: str
    status: str
    active: bool
    filed_at: datetime
    happened_at: datetime
    text: str
    contact_phone: str
    outage_no: str | None
    visit_by: datetime
    visited_at: datetime | None
    findings: str
    cause: str
    refusal: str
    offered: Decimal | None
    pay_by: PayBy | None
    paid: Decimal | None
    paid_at: datetime | None
    payment_ref: str
    items: tuple[AssessedItem, ...] = ()
