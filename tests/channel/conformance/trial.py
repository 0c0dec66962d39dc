"""The door under test: what every trial needs to do at a door, whatever its platform."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import aiohttp

from connectors.shared.push_door import PushDoor
from connectors.web.door import WebDoor
from runtime.bus import Bus
from runtime.postgres import Pool
from tests.channel.conformance.colleagues import Colleague, hire
from tests.channel.doors import until
from tests.fakes.bot import ScriptedThinker, Worker

# Nothing here asks whether an answer came with the response or later: the shorter this is, the shorter the suite.
ANSWER_SECONDS = 0.6
BUSY, REFUSED = "busy", "refused"


@dataclass(frozen=True)
class Stores:
    """The stores of one trial: its own database, and topics that no other trial hears."""

    pool: Pool
    database_url: str
    redis_url: str
    prefix: str

    def bus(self) -> Bus:
        """A bus of one worker."""
        return Bus(self.redis_url, prefix=self.prefix)


@dataclass(frozen=True)
class Verdict:
    """Whether a door said that it has a message, and the status or code it said it with."""

    taken: bool
    code: str


class DoorUnderTest(ABC):
    """One door in one mode, with its platform in front of it and as many workers behind it as a trial hires.

    `lacks` names the trials this door cannot have, each with its reason. `damages` names for each trial of requests
    that must be refused the ways in which they are bad; `failures` the ways in which a delivery may fail.
    """

    channel: ClassVar[str]
    mode: ClassVar[str] = ""
    lacks: ClassVar[Mapping[str, str]] = {}
    damages: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    failures: ClassVar[tuple[str, ...]] = ()

    def __init__(self, stores: Stores) -> None:
        self.stores = stores
        self.colleagues: list[Colleague] = []
        self.http: aiohttp.ClientSession
        self._numbers = 1000

    # --- what a door has its own way of -------------------------------------------------------------------------------

    @abstractmethod
    def make(self, worker: Worker, pool: Pool) -> PushDoor | WebDoor:
        """Makes the door of a worker."""

    @abstractmethod
    def conversation(self, person: str) -> str:
        """The id of a person's conversation."""

    @abstractmethod
    def request(self, text: str, *, person: str = "ann", key: str = "", at: float | None = None) -> Any:
        """What the platform sends when a person writes; delivered twice it is a retry."""

    @abstractmethod
    async def damaged(self, name: str) -> Any:
        """A request that must be refused."""

    @abstractmethod
    def unknown(self) -> Any:
        """A message of a type that nobody knows yet."""

    @abstractmethod
    async def deliver(self, request: Any, at: Colleague | None = None) -> Verdict:
        """Sends a request to a worker's door, the first one's unless told."""

    @abstractmethod
    async def heard(self, person: str = "ann") -> list[str]:
        """What a person has got so far, each text as often as it came."""

    def fail(self, failure: str) -> None:
        """Lets the next delivery to the platform fail."""
        raise NotImplementedError

    async def start(self) -> None:  # noqa: B027  # a page needs no platform
        """Brings the platform up."""

    async def stop(self) -> None:  # noqa: B027
        """Takes the platform down."""

    # --- what is alike at all of them ---------------------------------------------------------------------------------

    @classmethod
    def title(cls) -> str:
        """Its name in the report."""
        return f"{cls.channel}-{cls.mode}" if cls.mode else cls.channel

    @property
    def first(self) -> Colleague:
        """The first worker."""
        return self.colleagues[0]

    async def hire(self, *, url: str = "", bus: Bus | None = None, deadline: float = 5) -> Colleague:
        """Adds a worker."""
        made = await hire(
            self.make, url or self.stores.database_url, bus or self.stores.bus(), ScriptedThinker(), deadline=deadline
        )
        self.colleagues.append(made)
        return made

    async def push(self, text: str, *, person: str = "ann") -> Verdict:
        """Writes as a person, once."""
        return await self.deliver(self.request(text, person=person))

    async def say_late(self, text: str, *, person: str = "ann") -> None:
        """Writes, and has the answer come when the platform waits for it no more."""
        self.first.thinker.gate.clear()
        assert (await self.push(text, person=person)).taken
        self.first.thinker.gate.set()

    async def settled(self) -> None:
        """Returns once every living worker has nothing left to do."""
        for one in self.colleagues:
            if not one.dead:
                await one.settled()

    async def hurry(self) -> None:
        """Makes what waits for another try due now."""
        await self.settled()
        await self.stores.pool.execute(
            "update messages set next_try_at = null, created_at = created_at - interval '5 s'"
            " where delivery = 'pending'"
        )
        rows = await self.stores.pool.fetch("select conversation_id from conversations")
        for one in self.colleagues:
            if not one.dead and isinstance(one.door, PushDoor):
                for row in rows:
                    one.door.courier.wake(row["conversation_id"])
        await self.settled()

    async def until_heard(self, *texts: str, person: str = "ann") -> list[str]:
        """Waits until a person has heard these texts, in any order; returns all they heard."""
        deadline = time.monotonic() + 8
        while True:
            heard = await self.heard(person)
            if all(text in heard for text in texts):
                return heard
            assert time.monotonic() < deadline, f"{texts} expected, {heard} heard"
            await asyncio.sleep(0.05)

    async def kept(self, person: str = "ann") -> list[dict[str, Any]]:
        """A person's lines in the store, in order."""
        query = "select seq, role, body, delivery, turn, reply_to from messages where conversation_id = $1 order by seq"
        return [dict(row) for row in await self.stores.pool.fetch(query, self.conversation(person))]

    async def words(self, role: str, person: str = "ann") -> list[str]:
        """A person's lines of one role."""
        return [line["body"]["text"] for line in await self.kept(person) if line["role"] == role]

    def asked(self) -> int:
        """How many turns were thought through, at all workers."""
        return sum(len(one.thinker.asked) for one in self.colleagues)

    async def thinking(self) -> Colleague:
        """Returns who thinks, once somebody does."""
        await until(lambda: self.asked())
        return next(one for one in self.colleagues if one.thinker.asked)

    def number(self) -> int:
        """A number that no other message of this trial has."""
        self._numbers += 1
        return self._numbers
