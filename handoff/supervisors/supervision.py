"""What a supervisor does beside an agent: looks on, whispers, speaks in the same chat; each call is one transaction.

One voice holds: the bot is silent while an agent owns the conversation, a whisper is a note and never leaves the desk,
and who joins speaks under the own name while the agent keeps the conversation and its epoch. To own it is to take over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conversation.events import DESK_TOPIC, EscalationState, Ownership
from conversation.identity import AgentIdentity
from conversation.message import Line, Role
from handoff import ledger, live, transcript
from handoff.errors import NotJoined, NotServed
from handoff.ledger import Escalation
from handoff.phrases import Phrases
from handoff.supervisors import attendances
from handoff.supervisors.attendances import Kind
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.postgres import Connection, Pool, transaction

_RECORD = """
    insert into escalation_events (escalation_id, conversation_id, name, actor, detail, at)
    values ($1, $2, $3, $4, $5, $6)
"""


@dataclass(frozen=True)
class _Scene:
    """A conversation under its lock, with the supervisor who comes to it."""

    connection: Connection
    conversation_id: str
    supervisor: AgentIdentity
    owned: Ownership
    standing: Escalation | None
    at: datetime

    def agent(self) -> AgentIdentity:
        """The agent who serves here and is not the supervisor. Raises NotServed."""
        serving = self.standing is not None and self.standing.state is EscalationState.SERVING
        if not serving or self.owned.agent is None or self.owned.agent.agent_id == self.supervisor.agent_id:
            raise NotServed(NotServed.__doc__ or "", conversation_id=self.conversation_id)
        return self.owned.agent

    async def record(self, name: str, **detail: object) -> None:
        """Adds a row to the timeline."""
        escalation_id = self.standing.escalation_id if self.standing else None
        await self.connection.execute(
            _RECORD, escalation_id, self.conversation_id, name, self.supervisor.agent_id, detail, self.at
        )

    async def add(self, role: Role, body: dict[str, Any], *, client_id: str | None = None) -> Line:
        """Adds a line of the supervisor's."""
        return await transcript.append(
            self.connection,
            self.conversation_id,
            role,
            body,
            at=self.at,
            epoch=self.owned.epoch,
            agent_id=self.supervisor.agent_id,
            client_id=client_id,
        )


