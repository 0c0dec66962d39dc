"""The state machine of a request for a person: one function per transition, each inside the caller's transaction.

waiting -> offered -> serving -> returned | closed, waiting | offered -> abandoned. Offers stand in
`handoff.routing.offers`, passing on in `handoff.passing.transfers`, the lost agent in `handoff.routing.orphans`; what
they share in `handoff.steps`. An open request exists exactly while the owner is not the bot, so a customer is never
without someone. It publishes nothing: `handoff.live` tells the others after the commit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from conversation.events import EscalationState, Owner, Ownership
from conversation.identity import AgentIdentity
from conversation.reply import HandoffRequest
from handoff import ledger, transcript
from handoff.acts import Act, Change
from handoff.errors import AlreadyAccepted, NotWaiting
from handoff.ledger import WAITING_STATES, Escalation
from handoff.ownership import change_owner
from handoff.routing.picking import Pick, check_pick
from handoff.steps import Steps
from handoff.summary import merge_request
from runtime.postgres import Connection

__all__ = ["UNASKED", "Change", "Escalations"]

# The least urgent request, for a conversation an agent takes though nobody asked.
UNASKED = HandoffRequest(skill="general", reason="takeover", priority=5)


@dataclass(frozen=True)
class Escalations(Steps):
    """The transitions between bot, queue and agent."""

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
        act = Act(connection, at, actor)
        owned = await transcript.lock(connection, conversation_id)
        standing = await ledger.open_in(connection, conversation_id)
        if standing:
            return await self._widen(act, owned, standing, request, quiet=quiet)
        escalation = await ledger.insert(connection, conversation_id, request, at=at)
        owned = await change_owner(connection, conversation_id, Owner.QUEUE, None, at=at)
        await act.record(escalation, owned, "escalation.requested", reason=request.reason)
        line = await self.tell_place(act, owned, escalation, "utter_human_queued")
        return Change(conversation_id, owned, escalation, (line,))

    async def accept(
        self,
        connection: Connection,
        escalation_id: int,
        agent: AgentIdentity,
        *,
        at: datetime,
        pick: Pick = Pick.ANY,
    ) -> Change:
        """Gives a waiting request to the agent; the bot is silent from here on.

        Who has an offer takes it; who has none picks from the queue, as far as `pick` lets them.

        Raises:
            UnknownEscalation: there is no such request.
            AlreadyAccepted: another agent was faster.
            NotWaiting: the request has ended.
            NotYours: it is not offered to the agent, and they may not pick it.
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
        offered = escalation.offer is not None and escalation.offer.agent == agent
        if not offered:
            await check_pick(connection, pick, escalation, agent)
        return await self.serve(
            Act.of(connection, agent, at), escalation, "escalation.accepted", "utter_human_joined", offered=offered
        )

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
        return await self.serve(Act.of(connection, agent, at), escalation, "escalation.taken_over", greeting)

    async def return_to_bot(
        self, connection: Connection, conversation_id: str, agent: AgentIdentity, note: str, *, at: datetime
    ) -> Change:
        """Gives the conversation back to the bot, which reads the note in its next turn.

        Raises:
            NotOwner: the agent does not own the conversation.
        """
        act = Act.of(connection, agent, at)
        escalation = await act.held(conversation_id)
        await connection.execute(
            "update conversations set return_note = $2 where conversation_id = $1", conversation_id, note or None
        )
        return await self.end(act, escalation, EscalationState.RETURNED, note)

    async def close(
        self, connection: Connection, conversation_id: str, agent: AgentIdentity, summary: str, *, at: datetime
    ) -> Change:
        """Ends the agent's service; the bot greets what comes next.

        Raises:
            NotOwner: the agent does not own the conversation.
        """
        act = Act.of(connection, agent, at)
        return await self.end(act, await act.held(conversation_id), EscalationState.CLOSED, summary)

    async def leave_queue(
        self, connection: Connection, conversation_id: str, *, at: datetime, actor: str = "customer"
    ) -> Change:
        """Ends a request nobody has accepted; the bot goes on.

        Raises:
            NotWaiting: the customer is not in the queue.
        """
        act = Act(connection, at, actor)
        owned = await transcript.lock(connection, conversation_id)
        standing = await ledger.open_in(connection, conversation_id)
        if standing is None or standing.state not in WAITING_STATES:
            state = owned.owner.value
            raise NotWaiting("The customer is not in the queue.", conversation_id=conversation_id, state=state)
        return await self.end(act, standing, EscalationState.ABANDONED, "")

    async def _widen(
        self, act: Act, owned: Ownership, standing: Escalation, request: HandoffRequest, *, quiet: bool
    ) -> Change:
        escalation = await ledger.amend(act.connection, standing, merge_request(standing, request))
        name = "escalation.raised" if escalation.priority < standing.priority else "escalation.repeated"
        detail = {"reason": request.reason, "priority": escalation.priority}
        await ledger.record(act.connection, escalation, name, act.actor, at=act.at, **detail)
        if quiet or escalation.state not in WAITING_STATES:
            return Change(escalation.conversation_id, owned, escalation)
        line = await self.tell_place(act, owned, escalation, "utter_human_still_queued")
        return Change(escalation.conversation_id, owned, escalation, (line,))
