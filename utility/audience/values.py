"""Those whom a notice concerns, as frozen values."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Wish:
    """Whether a type of notice goes by a channel."""

    notice_type: str
    channel: str
    enabled: bool


def holder_mark(name: str, phone: str) -> str:
    """Returns the same mark for the same name and phone, and says neither."""
    return hashlib.sha256(f"{name}\n{phone}".encode()).hexdigest()[:24]


@dataclass(frozen=True)
class Member:
    """An account that a notice concerns, unmasked: it leaves the company only through `wire`.

    Attributes:
        customer: the holder's number, the same for everything they hold.
        holder_mark: the same mark for the same name and phone: one person kept twice shows by it.
        email: where the holder wants mail; empty: nowhere.
        tags: what the company knows of its customer (utility/data/accounts.yml).
        people: who is bound to it, first bound first: channel and user of each.
    """

    account_no: str
    area_id: str
    estate: str
    building: str
    phone: str
    email: str
    customer: str
    holder_mark: str
    tags: tuple[str, ...]
    people: tuple[tuple[str, str], ...]
    wishes: tuple[Wish, ...]
