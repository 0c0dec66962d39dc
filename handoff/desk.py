"""What a person at the desk does to a conversation: each call is one transaction, then the live events.

It asks for no password and knows no web; `console.server` decides who may call.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from conversation.events import Owner
from conversation.facts import NO_FACTS, Facts
from conversation.identity import AgentIdentity
from conversation.message import Line, Role
from conversation.reply import HandoffRequest
from handoff import live, transcript
from handoff.errors import NotOwner
from handoff.escalations import Change, Escalations
from handoff.facts import keep_facts
from handoff.reopening import reopen_for_agent
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.postgres import Connection, Pool, transaction

# Nothing when the mark stands there already, or another voice owns the conversation.
_MARK_READ = """
    update conversations set agent_read_seq = least($3, last_seq)
    where conversation_id = $1 and agent_id = $2 and agent_read_seq < least($3, last_seq) returning agent_read_seq
"""

Transition = Callable[[Connection, datetime], Awaitable[Change]]


@dataclass(frozen=True)
class Said:
    """An agent's line, and the taking over it caused, if any."""

    line: Line
    taken: Change | None = None


@dataclass(frozen=True)
class Desk:
    """The hands of the agents."""

    pool: Pool
    bus: Bus
    clock: Clock
    escalations: Escalations

    async def request(self, conversation_id: str, request: HandoffRequest, *, actor: str = "bot") -> Change:
        """See Escalations.request."""
        return await self._run(
            "handoff.escalation.requested",
            lambda connection, at: self.escalations.request(connection, conversation_id, request, at=at, actor=actor),
        )

    async def accept(self, escalation_id: int, agent: AgentIdentity) -> Change:
        """See Escalations.accept."""
        return await self._run(
            "handoff.escalation.accepted",
            lambda connection, at: self.escalations.accept(connection, escalation_id, agent, at=at),
        )

    async def take_over(self, conversation_id: str, agent: AgentIdentity, *, displace: bool = False) -> Change:
        """See Escalations.take_over."""
        return await self._run(
            "handoff.escalation.taken_over",
            lambda connection, at: self.escalations.take_over(
                connection, conversation_id, agent, at=at, displace=displace
            ),
        )

    async def return_to_bot(
        self, conversation_id: str, agent: AgentIdentity, note: str, facts: Facts = NO_FACTS
    ) -> Change:
        """See Escalations.return_to_bot; the facts stay with the conversation."""

        async def give_back(connection: Connection, at: datetime) -> Change:
            change = await self.escalations.return_to_bot(connection, conversation_id, agent, note, at=at)
            await keep_facts(connection, conversation_id, agent, note, facts, at=at)
            return change

        return await self._run("handoff.escalation.returned", give_back)

    async def close(self, conversation_id: str, agent: AgentIdentity, summary: str, facts: Facts = NO_FACTS) -> Change:
        """See Escalations.close; the facts stay with the conversation."""

        async def end(connection: Connection, at: datetime) -> Change:
            change = await self.escalations.close(connection, conversation_id, agent, summary, at=at)
            await keep_facts(connection, conversation_id, agent, summary, facts, at=at)
            return change

        return await self._run("handoff.escalation.closed", end)

    async def transfer(self, conversation_id: str, agent: AgentIdentity, to: str, note: str) -> Change:
        """See Escalations.transfer."""
        return await self._run(
            "handoff.escalation.transferred",
            lambda connection, at: self.escalations.transfer(connection, conversation_id, agent, to, note, at=at),
        )

    async def leave_queue(self, conversation_id: str, *, actor: str = "customer") -> Change:
        """See Escalations.leave_queue."""
        return await self._run(
            "handoff.escalation.abandoned",
            lambda connection, at: self.escalations.leave_queue(connection, conversation_id, at=at, actor=actor),
        )

    async def say(self, conversation_id: str, agent: AgentIdentity, client_id: str, text: str) -> Said:
        """Says the agent's words to the customer, once per client id; a chat no agent owns is taken over first.

        Raises:
            UnknownConversation: there is no such conversation.
            NotOwner: another agent owns it.
        """
        change = None
        async with transaction(self.pool) as connection:
            owned = await transcript.lock(connection, conversation_id)
            known = await transcript.find(connection, conversation_id, Role.AGENT, client_id)
            if known:
                return Said(known)
            if owned.agent and owned.agent.agent_id != agent.agent_id:
                raise NotOwner(owned.agent, conversation_id=conversation_id)
            at = self.clock.now()
            if owned.agent is None:
                if owned.owner is Owner.BOT:
                    await reopen_for_agent(connection, conversation_id, agent, at=at)
                change = await self.escalations.take_over(connection, conversation_id, agent, at=at)
                owned = change.ownership
            line = await transcript.append(
                connection,
                conversation_id,
                Role.AGENT,
                {"text": text},
                at=at,
                epoch=owned.epoch,
                agent_id=agent.agent_id,
                client_id=client_id,
            )
            # Who answers has read what stands before.
            await connection.execute(_MARK_READ, conversation_id, agent.agent_id, line.seq)
        if change:
            await live.announce_change(self.bus, change)
        await live.announce_lines(self.bus, conversation_id, [line])
        await live.announce_read(self.bus, conversation_id, Role.AGENT.value, line.seq)
        return Said(line, change)

    async def note(self, conversation_id: str, agent: AgentIdentity, client_id: str, text: str) -> Line:
        """Adds a note that only the desk reads, once per client id. Raises UnknownConversation."""
        async with transaction(self.pool) as connection:
            owned = await transcript.lock(connection, conversation_id)
            known = await transcript.find(connection, conversation_id, Role.NOTE, client_id)
            if known:
                return known
            line = await transcript.append(
                connection,
                conversation_id,
                Role.NOTE,
                {"text": text},
                at=self.clock.now(),
                epoch=owned.epoch,
                agent_id=agent.agent_id,
                client_id=client_id,
            )
        await live.announce_lines(self.bus, conversation_id, [line])
        return line

    async def typing(self, conversation_id: str, agent: AgentIdentity, *, on: bool) -> None:
        """Shows the customer that the agent types. Raises NotOwner when another voice owns the conversation."""
        async with transaction(self.pool) as connection:
            owned = await transcript.ownership(connection, conversation_id)
        if owned.agent != agent:
            raise NotOwner(owned.agent, conversation_id=conversation_id)
        await live.announce_typing(self.bus, conversation_id, Role.AGENT.value, on=on)

    async def mark_read(self, conversation_id: str, agent: AgentIdentity, seq: int) -> None:
        """Writes down how far the owning agent has read; anyone else's reading changes nothing."""
        reached = await self.pool.fetchval(_MARK_READ, conversation_id, agent.agent_id, seq)
        if reached is not None:
            await live.announce_read(self.bus, conversation_id, Role.AGENT.value, reached)

    async def _run(self, event: str, transition: Transition) -> Change:
        async with transaction(self.pool) as connection:
            change = await transition(connection, self.clock.now())
        structlog.get_logger().info(
            event,
            conversation_id=change.conversation_id,
            escalation_id=change.escalation.escalation_id,
            owner=change.ownership.owner.value,
            epoch=change.ownership.epoch,
        )
        await live.announce_change(self.bus, change)
        return change