@dataclass(frozen=True)
class Supervision:
    """The hands of the supervisors; `tells_agents`: who is looked at reads a note that says so."""

    pool: Pool
    bus: Bus
    clock: Clock
    phrases: Phrases
    tells_agents: bool = False

    async def watch(self, conversation_id: str, supervisor: AgentIdentity) -> None:
        """Looks on, once. Raises UnknownConversation."""
        lines: list[Line] = []
        async with transaction(self.pool) as connection:
            scene = await self._enter(connection, conversation_id, supervisor)
            escalation_id = scene.standing.escalation_id if scene.standing else None
            who = supervisor.agent_id
            if not await attendances.begin(connection, conversation_id, escalation_id, who, Kind.WATCH, at=scene.at):
                return
            await scene.record("escalation.watched")
            if self.tells_agents and scene.owned.agent and scene.owned.agent != supervisor:
                text = self.phrases.say("utter_human_watched", supervisor=supervisor.name)
                lines.append(await scene.add(Role.NOTE, {"text": text}))
        await self._announce(conversation_id, lines)

    async def unwatch(self, conversation_id: str, supervisor: AgentIdentity) -> None:
        """Looks away. Raises UnknownConversation."""
        async with transaction(self.pool) as connection:
            scene = await self._enter(connection, conversation_id, supervisor)
            if await attendances.end(connection, conversation_id, supervisor.agent_id, Kind.WATCH, at=scene.at):
                await scene.record("escalation.unwatched")
        await self._announce(conversation_id, ())

    async def whisper(self, conversation_id: str, supervisor: AgentIdentity, client_id: str, text: str) -> Line:
        """Says something that only the desk reads, to the agent who serves, once per client id.

        Raises:
            UnknownConversation: there is no such conversation.
            NotServed: no agent but the supervisor serves it.
        """
        async with transaction(self.pool) as connection:
            scene = await self._enter(connection, conversation_id, supervisor)
            if known := await transcript.find(connection, conversation_id, Role.NOTE, client_id):
                return known
            body = {"text": text, "whisper": {"to": scene.agent().agent_id}}
            line = await scene.add(Role.NOTE, body, client_id=client_id)
            await scene.record("escalation.whispered", seq=line.seq)
        await self._announce(conversation_id, [line])
        return line

    async def join(self, conversation_id: str, supervisor: AgentIdentity) -> None:
        """Speaks in the chat from here on, beside the agent who keeps it; the customer is told who came.

        Raises:
            UnknownConversation: there is no such conversation.
            NotServed: no agent but the supervisor serves it.
        """
        async with transaction(self.pool) as connection:
            scene = await self._enter(connection, conversation_id, supervisor)
            agent = scene.agent()
            if await self._is_joined(scene):
                return
            escalation_id = scene.standing.escalation_id if scene.standing else None
            who = supervisor.agent_id
            # One from a request that has ended gives way to this one.
            await attendances.end(connection, conversation_id, who, Kind.JOIN, at=scene.at)
            await attendances.begin(connection, conversation_id, escalation_id, who, Kind.JOIN, at=scene.at)
            await scene.record("escalation.joined")
            line = await self._tell(scene, "utter_human_supervisor_joined", agent)
        await self._announce(conversation_id, [line])

    async def leave(self, conversation_id: str, supervisor: AgentIdentity) -> None:
        """Speaks no more; the customer is told who goes on. Raises UnknownConversation."""
        lines: list[Line] = []
        async with transaction(self.pool) as connection:
            scene = await self._enter(connection, conversation_id, supervisor)
            was_there = await self._is_joined(scene)
            await attendances.end(connection, conversation_id, supervisor.agent_id, Kind.JOIN, at=scene.at)
            if was_there and scene.owned.agent:
                await scene.record("escalation.left")
                lines.append(await self._tell(scene, "utter_human_supervisor_left", scene.owned.agent))
        await self._announce(conversation_id, lines)

    async def say(self, conversation_id: str, supervisor: AgentIdentity, client_id: str, text: str) -> Line:
        """Says the supervisor's words to the customer, once per client id; the agent keeps the conversation.

        Raises:
            UnknownConversation: there is no such conversation.
            NotServed: no agent serves it any more.
            NotJoined: the supervisor has not joined it.
        """
        async with transaction(self.pool) as connection:
            scene = await self._enter(connection, conversation_id, supervisor)
            if known := await transcript.find(connection, conversation_id, Role.AGENT, client_id):
                return known
            scene.agent()
            if not await self._is_joined(scene):
                raise NotJoined(NotJoined.__doc__ or "", conversation_id=conversation_id)
            line = await scene.add(Role.AGENT, {"text": text}, client_id=client_id)
        await self._announce(conversation_id, [line])
        return line

    async def _enter(self, connection: Connection, conversation_id: str, supervisor: AgentIdentity) -> _Scene:
        owned = await transcript.lock(connection, conversation_id)
        standing = await ledger.open_in(connection, conversation_id)
        return _Scene(connection, conversation_id, supervisor, owned, standing, self.clock.now())

    async def _is_joined(self, scene: _Scene) -> bool:
        there = await attendances.present(scene.connection, scene.conversation_id)
        return any(one.kind is Kind.JOIN and one.supervisor == scene.supervisor for one in there)

    async def _tell(self, scene: _Scene, name: str, agent: AgentIdentity) -> Line:
        text = self.phrases.say(name, supervisor=scene.supervisor.name, agent=agent.name)
        return await scene.add(Role.SYSTEM, {"text": text})

    async def _announce(self, conversation_id: str, lines: Sequence[Line]) -> None:
        await live.announce_lines(self.bus, conversation_id, lines)
        await self.bus.publish(DESK_TOPIC, {"kind": "attendance", "conversation_id": conversation_id})
