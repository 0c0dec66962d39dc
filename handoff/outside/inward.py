"""Does here what an agent did at the other desk: each event once, by the hands of our own desk, so one voice speaks.

An agent there is an agent here, without a log-in. What they may not do any more (a colleague holds the conversation) is
told to them in a note at their desk, with the words that did not go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

import structlog

from conversation.events import EscalationState
from conversation.identity import AgentIdentity
from handoff import ledger, transcript
from handoff.desk import Desk
from handoff.errors import AlreadyAccepted, HandoffError, HeldByAnother, NotOwner, NotWaiting
from handoff.outside import books
from handoff.outside.books import DueEvent
from handoff.outside.errors import OutsideError
from handoff.outside.letters import Letters
from handoff.outside.port import EventKind, OtherDesk, OutsideEvent
from runtime.errors import StoreUnavailable
from runtime.postgres import transaction

# Longer is a fault of ours that only a person mends; the event stays in the books with its reason.
_GIVE_UP = timedelta(days=1)

_HIRE = """
    insert into agents (agent_id, name, role, skills, password_hash, active) values ($1, $2, 'agent', '{}', '-', false)
    on conflict (agent_id) do update set name = excluded.name where agents.name <> excluded.name
"""


class OnResolve(str, Enum):
    """What resolving a case there does to the conversation here."""

    CLOSE = "close"
    RETURN = "return"


@dataclass(frozen=True)
class Inward:
    """The way from the other desk."""

    other: OtherDesk
    desk: Desk
    letters: Letters
    on_resolve: OnResolve

    async def keep(self, events: Sequence[OutsideEvent]) -> int:
        """Makes events durable, each once; returns how many are new."""
        at = self.desk.clock.now()
        async with transaction(self.desk.pool) as connection:
            kept = [await books.keep_event(connection, self.other.name, event, at=at) for event in events]
        return sum(kept)

    async def do_one(self) -> bool:
        """Does one event that is due; whether there was one.

        The act is a transaction of its own, repeated under the same client id when this one is lost.
        """
        async with transaction(self.desk.pool) as connection:
            due = await books.take_event(connection, self.other.name, at=self.desk.clock.now())
            if due is None:
                return False
            try:
                outcome = await self._do(due.event)
            except (OutsideError, StoreUnavailable) as error:
                await self._again(connection, due, error.code)
            except HandoffError as error:
                await books.event_done(connection, self.other.name, due.event, error.code, at=self.desk.clock.now())
            else:
                await books.event_done(connection, self.other.name, due.event, outcome, at=self.desk.clock.now())
        return True

    async def _again(self, connection: object, due: DueEvent, why: str) -> None:
        at = self.desk.clock.now()
        if at - due.received_at < _GIVE_UP:
            await books.event_later(connection, self.other.name, due, why, at=at)
            return
        await books.event_done(connection, self.other.name, due.event, f"given_up:{why}", at=at)
        structlog.get_logger().error(
            "handoff.outside.event_given_up", desk=self.other.name, event_id=due.event.event_id, error_code=why
        )

    async def _do(self, event: OutsideEvent) -> str:
        async with transaction(self.desk.pool) as connection:
            case = await books.case_of(connection, self.other.name, event.case_ref)
        if case is None:
            return "unknown_case"
        escalation_id, conversation_id = case
        if event.kind is EventKind.RESOLVED:
            return await self._resolve(conversation_id, event)
        agent = await self._hired(event)
        if event.kind is EventKind.NOTED:
            await self.desk.note(conversation_id, agent, self._client_id(event), event.text)
            return "noted"
        if event.kind is EventKind.TAKEN:
            return await self._take(escalation_id, conversation_id, agent, event)
        return await self._say(conversation_id, agent, event)

    async def _take(self, escalation_id: int, conversation_id: str, agent: AgentIdentity, event: OutsideEvent) -> str:
        try:
            await self.desk.accept(escalation_id, agent)
        except NotWaiting:
            return "not_waiting"
        except AlreadyAccepted as error:
            return await self._displace(conversation_id, agent, event, error)
        return "taken"

    async def _say(self, conversation_id: str, agent: AgentIdentity, event: OutsideEvent) -> str:
        client_id = self._client_id(event)
        try:
            said = await self.desk.say(conversation_id, agent, client_id, event.text)
        except NotOwner as error:
            outcome = await self._displace(conversation_id, agent, event, error)
            if outcome != "taken":
                return outcome
            said = await self.desk.say(conversation_id, agent, client_id, event.text)
        if said.taken:
            # The case had ended: written in again, it stands for the request this made.
            new = said.taken.escalation.escalation_id
            async with transaction(self.desk.pool) as connection:
                at = self.desk.clock.now()
                await books.follow(connection, self.other.name, event.case_ref, new, conversation_id, at=at)
        return "said"

    async def _displace(
        self, conversation_id: str, agent: AgentIdentity, event: OutsideEvent, error: HeldByAnother
    ) -> str:
        """Between agents of the other desk that desk decides; from one of ours nobody there takes anything."""
        holder = error.agent
        if holder and holder.agent_id.startswith(self._number("")):
            await self.desk.take_over(conversation_id, agent, displace=True)
            return "taken"
        if event.kind is EventKind.SAID:
            name = holder.name if holder else ""
            await self.other.tell(event.case_ref, self.letters.held(event.event_id, name, event.text))
        return "held"

    async def _resolve(self, conversation_id: str, event: OutsideEvent) -> str:
        """Ends the service of the other desk's agent; a customer whom nobody has served still waits here."""
        async with transaction(self.desk.pool) as connection:
            owned = await transcript.ownership(connection, conversation_id)
            standing = await ledger.open_in(connection, conversation_id)
        holder = owned.agent
        if standing is None or standing.state is not EscalationState.SERVING or holder is None:
            return "nothing_served"
        if not holder.agent_id.startswith(self._number("")):
            return "held"
        if self.on_resolve is OnResolve.RETURN:
            await self.desk.return_to_bot(conversation_id, holder, event.text)
        else:
            await self.desk.close(conversation_id, holder, event.text)
        return "resolved"

    async def _hired(self, event: OutsideEvent) -> AgentIdentity:
        agent = AgentIdentity(self._number(event.agent_id or "0"), event.agent_name or self.other.name)
        await self.desk.pool.execute(_HIRE, agent.agent_id, agent.name)
        return agent

    def _number(self, agent_id: str) -> str:
        return f"{self.other.name}-{agent_id}"

    def _client_id(self, event: OutsideEvent) -> str:
        return f"{self.other.name}:{event.event_id}"
