"""The state machine of a request for a person: one function per transition, each inside the caller's transaction.

waiting -> serving -> returned | closed, waiting -> abandoned; a transfer goes from serving to waiting, or to serving by
another. An open request exists exactly while the owner is not the bot, so a customer is never without someone. It
publishes nothing: `handoff.live` tells the others after the commit.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from conversation.events import EscalationState, Owner, Ownership
from conversation.identity import AgentIdentity
from conversation.message import Line, Role
from conversation.reply import HandoffRequest
from handoff import ledger, surveys, transcript
from handoff.duty import HumanHours
from handoff.errors import AlreadyAccepted, NotOwner, NotWaiting, UnknownTarget
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
class _Act:
    """One transition under way: where it writes, when, and who does it."""

    connection: Connection
    at: datetime
    actor: str
    agent: AgentIdentity | None = None

    @classmethod
    def of(cls, connection: Connection, agent: AgentIdentity, at: datetime) -> _Act:
        """Returns the act of an agent."""
        return cls(connection, at, agent.agent_id, agent)


@dataclass(frozen=True)
class Escalations:
    """The transitions, with the sentences they say to the customer, and the hours in which people answer."""

    phrases: Phrases
    hours: HumanHours = field(default_factory=HumanHours)

    async def request(
        self,
        connection: Connection,
        conversation_id: str,
        request: HandoffRequest,
        *,
        at: datetime,
        actor: str = "bot",
        quiet: bool = False,
    ) -> Change:
        """Asks for a person: the customer queues and is told the place; while a request is open it is only widened.

        `quiet` leaves the place of a widened request unsaid: the customer has just been told it.
        """
        act = _Act(connection, at, actor)
        owned = await transcript.lock(connection, conversation_id)
        standing = await ledger.open_in(connection, conversation_id)
        if standing:
            return await self._widen(act, owned, standing, request, quiet=quiet)
        escalation = await ledger.insert(connection, conversation_id, request, at=at)
        owned = await change_owner(connection, conversation_id, Owner.QUEUE, None, at=at)
        await _record(act, escalation, owned, "escalation.requested", reason=request.reason)
        line = await self._tell_place(act, owned, escalation, "utter_human_queued")
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
        escalation = await ledger.get(connection, escalation_id)  # as it stands now that nobody else can change it
        if escalation.state is EscalationState.SERVING and owned.agent == agent:
            return Change(conversation_id, owned, escalation)
        if escalation.state is EscalationState.SERVING:
            raise AlreadyAccepted(escalation.agent, escalation_id=escalation_id)
        if escalation.state not in WAITING_STATES:
            raise NotWaiting("This request has ended.", escalation_id=escalation_id, state=escalation.state.value)
        act = _Act.of(connection, agent, at)
        return await self._serve(act, escalation, "escalation.accepted", "utter_human_joined")

    async def take_over(
        self,
        connection: Connection,
        conversation_id: str,
        agent: AgentIdentity,
        *,
        at: datetime,
        displace: bool = False,
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
        return await self._serve(_Act.of(connection, agent, at), escalation, "escalation.taken_over", greeting)

    async def return_to_bot(
        self, connection: Connection, conversation_id: str, agent: AgentIdentity, note: str, *, at: datetime
    ) -> Change:
        """Gives the conversation back to the bot, which reads the note in its next turn.

        Raises:
            NotOwner: the agent does not own the conversation.
        """
        act = _Act.of(connection, agent, at)
        escalation = await _held(act, conversation_id)
        await connection.execute(
            "update conversations set return_note = $2 where conversation_id = $1", conversation_id, note or None
        )
        return await self._end(act, escalation, EscalationState.RETURNED, note)

    async def close(
        self, connection: Connection, conversation_id: str, agent: AgentIdentity, summary: str, *, at: datetime
    ) -> Change:
        """Ends the agent's service; the bot greets what comes next.

        Raises:
            NotOwner: the agent does not own the conversation.
        """
        act = _Act.of(connection, agent, at)
        return await self._end(act, await _held(act, conversation_id), EscalationState.CLOSED, summary)

    async def transfer(
        self, connection: Connection, conversation_id: str, agent: AgentIdentity, to: str, note: str, *, at: datetime
    ) -> Change:
        """Passes the conversation on: to a colleague at once, or by a skill's name to the queue, its age kept.

        Raises:
            NotOwner: the agent does not own the conversation.
            UnknownTarget: nobody is called `to`, and nobody has that skill.
        """
        act = _Act.of(connection, agent, at)
        escalation = await _held(act, conversation_id)
        target = await ledger.transfer_target(connection, to)
        if target is None:
            raise UnknownTarget("Nobody is called so, and nobody has this skill.", to=to)
        if target.colleague == agent:
            return Change(conversation_id, await transcript.ownership(connection, conversation_id), escalation)
        if target.colleague:
            passed = await self._serve(
                _Act.of(connection, target.colleague, at), escalation, "escalation.transferred", "utter_human_changed"
            )
        else:
            passed = await self._requeue(act, escalation, target.skill)
        lines = [await _append(act, conversation_id, Role.NOTE, passed.ownership, {"text": note})] if note else []
        return replace(passed, lines=(*passed.lines, *lines))

    async def leave_queue(
        self, connection: Connection, conversation_id: str, *, at: datetime, actor: str = "customer"
    ) -> Change:
        """Ends a request nobody has accepted; the bot goes on.

        Raises:
            NotWaiting: the customer is not in the queue.
        """
        act = _Act(connection, at, actor)
        owned = await transcript.lock(connection, conversation_id)
        standing = await ledger.open_in(connection, conversation_id)
        if standing is None or standing.state not in WAITING_STATES:
            state = owned.owner.value
            raise NotWaiting("The customer is not in the queue.", conversation_id=conversation_id, state=state)
        return await self._end(act, standing, EscalationState.ABANDONED, "")

    async def _serve(self, act: _Act, escalation: Escalation, name: str, greeting: str) -> Change:
        conversation_id = escalation.conversation_id
        owned = await change_owner(act.connection, conversation_id, Owner.AGENT, act.actor, at=act.at)
        served = await ledger.serve(act.connection, escalation, act.actor, at=act.at)
        await _record(act, served, owned, name)
        line = await self._tell(act, conversation_id, owned, greeting)
        return Change(conversation_id, owned, served, (line,))

    async def _requeue(self, act: _Act, escalation: Escalation, skill: str) -> Change:
        owned = await change_owner(act.connection, escalation.conversation_id, Owner.QUEUE, None, at=act.at)
        waiting = await ledger.requeue(act.connection, escalation, skill)
        await _record(act, waiting, owned, "escalation.transferred", skill=skill)
        line = await self._tell_place(act, owned, waiting, "utter_human_transferred")
        return Change(escalation.conversation_id, owned, waiting, (line,))

    async def _end(self, act: _Act, escalation: Escalation, state: EscalationState, note: str) -> Change:
        conversation_id = escalation.conversation_id
        owned = await change_owner(act.connection, conversation_id, Owner.BOT, None, at=act.at)
        ended = await ledger.end(act.connection, escalation, state, note=note or None, at=act.at)
        await _record(act, ended, owned, f"escalation.{state.value}")
        lines = [await _append(act, conversation_id, Role.NOTE, owned, {"text": note})] if note else []
        lines.append(await self._say_goodbye(act, owned, ended))
        return Change(conversation_id, owned, ended, tuple(lines))

    async def _widen(
        self, act: _Act, owned: Ownership, standing: Escalation, request: HandoffRequest, *, quiet: bool
    ) -> Change:
        escalation = await ledger.amend(act.connection, standing, merge_request(standing, request))
        name = "escalation.raised" if escalation.priority < standing.priority else "escalation.repeated"
        detail = {"reason": request.reason, "priority": escalation.priority}
        await ledger.record(act.connection, escalation, name, act.actor, at=act.at, **detail)
        if quiet or escalation.state not in WAITING_STATES:
            return Change(escalation.conversation_id, owned, escalation)
        line = await self._tell_place(act, owned, escalation, "utter_human_still_queued")
        return Change(escalation.conversation_id, owned, escalation, (line,))

    async def _tell_place(self, act: _Act, owned: Ownership, escalation: Escalation, name: str) -> Line:
        """Tells the place in the queue; when nobody is there, the hours instead of a place."""
        if self.hours.answers(escalation.skill, escalation.priority, act.at):
            ahead = await ledger.queue_place(act.connection, escalation)
            text = self.phrases.say(name if ahead else f"{name}_first", ahead=ahead)
        else:
            text = self.phrases.say(f"{name}_night", **self.hours.blanks())
        return await _append(act, escalation.conversation_id, Role.SYSTEM, owned, {"text": text})

    async def _say_goodbye(self, act: _Act, owned: Ownership, ended: Escalation) -> Line:
        """Tells that the request has ended; who was served is asked how it was, on this line and nowhere else."""
        asked = await surveys.question(act.connection, ended, at=act.at)
        conversation_id, name = ended.conversation_id, f"utter_human_{ended.state.value}"
        return await self._tell(act, conversation_id, owned, name, asked=asked)

    async def _tell(
        self, act: _Act, conversation_id: str, owned: Ownership, name: str, *, asked: surveys.Question | None = None
    ) -> Line:
        text = self.phrases.say(name, agent=act.agent.name) if act.agent else self.phrases.say(name)
        if asked and asked.words:
            text = f"{text}\n{self.phrases.say('utter_human_survey')}"
        body: dict[str, Any] = {"text": text, "survey": asked.mark} if asked else {"text": text}
        return await _append(act, conversation_id, Role.SYSTEM, owned, body)


async def _held(act: _Act, conversation_id: str) -> Escalation:
    """Locks the conversation and returns its request if the acting agent owns it."""
    owned = await transcript.lock(act.connection, conversation_id)
    standing = await ledger.open_in(act.connection, conversation_id)
    if owned.agent is None or owned.agent.agent_id != act.actor or standing is None:
        raise NotOwner(owned.agent, conversation_id=conversation_id)
    return standing


async def _append(act: _Act, conversation_id: str, role: Role, owned: Ownership, body: dict[str, Any]) -> Line:
    agent_id = act.agent.agent_id if act.agent else None
    return await transcript.append(
        act.connection, conversation_id, role, body, at=act.at, epoch=owned.epoch, agent_id=agent_id
    )


async def _record(act: _Act, escalation: Escalation, owned: Ownership, name: str, **detail: object) -> None:
    """Writes a change of owner to the timeline; `handoff.voice` reads owner and epoch there."""
    where = {"owner": owned.owner.value, "epoch": owned.epoch}
    await ledger.record(act.connection, escalation, name, act.actor, at=act.at, **where, **detail)
