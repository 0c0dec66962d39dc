"""Those whom a notice concerns, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wish:
    """Whether a type of notice goes by a channel."""

    notice_type: str
    channel: str
    enabled: bool


@dataclass(frozen=True)
class Member:
    """An account that a notice concerns, unmasked: it leaves the company only through `wire`.

    Attributes:
        tags: what the company knows of its customer (utility/data/accounts.yml).
        people: who is bound to it, first bound first: channel and user of each.
    """

    account_no: str
    area_id: str
    estate: str
    building: str
    phone: str
    tags: tuple[str, ...]
    people: tuple[tuple[str, str], ...]
    wishes: tuple[Wish, ...]
