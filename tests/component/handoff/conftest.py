"""A desk on a fresh database, a chat on it, and people."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from conversation.identity import AgentIdentity, ChannelName, ChannelUser
from conversation.message import InboundMessage
from handoff import transcript
from handoff.desk import Desk
from handoff.escalations import Escalations
from handoff.phrases import Phrases
from runtime.bus import Bus
from runtime.clock import SHANGHAI
from runtime.postgres import Pool, transaction
from tests.conftest import PROJECT

START = datetime(2026, 11, 21, 10, 0, tzinfo=SHANGHAI)


class StepClock:
    """Goes one second further at every look, so that nothing happens at the same time."""

    def __init__(self) -> None:
        self._at = START

    def now(self) -> datetime:
        """See base class."""
        self._at += timedelta(seconds=1)
        return self._at


class Chat:
    """One customer's conversation on a database."""

    def __init__(self, pool: Pool, clock: StepClock, user_id: str) -> None:
        self._pool = pool
        self._clock = clock
        self._user = ChannelUser(ChannelName.WEB, user_id)
        self._count = 0
        self.id = self._user.conversation_id

    async def write(self, text: str) -> int:
        """Writes as the customer; returns the line's number."""
        self._count += 1
        message = InboundMessage(self._user, f"{self._user.user_id}-{self._count}", text)
        async with transaction(self._pool) as connection:
            return (await transcript.receive(connection, message, at=self._clock.now())).seq

    async def lines(self) -> list[tuple[str, str]]:
        """Reads (role, text) of every line."""
        async with transaction(self._pool) as connection:
            lines = await transcript.read(connection, self.id, for_customer=False)
        return [(line.role.value, line.text) for line in lines]

    async def events(self) -> list[str]:
        """Reads the names of the timeline."""
        rows = await self._pool.fetch(
            "select name from escalation_events where conversation_id = $1 order by event_id", self.id
        )
        return [row["name"] for row in rows]

    async def owner(self) -> tuple[str, int, str | None]:
        """Reads owner, epoch and agent."""
        row = await self._pool.fetchrow(
            "select owner, epoch, agent_id from conversations where conversation_id = $1", self.id
        )
        return row["owner"], row["epoch"], row["agent_id"]


@pytest.fixture
def clock() -> StepClock:
    """The clock of one test."""
    return StepClock()


@pytest_asyncio.fixture
async def jiang(database: Pool) -> AgentIdentity:
    """An agent."""
    return await hire(database, "K0104", "江一苇")


@pytest_asyncio.fixture
async def gu(database: Pool) -> AgentIdentity:
    """Another agent."""
    return await hire(database, "K0105", "顾南乔")


@pytest.fixture
def escalations() -> Escalations:
    """The state machine with the customer's sentences of the project."""
    return Escalations(Phrases.load(PROJECT / "domain" / "human.yml"))


@pytest.fixture
def desk(database: Pool, bus: Bus, clock: StepClock, escalations: Escalations) -> Desk:
    """The desk on a fresh database."""
    return Desk(database, bus, clock, escalations)


@pytest_asyncio.fixture
async def chat(database: Pool, clock: StepClock) -> Chat:
    """A customer who has written one message."""
    conversation = Chat(database, clock, "visitor-1")
    await conversation.write("家里停电了")
    return conversation


async def hire(pool: Pool, agent_id: str, name: str) -> AgentIdentity:
    """Writes an agent who never logs in."""
    await pool.execute(
        "insert into agents (agent_id, name, role, password_hash) values ($1, $2, 'agent', '-')", agent_id, name
    )
    return AgentIdentity(agent_id, name)
