"""What crosses the seam about whom a notice concerns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AudienceWish:
    """Whether a type of notice goes by a channel."""

    notice_type: str
    channel: str
    enabled: bool


@dataclass(frozen=True)
class AudienceMember:
    """An account that a notice concerns.

    Attributes:
        email: where its holder wants mail, if anywhere.
        customer: its holder's number, the same for everything they hold.
        holder_mark: the same mark for the same name and phone: one person kept twice shows by it.
        phone: the one on file, whole for whoever may see it.
        tag_kinds: what care its customer needs: `life_support`, `alone`, `key_account`, `continuous_production` ...
        people: who is bound to it, first bound first: channel and user of each.
        facts, troubles: how it stands to an offer (`backend.models.Standing`), where that was asked for.
    """

    account_no: str
    area_id: str
    estate: str
    building: str
    phone: str
    tag_kinds: tuple[str, ...] = ()
    people: tuple[tuple[str, str], ...] = ()
    wishes: tuple[AudienceWish, ...] = ()
    email: str = ""
    customer: str = ""
    holder_mark: str = ""
    facts: tuple[str, ...] = ()
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True)
class AudiencePage:
    """The next accounts, by number; no cursor: these were the last."""

    members: tuple[AudienceMember, ...]
    cursor: str
