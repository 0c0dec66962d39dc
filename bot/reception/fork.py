"""What a turn does with the fork: calls a person, lets one go, or goes on with a matter people have ended."""

from __future__ import annotations

from datetime import datetime

from bot.reception.claim import Claim
from conversation.events import Owner
from conversation.reply import HandoffRequest
from handoff import ledger, transcript
from handoff.errors import NotWaiting
from handoff.escalations import Change, Escalations
from handoff.passing.reopening import reopen_for_customer
from handoff.voice import is_silenced
from runtime.postgres import Connection

# The skill of whoever answers danger.
DANGER = "danger"


async def hand_over(
    connection: Connection, claim: Claim, request: HandoffRequest, escalations: Escalations, *, at: datetime
) -> Change | None:
    """Calls a person, unless one is there or has been since the turn began: then the request came too late."""
    owned = await transcript.ownership(connection, claim.conversation_id)
    if await is_silenced(connection, claim.conversation_id, owned, claim.epoch):
        return None
    # Who stands in danger is told once that a person comes, not with every new fact.
    quiet = request.skill == DANGER
    return await escalations.request(connection, claim.conversation_id, request, at=at, quiet=quiet)


async def leave_queue(connection: Connection, claim: Claim, escalations: Escalations, *, at: datetime) -> Change | None:
    """Ends the wait for a person; one who was called for danger still comes, and that is said."""
    standing = await ledger.open_in(connection, claim.conversation_id)
    if standing and standing.skill == DANGER:
        again = HandoffRequest(DANGER, standing.reason, standing.priority, {})
        return await escalations.request(connection, claim.conversation_id, again, at=at)
    try:
        return await escalations.leave_queue(connection, claim.conversation_id, at=at)
    except NotWaiting:
        return None  # a person has just come, or nobody is called any more


async def reopen(
    connection: Connection, claim: Claim, intent: str, escalations: Escalations, *, at: datetime
) -> Change | None:
    """Gives a matter that goes on after its service back to people, where the table says so."""
    owned = await transcript.ownership(connection, claim.conversation_id)
    if owned.owner is not Owner.BOT or owned.epoch != claim.epoch:
        return None
    return await reopen_for_customer(connection, claim.conversation_id, intent, escalations, at=at)
