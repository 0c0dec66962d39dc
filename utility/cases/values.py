"""A case as a customer files it, and what the company's own books say about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from utility.orders.values import WorkOrder


@dataclass(frozen=True)
class Filing:
    """What a customer wants filed: kind and type as the taxonomy names them."""

    kind: str
    type: str
    text: str
    account_no: str = ""
    contact_phone: str = ""
    secrecy: str = ""
    media: bool = False
    callback_declined: bool = False


@dataclass(frozen=True)
class Facts:
    """What the books say about the matter: the outages that count, the orders told before, the applications late."""

    outages: tuple[str, ...] = ()
    frequent: bool = False
    since: date | None = None
    complained_on_line: str = ""
    told_before: tuple[str, ...] = ()
    late_applications: tuple[str, ...] = ()


@dataclass(frozen=True)
class Taken:
    """A case that was taken: as another kind than asked for when the facts do not carry that; `why` says which."""

    order: WorkOrder
    asked_kind: str
    asked_type: str
    why: str
    facts: Facts
