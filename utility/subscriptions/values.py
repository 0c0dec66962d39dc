"""Notices and wishes about them, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class NoticeType:
    """A kind of notice; an `always` one keeps a channel, a `limited` one has a limit."""

    name: str
    always: bool = False
    limited: bool = False


@dataclass(frozen=True)
class NoticeRules:
    """Which notices there are and by which channels they go."""

    types: Mapping[str, NoticeType]
    channels: tuple[str, ...]
    fallback: str
    own: Mapping[str, str]

    def own_channel(self, channel: str) -> str:
        """Returns where the notices of a person at `channel` go when they name none."""
        return self.own.get(channel, self.fallback)


@dataclass(frozen=True)
class Subscription:
    """Whether notices of a type go by a channel."""

    account_no: str
    notice_type: str
    channel: str
    enabled: bool
    threshold: Decimal | None
    set_at: datetime


@dataclass(frozen=True)
class NoticeWish:
    """What somebody wants of a type of notice; no channel: their own when on, every one when off."""

    notice_type: str
    enabled: bool
    channel: str = ""
    threshold: Decimal | None = None
