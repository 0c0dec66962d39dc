"""The steps that transitions share: a person serves, a request waits again or ends, and the customer is told.

Each step is inside the caller's transaction and under the conversation's lock; which transition may take it is decided
in `handoff.escalations`, `handoff.routing.offers`, `handoff.passing.transfers` and `handoff.routing.orphans`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from conversation.events import EscalationState, Owner, Ownership
from conversation.message import Line, Role
from handoff import ledger
from handoff.acts import Act, Change
from handoff.hours.duty import HumanHours
from handoff.ledger import Escalation
from handoff.ownership import change_owner
from handoff.passing import transfer_book
from handoff.phrases import Phrases
from handoff.routing import presence
from handoff.satisfaction import surveys
from handoff.waiting.telling import tell_place


@dataclass(frozen=True)
class Steps:
    """The common steps, with the sentences they say to the customer, and the hours in which people answer."""

    phrases: Phrases
    hours: HumanHours = field(default_factory=HumanHours)

    async def serve(self, act: Act, escalation: Escalation, name: str, greeting: str, **detail: object) -> Change:
        """Gives the conversation to the acting agent; a transfer and an offer that were open are over."""
        connection, conversation_id = act.connection, escalation.conversation_id
        owned = await change_owner(connection, conversation_id, Owner.AGENT, act.actor, at=act.at)
        concerned = await _let_go(act, escalation) | {act.actor}
        served = await ledger.serve(connection, escalation, act.actor, at=act.at)
        await presence.mark_given(connection, act.actor, at=act.at)
        await act.record(served, owned, name, **detail)
        line = await self.tell(act, conversation_id, owned, greeting)
        return Change(conversation_id, owned, served, (line,), concerned)

    async def wait_again(self, act: Act, escalation: Escalation, name: str, sentence: str, *, urgency: int) -> Change:
        """Lets a served request wait again, at least this urgent; since when it waits stays."""
        conversation_id = escalation.conversation_id
        owned = await change_owner(act.connection, conversation_id, Owner.QUEUE, None, at=act.at)
        concerned = await _let_go(act, escalation)
        waiting = await ledger.requeue(act.connection, escalation, urgency=urgency, at=act.at)
        before = escalation.agent.agent_id if escalation.agent else None
        await act.record(waiting, owned, name, agent=before)
        line = await self.tell_place(act, owned, waiting, sentence)
        return Change(conversation_id, owned, waiting, (line,), concerned)

    async def end(self, act: Act, escalation: Escalation, state: EscalationState, note: str) -> Change:
        """Ends a request and gives the conversation to the bot."""
        conversation_id = escalation.conversation_id
        owned = await change_owner(act.connection, conversation_id, Owner.BOT, None, at=act.at)
        concerned = await _let_go(act, escalation)
        ended = await ledger.end(act.connection, escalation, state, note=note or None, at=act.at)
        if ended.agent:
            await presence.mark_given(act.connection, ended.agent.agent_id, at=act.at)
        await act.record(ended, owned, f"escalation.{state.value}")
        lines = [await act.append(conversation_id, Role.NOTE, owned, {"text": note})] if note else []
        lines.append(await self._say_goodbye(act, owned, ended))
        return Change(conversation_id, owned, ended, tuple(lines), concerned)

    async def tell_place(self, act: Act, owned: Ownership, escalation: Escalation, name: str) -> Line:
        """Tells the place in the queue; when nobody is there, the hours instead of a place."""
        text = await tell_place(act.connection, self.phrases, self.hours, escalation, name, act.at)
        return await act.append(escalation.conversation_id, Role.SYSTEM, owned, {"text": text})

    async def tell(
        self, act: Act, conversation_id: str, owned: Ownership, name: str, *, asked: surveys.Question | None = None
    ) -> Line:
        """Says a sentence to the customer, in the acting agent's name if one acts."""
        text = self.phrases.say(name, agent=act.agent.name) if act.agent else self.phrases.say(name)
        if asked and asked.words:
            text = f"{text}\n{self.phrases.say('utter_human_survey')}"
        body: dict[str, Any] = {"text": text, "survey": asked.mark} if asked else {"text": text}
        return await act.append(conversation_id, Role.SYSTEM, owned, body)

    async def _say_goodbye(self, act: Act, owned: Ownership, ended: Escalation) -> Line:
        """Tells that the request has ended; who was served is asked how it was, on this line and nowhere else."""
        asked = await surveys.question(act.connection, ended, at=act.at)
        conversation_id, name = ended.conversation_id, f"utter_human_{ended.state.value}"
        return await self.tell(act, conversation_id, owned, name, asked=asked)


async def _let_go(act: Act, escalation: Escalation) -> frozenset[str]:
    """Ends what was open beside the request (a transfer, an offer); returns whose desks it leaves."""
    concerned = await transfer_book.void(act.connection, escalation.escalation_id, at=act.at)
    return concerned | {escalation.offer.agent.agent_id} if escalation.offer else concerned
