"""What crosses the seam of cases and work orders of every kind; times are aware in Asia/Shanghai."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class CaseFiling:
    """What a customer wants filed; kind and type are those of the taxonomy.

    Attributes:
        kind: complaint, report, opinion, praise or request.
        secrecy: 匿名 (the company does not know who), 保密 (it knows and tells nobody), 实名, or empty.
        media: the customer speaks of media.
        callback_declined: they want no call-back.
    """

    kind: str
    type: str
    text: str
    account_no: str = ""
    contact_phone: str = ""
    secrecy: str = ""
    media: bool = False
    callback_declined: bool = False


@dataclass(frozen=True)
class OrderLine:
    """One line of an order's story; `by` is customer, staff or system."""

    at: datetime
    by: str
    what: str
    status: str
    note: str = ""


@dataclass(frozen=True)
class WorkOrder:
    """An order of any kind (工单): where it stands, who is answerable, when its limit ends, what was replied.

    Attributes:
        due: when the published limit ends; None while the clock stands (`paused`) or without a limit.
        used_percent: of the limit, counted in whole workdays where it counts workdays; None without a limit.
        contact_by: when somebody has to have spoken with the customer.
        confirmed: what the customer said of the reply; None: not yet.
        timeline: empty in lists.
    """

    order_no: str
    kind: str
    type: str
    status: str
    open: bool
    owner: str
    filed: datetime
    due: datetime | None = None
    paused: bool = False
    used_percent: int | None = None
    contact_by: datetime | None = None
    contacted: datetime | None = None
    replied: datetime | None = None
    closed: datetime | None = None
    level: str = ""
    secrecy: str = ""
    account_no: str = ""
    parent_no: str = ""
    resolution: str = ""
    confirmed: bool | None = None
    disputes: int = 0
    reopened: int = 0
    rating: int | None = None
    text: str = ""
    reply: Mapping[str, str] = field(default_factory=dict)
    urges: int = 0
    timeline: tuple[OrderLine, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A picture that a customer adds to an order; the bytes stay in our own store under `media_id`."""

    media_id: str
    name: str
    mime: str
    size: int
    note: str = ""


@dataclass(frozen=True)
class CaseFacts:
    """What the company's own books say about a case: the outages that count, the applications that are late."""

    outages: tuple[str, ...] = ()
    frequent: bool = False
    told_before: int = 0
    late_applications: tuple[str, ...] = ()


@dataclass(frozen=True)
class TakenCase:
    """A case as it was taken; `reclassified` says why it is not what was asked for, else it is empty."""

    order: WorkOrder
    asked_kind: str
    asked_type: str
    reclassified: str
    facts: CaseFacts


@dataclass(frozen=True)
class Urged:
    """An urge: `dispatched` to the owner, or only recorded; the next one is dispatched from `next_from` on."""

    urge_no: str
    order_no: str
    dispatched: bool
    at: datetime
    next_from: datetime
