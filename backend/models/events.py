"""What the company tells: events, as they come by webhook or are read after a downtime."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class CompanyEvent:
    """One thing that happened; it may arrive more than once, `event_id` tells the repeats.

    Attributes:
        type: one of contracts/utility-events.schema.json.
        subject: the number of what it happened to: an order, outage, bill, payment.
        account_no: the account concerned, empty when it is about an area.
    """

    event_id: str
    type: str
    at: datetime
    subject: str
    account_no: str = ""
    area_ids: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class EventSubscriber:
    """Where the company sends events to; its secret is told once, when it is registered.

    Attributes:
        batch: how many events one call may bring.
    """

    subscriber_id: str
    url: str
    types: tuple[str, ...]
    secret: str = ""
    batch: int = 1


@dataclass(frozen=True)
class EventPage:
    """The next events, oldest first, and the cursor to go on from, now or after a downtime."""

    events: tuple[CompanyEvent, ...]
    cursor: str
