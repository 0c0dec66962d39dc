"""How many messages a platform still lets us send to a customer: a ledger in Redis, rebuilt from PostgreSQL.

It knows no platform's figures and sends nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

import structlog

from connectors.shared.ports import Parcel, SpendingBook
from connectors.shared.purses import LocalPurses, Purse, Purses, SharedPurses
from conversation.message import Notice, Role
from runtime.cache import Cache
from runtime.clock import Clock
from runtime.errors import CacheUnavailable


class Purpose(str, Enum):
    """What a message is for: it decides how deep into the quota it may reach."""

    PICTURE = "picture"
    BOT = "bot"
    AGENT = "agent"
    RESTORATION = "restoration"


@dataclass(frozen=True)
class Grant:
    """What an interaction of the customer opens: so many messages, for so long."""

    messages: int
    window: timedelta


@dataclass(frozen=True)
class Terms:
    """A platform's figures: what a message of the customer opens, and a touch (a menu click, a follow, a scan).

    `kept` is how many messages of the lasting grant each purpose must leave untouched. A passing grant is kept for
    nobody: nobody else could use it later.
    """

    lasting: Grant
    passing: Grant
    kept: Mapping[Purpose, int]


@dataclass(frozen=True)
class Balance:
    """What is left: messages of both grants that are open now, and whether the customer can be reached at all."""

    lasting: int
    passing: int
    reachable: bool
    kept: Mapping[Purpose, int]

    def left(self, purpose: Purpose) -> int:
        """How many messages of this purpose may be sent now."""
        if not self.reachable:
            return 0
        return max(0, self.lasting - self.kept.get(purpose, 0)) + self.passing


def purpose_of(parcel: Parcel) -> Purpose:
    """What a parcel is for: of several lines together the one that may reach deepest decides."""
    if any(line.notice is Notice.RESTORATION for line in parcel.lines):
        return Purpose.RESTORATION
    return Purpose.AGENT if any(line.role is Role.AGENT for line in parcel.lines) else Purpose.BOT


class QuotaLedger:
    """The quota of every customer of one channel, one for all workers.

    Without Redis each worker counts by what PostgreSQL knows; what a touch opened elsewhere is not known then. Methods
    raise StoreUnavailable when PostgreSQL is asked and does not answer.
    """

    def __init__(self, terms: Terms, book: SpendingBook, cache: Cache | None, clock: Clock) -> None:
        self._terms = terms
        self._book = book
        self._clock = clock
        self._shared = SharedPurses(cache) if cache else None
        self._local = LocalPurses()
        self._alone = False
        self._log = structlog.get_logger()

    async def opened(self, conversation_id: str, key: str, *, lasting: bool) -> None:
        """The customer did something that opens a grant, once for each `key`: a retry of the platform opens nothing."""
        purses = await self._purses(conversation_id)
        grant = self._terms.lasting if lasting else self._terms.passing
        until = self._now() + grant.window.total_seconds()
        await purses.open(conversation_id, key, grant.messages, until, lasting=lasting)

    async def balance(self, conversation_id: str) -> Balance:
        """What is left of a customer's quota; the desk shows `balance(...).left(Purpose.AGENT)`."""
        purses = await self._purses(conversation_id, recount=True)
        purse, now = await purses.read(conversation_id), self._now()
        return Balance(
            lasting=purse.lasting if purse.lasting_until > now else 0,
            passing=purse.passing if purse.passing_until > now else 0,
            reachable=purse.reachable,
            kept=self._terms.kept,
        )

    async def spend(self, conversation_id: str, purpose: Purpose) -> str:
        """Takes one message for a purpose; returns the grant it came from, empty: there is none left for it."""
        purses = await self._purses(conversation_id)
        return await purses.spend(conversation_id, self._now(), self._terms.kept.get(purpose, 0))

    async def give_back(self, conversation_id: str, grant: str) -> None:
        """Returns a message that the platform did not take."""
        purses = await self._purses(conversation_id)
        most = self._terms.lasting.messages if grant == "lasting" else self._terms.passing.messages
        await purses.give_back(conversation_id, grant, most)

    async def shut(self, conversation_id: str, *, reachable: bool = True) -> None:
        """The platform takes nothing more (its window is closed, its quota used up), or the customer has left."""
        purses = await self._purses(conversation_id)
        await purses.shut(conversation_id, reachable=reachable)

    async def _purses(self, conversation_id: str, *, recount: bool = False) -> Purses:
        """Where the customer's purse is, which is there now: rebuilt if it was lost, counted anew in a worker alone."""
        if self._shared:
            try:
                return await self._shared_purses(self._shared, conversation_id)
            except CacheUnavailable:
                self._say_alone(alone=True)
        if recount or not await self._local.has(conversation_id):
            await self._local.rebuild(conversation_id, await self._rebuilt(conversation_id))
        return self._local

    async def _shared_purses(self, shared: SharedPurses, conversation_id: str) -> SharedPurses:
        if await self._local.has(conversation_id):
            # Redis was gone: what it still holds does not know what happened meanwhile.
            await shared.drop(conversation_id)
            await self._local.drop(conversation_id)
        if not await shared.has(conversation_id):
            await shared.rebuild(conversation_id, await self._rebuilt(conversation_id))
        self._say_alone(alone=False)
        return shared

    async def _rebuilt(self, conversation_id: str) -> Purse:
        """The purse as PostgreSQL knows it."""
        spending = await self._book.spending(conversation_id)
        purse = Purse(reachable=spending.reachable)
        if spending.last_said:
            purse.lasting = max(0, self._terms.lasting.messages - spending.spent)
            purse.lasting_until = spending.last_said.timestamp() + self._terms.lasting.window.total_seconds()
        return purse

    def _now(self) -> float:
        return self._clock.now().timestamp()

    def _say_alone(self, *, alone: bool) -> None:
        if alone and not self._alone:
            self._log.warning("door.quota.alone")
        self._alone = alone
