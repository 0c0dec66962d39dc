"""A supervisor gives a conversation to somebody else, or everything an agent holds when that agent leaves.

The transitions are those of `handoff.escalations`; this is the one place that decides which of them a reassignment is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from conversation.identity import AgentIdentity
from conversation.message import Role
from handoff import ledger, live, transcript
from handoff.acts import Act, Change
from handoff.errors import HandoffError, NotServed, UnknownTarget
from handoff.escalations import Escalations
from handoff.ledger import Escalation, Target
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.postgres import Connection, Pool, transaction

_HELD = """
    select conversation_id, skill from escalations where state = 'serving' and agent_id = $1
    order by priority, requested_at
"""


@dataclass(frozen=True)
class Moved:
    """What became of one conversation of an agent who leaves; `code`: why it stayed."""

    conversation_id: str
    to: str
    code: str = ""

    def to_wire(self) -> dict[str, str]:
        """Returns `{"conversation_id", "to", "code"}`."""
        return {"conversation_id": self.conversation_id, "to": self.to, "code": self.code}


@dataclass(frozen=True)
class Reassigning:
    """Moves conversations between people."""

    pool: Pool
    bus: Bus
    clock: Clock
    escalations: Escalations

    async def reassign(self, conversation_id: str, supervisor: AgentIdentity, to: str, note: str) -> Change:
        """Gives a conversation to a colleague, or to the queue of a skill, whoever holds it or waits in it.

        Raises:
            UnknownConversation: there is no such conversation.
            UnknownTarget: nobody is called `to`, and nobody has that skill.
            NotServed: a skill was named, and nobody waits or is served here.
        """
        async with transaction(self.pool) as connection:
            change = await self._move(connection, conversation_id, supervisor, to, note)
        await live.announce_change(self.bus, change)
        return change

    async def reassign_all(self, agent_id: str, supervisor: AgentIdentity, to: str, note: str) -> Sequence[Moved]:
        """Moves all that an agent serves, each by itself; without `to` each goes to the queue of its own skill."""
        rows = await self.pool.fetch(_HELD, agent_id)
        return [await self._try(row["conversation_id"], supervisor, to or row["skill"], note) for row in rows]

    async def _try(self, conversation_id: str, supervisor: AgentIdentity, to: str, note: str) -> Moved:
        try:
            await self.reassign(conversation_id, supervisor, to, note)
        except UnknownTarget:
            if to == ledger.GENERAL:
                raise
            # Nobody has this skill any more: whoever is there takes it, rather than nobody.
            await self.reassign(conversation_id, supervisor, ledger.GENERAL, note)
            return Moved(conversation_id, ledger.GENERAL)
        except HandoffError as error:  # it has moved or ended meanwhile
            return Moved(conversation_id, to, error.code)
        return Moved(conversation_id, to)

    async def _move(
        self, connection: Connection, conversation_id: str, supervisor: AgentIdentity, to: str, note: str
    ) -> Change:
        at, owned = self.clock.now(), await transcript.lock(connection, conversation_id)
        target = await ledger.transfer_target(connection, to)
        if target is None:
            raise UnknownTarget("Nobody is called so, and nobody has this skill.", to=to)
        before = owned.agent
        if target.colleague:
            change = await self.escalations.take_over(
                connection, conversation_id, target.colleague, at=at, displace=True
            )
        else:
            change = await self._queue(connection, conversation_id, supervisor, before, target)
        detail = {"from": before.agent_id if before else "", "to": to}
        await ledger.record(
            connection, change.escalation, "escalation.reassigned", supervisor.agent_id, at=at, **detail
        )
        said = self.escalations.phrases.say(
            "utter_human_reassigned", supervisor=supervisor.name, agent=before.name if before else "-", note=note
        )
        line = await transcript.append(
            connection,
            conversation_id,
            Role.NOTE,
            {"text": said.strip()},
            at=at,
            epoch=change.ownership.epoch,
            agent_id=supervisor.agent_id,
        )
        return replace(change, lines=(*change.lines, line))

    async def _queue(
        self,
        connection: Connection,
        conversation_id: str,
        supervisor: AgentIdentity,
        holder: AgentIdentity | None,
        target: Target,
    ) -> Change:
        """Lets it wait for a skill: from its agent at once, or with another skill where it waits already."""
        at, standing = self.clock.now(), await ledger.open_in(connection, conversation_id)
        if holder and standing:
            return await self._back_to_queue(Act(connection, at, supervisor.agent_id), standing, target.skill)
        if standing is None:
            raise NotServed("Nobody waits or is served here.", conversation_id=conversation_id)
        waiting = await ledger.set_skill(connection, standing, target.skill)
        return Change(conversation_id, await transcript.ownership(connection, conversation_id), waiting)

    async def _back_to_queue(self, act: Act, served: Escalation, skill: str) -> Change:
        waiting = await ledger.set_skill(act.connection, served, skill)
        return await self.escalations.wait_again(
            act, waiting, "escalation.requeued", "utter_human_transferred", urgency=served.priority
        )
