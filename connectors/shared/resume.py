"""What a door needs to let a customer go on in another door: a code, made by the house."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from conversation.identity import ChannelName, ChannelUser

# Draws the picture to be scanned for a code; nothing when the platform will not have it now.
DrawResume = Callable[[str], Awaitable[bytes | None]]


@dataclass(frozen=True)
class ResumeCode:
    """A code that takes this conversation to another door, once, until it expires; `seconds` is its life."""

    code: str
    expires_at: datetime
    seconds: int


class Resuming(Protocol):
    """The house's office of codes and links."""

    def doors(self, user: ChannelUser) -> tuple[ChannelName, ...]:
        """Lists the other doors that are open."""

    async def make_code(self, user: ChannelUser) -> ResumeCode:
        """Makes a code for this person's conversation; an older one is worth nothing from now on.

        Raises:
            TooMany: `resume.too_many`, more codes in an hour than a person needs.
            StoreUnavailable: there is none.
        """

    async def link(self, visitor: ChannelUser, platform: ChannelUser) -> None:
        """Remembers that a platform vouches for these two being one person: what either has bound, both know.

        Raises StoreUnavailable.
        """

    async def spend(self, nonce: str, expires_at: datetime) -> bool:
        """Marks a nonce as used, in all workers; false: it was used before. Raises StoreUnavailable."""
