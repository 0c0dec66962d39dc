"""Writes an event into the outbox, in the transaction of the change that it tells of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from runtime.postgres import Connection


@dataclass(frozen=True)
class Event:
    """One thing a customer, an agent or a notice may care about.

    Attributes:
        type: `<subject>.<what happened>`, one of contracts/utility-events.schema.json.
        at: when it happened, by the company's clock.
        subject: the number of what it happened to: an order, outage, bill, payment.
        account_no: the account concerned, empty when it is about an area.
        area_ids: the transformer areas concerned, when it is about those.
        data: what a reader needs to speak of it without asking; masked like every answer.
    """

    type: str
    at: datetime
    subject: str
    account_no: str = ""
    area_ids: tuple[str, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)


async def emit(connection: Connection, event: Event) -> None:
    """Writes `event` into the outbox; it leaves the company after the transaction has committed."""
    await connection.execute(
        "insert into events (type, at, subject, account_no, area_ids, data) values ($1, $2, $3, $4, $5, $6)",
        *(event.type, event.at, event.subject, event.account_no or None, list(event.area_ids), event.data),
    )
