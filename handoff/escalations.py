"""The state machine of a request for a person: one function per transition, each inside the caller's transaction.

waiting -> serving -> returned | closed, waiting -> abandoned. An open request exists exactly while the owner is not the
bot, so a customer is never without someone. It publishes nothing: `handoff.live` tells the others after the commit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from conversation.events import EscalationState, Owner, Ownership
from conversation.identity import AgentIdentity
from conversation.message import Line, Role
from conversation.reply import HandoffRequest
from handoff import ledger, transcript
from handoff.errors import AlreadyAccepted, NotOwner, NotWaiting
from handoff.ledger import WAITING_STATES, Escalation
from handoff.ownership import change_owner
from handoff.phrases import Phrases
from handoff.summary import merge_request
from runtime.postgres import Connection

# The least urgent request, for a conversation an agent takes though nobody asked.
UNASKED = HandoffRequest(skill="general", reason="takeover", priority=5)


@dataclass(frozen=True)
class Change:
    """What a transition did: who owns the conversation now, its request, and the lines it added."""

    conversation_id: str
    ownership: Ownership
    escalation: Escalation
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Escalations:
    """The transitions, with the sentences they say to the customer."""

    phrases: Phrases

    async def request(
        self, connection: Connection, conversation_id: str, request: HandoffRequest, *, at: datetime, actor: str = "bot"
    ) -> Change:
        """Asks for a person: the customer queues and is told the place; while a request is open it is only widened."""
        owned = await transcript.lock(connection, conversation_id)
        standing = await ledger.open_in(connection, conversation_id)
        if standing:
            return await self._widen(connection, owned, standing, request, at, actor)
        escalation = await ledger.insert(connection, conversation_id, request, at=at)
        owned = await change_owner(connection, conversation_id, Owner.QUEUE, None, at=at)
        await _record(connection, escalation, owned, "escalation.requested", actor, at, reason=request.reason)
        line = await self._tell_place(connection, owned, escalation, "utter_human_queued", at)
        return Change(conversation_id, owned, escalation, (line,))

    async def accept(self, connection: Connection, escalation_id: int, agent: AgentIdentity, *, at: datetime) -> Change:
        """Gives a waiting request to the agent; the bot is silent from here on.

        Raises:
            UnknownEscalation: there is no such request.
            AlreadyAccepted: another agent was faster.
            NotWaiting: the request has ended.
        """
        conversation_id = (await ledger.get(connection, escalation_id)).conversation_id
        owned = await transcript.lock(connection, conversation_id)
        escalation = await ledger.get(connection, escalation_id)
        if escalation.agent == agent and escalation.state is EscalationState.SERVING:
            return Change(conversation_id, owned, escalation)
        if escalation.state is EscalationState.SERVING:
            raise AlreadyAccepted(escalation.agent, escalation_id=escalation_id)
        if escalation.state not in WAITING_STATES:
            raise NotWaiting("This request has ended.", escalation_id=escalation_id, state=escalation.state.value)
        return await self._serve(connection, escalation, agent, "escalation.accepted", "utter_human_joined", at)

    async def take_over(
        self, connection: Connection, conversation_id: str, agent: AgentIdentity, *, at: datetime, displace: bool = False
    ) -> Change:
        """Gives a conversation to an agent without a request; `displace` may take it from another agent.

        Raises:
            UnknownConversation: there is no such conversation.
            AlreadyAccepted: another agent owns it and may not be displaced.
        """
        owned = await transcript.lock(connection, conversation_id)
        standing = await ledger.open_in(connection, conversation_id)
        if standing and owned.agent == agent:
            return Change(conversation_id, owned, standing)
        if owned.agent and not displace:
            raise AlreadyAccepted(owned.agent, conversation_id=conversation_id)
        escalation = standing or await ledger.insert(connection, conversation_id, UNASKED, at=at)
        greeting = "utter_human_changed" if owned.agent else "utter_human_joined"
        return await self._serve(connection, escalation, agent, "escalation.taken_over", greeting, at)

    async def return_to_bot(
        self, connection: Connection, conversation_id: str, agent: AgentIdentity, note: str, *, at: datetime
    ) -> Change:
        """Gives the conversation back to the bot, which reads the note in its next turn.

        Raises:
            NotOwner: the agent does not own the conversation.
        """
        escalation = await self._owned_by(connection, conversation_id, agent)
        await connection.execute(
            "update conversations set return_note = $2 where conversation_id = $1", conversation_id, note or None
        )
        return await self._end(connection, escalation, agent, EscalationState.RETURNED, note, at)

    async def close(
        self, connection: Connection, conversation_id: str, agent: AgentIdentity, summary: str, *, at: datetime
    ) -> Change:
        """Ends the agent's service; the bot greets what comes next.

        Raises:
            NotOwner: the agent does not own the conversation.
        """
        escalation = await self._owned_by(connection, conversation_id, agent)
        return await self._end(connection, escalation, agent, EscalationState.CLOSED, summary, at)

    async def leave_queue(
        self, connection: Connection, conversation_id: str, *, at: datetime, actor: str = "customer"
    ) -> Change:
        """Ends a request nobody has accepted; the bot goes on.

        Raises:
            NotWaiting: the customer is not in the queue.
        """
        owned = await transcript.lock(connection, conversation_id)
        standing = await ledger.open_in(connection, conversation_id)
        if standing is None or standing.state not in WAITING_STATES:
            raise NotWaiting("The customer is not in the queue.", conversation_id=conversation_id, state=owned.owner.value)
        owned = await change_owner(connection, conversation_id, Owner.BOT, None, at=at)
        ended = await ledger.end(connection, standing, EscalationState.ABANDONED, note=None, at=at)
        await _record(connection, ended, owned, "escalation.abandoned", actor, at)
        line = await self._tell(connection, conversation_id, owned, "utter_human_left_queue", at)
        return Change(conversation_id, owned, ended, (line,))

    async def _widen(
        self, connection: Connection, owned: Ownership, standing: Escalation, request: HandoffRequest, at: datetime, actor: str
    ) -> Change:
        escalation = await ledger.amend(connection, standing, merge_request(standing, request))
        name = "escalation.raised" if escalation.priority < standing.priority else "escalation.repeated"
        await ledger.record(connection, escalation, name, actor, at=at, reason=request.reason, priority=escalation.priority)
        if escalation.state not in WAITING_STATES:
            return Change(escalation.conversation_id, owned, escalation)
        line = await self._tell_place(connection, owned, escalation, "utter_human_still_queued", at)
        return Change(escalation.conversation_id, owned, escalation, (line,))

    async def _serve(
        self, connection: Connection, escalation: Escalation, agent: AgentIdentity, name: str, greeting: str, at: datetime
    ) -> Change:
        conversation_id = escalation.conversation_id
        owned = await change_owner(connection, conversation_id, Owner.AGENT, agent.agent_id, at=at)
        served = await ledger.serve(connection, escalation, agent.agent_id, at=at)
        await _record(connection, served, owned, name, agent.agent_id, at)
        line = await self._tell(connection, conversation_id, owned, greeting, at, agent)
        return Change(conversation_id, owned, served, (line,))

    async def _end(
        self, connection: Connection, escalation: Escalation, agent: AgentIdentity, state: EscalationState, note: str, at: datetime
    ) -> Change:
        conversation_id = escalation.conversation_id
        owned = await change_owner(connection, conversation_id, Owner.BOT, None, at=at)
        ended = await ledger.end(connection, escalation, state, note=note or None, at=at)
        await _record(connection, ended, owned, f"escalation.{state.value}", agent.agent_id, at)
        lines = []
        if note:
            lines.append(await transcript.append(
                connection, conversation_id, Role.NOTE, {"text": note}, at=at, epoch=owned.epoch, agent_id=agent.agent_id
            ))
        lines.append(await self._tell(connection, conversation_id, owned, f"utter_human_{state.value}", at, agent))
        return Change(conversation_id, owned, ended, tuple(lines))

    async def _owned_by(self, connection: Connection, conversation_id: str, agent: AgentIdentity) -> Escalation:
        owned = await transcript.lock(connection, conversation_id)
        standing = await ledger.open_in(connection, conversation_id)
        if owned.agent is None or owned.agent.agent_id != agent.agent_id or standing is None:
            raise NotOwner(owned.agent, conversation_id=conversation_id)
        return standing

    async def _tell_place(
        self, connection: Connection, owned: Ownership, escalation: Escalation, name: str, at: datetime
    ) -> Line:
        ahead = await ledger.queue_place(connection, escalation)
        name = name if ahead else f"{name}_first"
        text = self.phrases.say(name, ahead=ahead)
        return await transcript.append(
            connection, escalation.conversation_id, Role.SYSTEM, {"text": text}, at=at, epoch=owned.epoch
        )

    async def _tell(
        self, connection: Connection, conversation_id: str, owned: Ownership, name: str, at: datetime,
        agent: AgentIdentity | None = None,
    ) -> Line:
        text = self.phrases.say(name, agent=agent.name) if agent else self.phrases.say(name)
        return await transcript.append(
            connection, conversation_id, Role.SYSTEM, {"text": text}, at=at, epoch=owned.epoch,
            agent_id=agent.agent_id if agent else None,
        )


async def _record(
    connection: Connection, escalation: Escalation, owned: Ownership, name: str, actor: str, at: datetime, **detail: object
) -> None:
    """Writes a change of owner to the timeline; `handoff.voice` reads owner and epoch there."""
    await ledger.record(connection, escalation, name, actor, at=at, owner=owned.owner.value, epoch=owned.epoch, **detail)
