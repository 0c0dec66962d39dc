"""Events on their way out, and who takes them, as frozen values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, order=True)
class Position:
    """A place in the stream of events: what was committed in the order of its transactions."""

    transaction: int
    event: int


START = Position(0, 0)


@dataclass(frozen=True)
class Told:
    """One event as it leaves the company."""

    position: Position
    type: str
    at: datetime
    subject: str
    account_no: str | None
    area_ids: tuple[str, ...]
    data: dict[str, Any]

    @property
    def event_id(self) -> str:
        """Tells repeats of the same event."""
        return str(self.position.event)


@dataclass(frozen=True)
class Subscriber:
    """Somebody who is told: where, signed with what, and how far they are.

    Attributes:
        types: what they take: `order.closed`, every `order.*`, or `*`.
        after: the last event they have, or had to give up.
        next_try_at: not before, after a failure.
        batch: how many events one call may bring; 1: each by itself.
    """

    subscriber_id: str
    client: str
    url: str
    secret: str
    types: tuple[str, ...]
    created_at: datetime
    after: Position
    failures: int
    failing_since: datetime | None
    next_try_at: datetime | None
    last_error: str
    batch: int = 1

    def wants(self, type_: str) -> bool:
        """Tells whether an event of this type is for them."""
        return wanted(self.types, type_)


@dataclass(frozen=True)
class DeadDelivery:
    """An event that a subscriber never took: a person has to look."""

    dead_no: int
    subscriber_id: str
    url: str
    event_id: str
    type: str
    subject: str
    at: datetime
    failures: int
    error: str


def wanted(types: Sequence[str], type_: str) -> bool:
    """Tells whether a list of types and `<subject>.*` patterns takes a type; `*` takes every one."""
    return "*" in types or type_ in types or f"{type_.partition('.')[0]}.*" in types
