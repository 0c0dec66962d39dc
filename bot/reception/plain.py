"""The end of a plain turn in one statement: only the talk itself changes, and nothing has changed since its claim.

It decides by what the claim knew. What calls a person, keeps a request for later or waits for people is no plain turn:
`bot.reception.turns` ends it step by step, as it does where the owner has changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg

from bot.errors import TurnLost
from bot.reception.claim import Claim
from bot.reception.helped import may_ask
from bot.reception.room import Room
from bot.reception.situation import contact_rule, contacts_now, counts, mood_of, situation_of
from bot.reception.triggers import Situation, trigger_of, trigger_rules
from bot.trackers import NewEvents
from conversation.events import Owner
from conversation.reply import Turn
from handoff.mood.reader import Mood
from runtime.postgres import at_once

_FINISH = "select finish_turn($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"


async def finish(
    house: Room, claim: Claim, turn: Turn, intent: str, events: NewEvents, bodies: Sequence[dict[str, Any]]
) -> bool:
    """Ends a turn with these bubbles; False: it is no plain one, and nothing is done.

    Raises:
        TurnLost: another worker has claimed the message, or the memory has moved on.
    """
    at = house.clock.now()
    situation = _situation(claim, turn, intent, at)
    if not _is_plain(claim, turn, bodies) or trigger_of(situation, trigger_rules()):
        return False
    values = (
        claim.conversation_id,
        list(claim.seqs),
        claim.attempt,
        claim.owner.value,
        claim.epoch,
        at,
        situation.mood.value if claim.spoken else None,
        intent if counts(intent) else None,
        claim.return_note,
        turn.profile,
        list(bodies),
        events.base,
        list(events.events),
        events.opens,
    )
    try:
        async with at_once(house.pool) as connection:
            came = await connection.fetchval(_FINISH, *values)
    except asyncpg.UniqueViolationError as error:
        raise TurnLost(conversation_id=claim.conversation_id, seq=claim.seq) from error
    if came == "lost":
        raise TurnLost(conversation_id=claim.conversation_id, seq=claim.seq)
    return bool(came == "done")


def _is_plain(claim: Claim, turn: Turn, bodies: Sequence[dict[str, Any]]) -> bool:
    """Whether the turn asks for nothing that is decided under the conversation's lock."""
    asks = turn.handoff or turn.leaves_queue or turn.errands or turn.dropped or turn.settled or turn.company_down
    reopens = claim.around.served and claim.owner is Owner.BOT
    return not (asks or reopens or claim.owner is Owner.AGENT or may_ask(claim, bodies))


def _situation(claim: Claim, turn: Turn, intent: str, at: datetime) -> Situation:
    around = claim.around
    return situation_of(
        claim,
        turn,
        intent,
        mood=mood_of(claim, around.words[::-1]) if claim.spoken else Mood.NEUTRAL,
        before=around.mood,
        risks=around.risks,
        contacts=_contacts(claim, intent, at),
    )


def _contacts(claim: Claim, topic: str, at: datetime) -> int:
    if (rule := contact_rule(topic)) is None:
        return 0
    return contacts_now(
        [when for about, when in claim.around.marks if about == topic and when > at - rule.within], at, rule
    )
