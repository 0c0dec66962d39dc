"""A customer's chat, an agent and a clock for the tests of the fork and of the desk."""

from __future__ import annotations

from datetime import datetime, timedelta

from conversation.identity import AgentIdentity, ChannelName, ChannelUser
from conversation.message import InboundMessage
from handoff import transcript
from handoff.desk import Desk
from handoff.escalations import Escalations
from handoff.routing import presence
from handoff.routing.presence import Status
from handoff.timekeeper import Timekeeper
from runtime.bus import Bus
from runtime.clock import SHANGHAI
from runtime.postgres import Pool, transaction

START = datetime(2026, 11, 21, 10, 0, tzinfo=SHANGHAI)


class StepClock:
    """Goes one second further at every look, so that nothing happens at the same time."""

    def __init__(self) -> None:
        self._at = START

    def now(self) -> datetime:
        """See base class."""
        self._at += timedelta(seconds=1)
        return self._at

    def advance(self, by: timedelta) -> None:
        """Lets time pass."""
        self._at += by


class Chat:
    """One customer's conversation on a database."""

    def __init__(self, pool: Pool, clock: StepClock, user_id: str, *, channel: ChannelName = ChannelName.WEB) -> None:
        self._pool = pool
        self._clock = clock
        self._user = ChannelUser(channel, user_id)
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


async def hire(
    pool: Pool, agent_id: str, name: str, *, skills: tuple[str, ...] = (), role: str = "agent", max_chats: int = 4
) -> AgentIdentity:
    """Writes an agent who never logs in."""
    await pool.execute(
        "insert into agents (agent_id, name, role, skills, max_chats, password_hash) values ($1, $2, $3, $4, $5, '-')",
        agent_id,
        name,
        role,
        list(skills),
        max_chats,
    )
    return AgentIdentity(agent_id, name)


async def seat(pool: Pool, agent: AgentIdentity, clock: StepClock, status: Status = Status.ONLINE) -> None:
    """Opens a desk for an agent, who is then ready for work or whatever `status` says."""
    async with transaction(pool) as connection:
        await presence.choose(connection, agent.agent_id, status, at=clock.now())


def timekeeper(desk: Desk, bus: Bus, clock: StepClock) -> Timekeeper:
    """One process that does what is due with time, speaking as the desk does."""

    async def escalations_of(conversation_id: str) -> Escalations:
        return desk.escalations

    return Timekeeper(desk.pool, bus, clock, escalations_of)
