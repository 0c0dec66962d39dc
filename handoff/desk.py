"""What a person at the desk does to a conversation: each call is one transaction, then the live events.

It asks for no password and knows no web; `console.server` decides who may call.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from conversation.events import Owner
from conversation.facts import NO_FACTS, Facts
from conversation.identity import AgentIdentity
from conversation.message import Attachment, Line, Role
from conversation.reply import HandoffRequest
from handoff import ledger, live, transcript
from handoff.acts import Change
from handoff.delivery.retry import retry
from handoff.desk_help import closing, pings
from handoff.desk_help.closing import Codes
from handoff.desk_help.facts import keep_facts
from handoff.errors import NotOwner
from handoff.escalations import Escalations
from handoff.passing.reopening import reopen_for_agent
from handoff.passing.transfers import Transfers
from handoff.routing import offers
from handoff.routing.picking import Pick
from handoff.routing.rules import Rules, standard_rules
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
    """The hands of the agents; `pick` says what they may take without an offer."""

    pool: Pool
    bus: Bus
    clock: Clock
    escalations: Escalations
    rules: Rules = field(default_factory=standard_rules)
    pick: Pick = Pick.ANY

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
            lambda connection, at: self.escalations.accept(connection, escalation_id, agent, at=at, pick=self.pick),
        )

    async def decline(self, escalation_id: int, agent: AgentIdentity, reason: str) -> Change:
        """See offers.decline; the agent is not asked again for `rest_s`."""
        rest = timedelta(seconds=self.rules.rest_s)
        return await self._run(
            "handoff.escalation.declined",
            lambda connection, at: offers.decline(connection, escalation_id, agent, reason, at=at, until=at + rest),
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

    async def close(
        self,
        conversation_id: str,
        agent: AgentIdentity,
        summary: str,
        facts: Facts = NO_FACTS,
        codes: Codes | None = None,
    ) -> Change:
        """See Escalations.close; the facts stay with the conversation, and with codes the service is filed."""

        async def end(connection: Connection, at: datetime) -> Change:
            change = await self.escalations.close(connection, conversation_id, agent, summary, at=at)
            await keep_facts(connection, conversation_id, agent, summary, facts, at=at)
            if codes:
                number, who = change.escalation.escalation_id, agent.agent_id
                await closing.file(connection, number, conversation_id, who, codes, summary, at=at)
            return change

        return await self._run("handoff.escalation.closed", end)

    async def transfer(self, conversation_id: str, agent: AgentIdentity, to: str, note: str) -> Change:
        """See Transfers.ask; a colleague has `transfer_s` for a yes, a skill `transfer_skill_s`."""

        async def ask(connection: Connection, at: datetime) -> Change:
            target = await ledger.transfer_target(connection, to)
            for_all = target is not None and target.colleague is None
            wait = timedelta(seconds=self.rules.transfer_skill_s if for_all else self.rules.transfer_s)
            return await self._transfers.ask(connection, conversation_id, agent, to, note, at=at, due_at=at + wait)

        return await self._run("handoff.transfer.asked", ask)

    async def accept_transfer(self, transfer_id: int, agent: AgentIdentity) -> Change:
        """See Transfers.accept."""
        return await self._run(
            "handoff.transfer.accepted",
            lambda connection, at: self._transfers.accept(connection, transfer_id, agent, at=at),
        )

    async def decline_transfer(self, transfer_id: int, agent: AgentIdentity, reason: str) -> Change:
        """See Transfers.decline."""
        return await self._run(
            "handoff.transfer.declined",
            lambda connection, at: self._transfers.decline(connection, transfer_id, agent, reason, at=at),
        )

    async def withdraw_transfer(self, transfer_id: int, agent: AgentIdentity) -> Change:
        """See Transfers.withdraw."""
        return await self._run(
            "handoff.transfer.withdrawn",
            lambda connection, at: self._transfers.withdraw(connection, transfer_id, agent, at=at),
        )

    async def leave_queue(self, conversation_id: str, *, actor: str = "customer") -> Change:
        """See Escalations.leave_queue."""
        return await self._run(
            "handoff.escalation.abandoned",
            lambda connection, at: self.escalations.leave_queue(connection, conversation_id, at=at, actor=actor),
        )

    async def say(
        self,
        conversation_id: str,
        agent: AgentIdentity,
        client_id: str,
        text: str,
        attachment: Attachment | None = None,
    ) -> Said:
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
                {"text": text} | ({"attachment": attachment.to_wire()} if attachment else {}),
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
            named = await pings.mention(connection, line)
        await live.announce_lines(self.bus, conversation_id, [line])
        if named:
            await live.announce_area(self.bus, "pings", agents=named)
        return line

    async def retry(self, conversation_id: str, agent: AgentIdentity, seq: int) -> Line:
        """See handoff.delivery.retry."""
        async with transaction(self.pool) as connection:
            line = await retry(connection, conversation_id, agent, seq, at=self.clock.now())
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

    @property
    def _transfers(self) -> Transfers:
        return Transfers(self.escalations)

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
