"""Asks whether an answer of the bot helped, below the answer, where the channel shows no thumbs: seldom, by rule.

The line that asks carries `helped` in its body; `bot.reception.survey` reads what is said to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.reception.claim import Claim
from conversation.events import Owner
from handoff.phrases import Phrases
from handoff.satisfaction.survey_rules import survey_rules
from runtime.postgres import Connection

_ASKED = """
    select exists (select from messages where conversation_id = $1 and role = 'bot' and body ? 'helped'
                   and created_at > $2)
"""


async def ask_whether_helped(
    connection: Connection, claim: Claim, bodies: Sequence[dict[str, Any]], phrases: Phrases, *, at: datetime
) -> list[dict[str, Any]]:
    """Returns the bubbles, with the question below the last one where the rules of surveys say so."""
    rule, last = survey_rules().bot, bodies[-1]
    if not may_ask(claim, bodies):
        return list(bodies)
    if await connection.fetchval(_ASKED, claim.conversation_id, at - rule.again):
        return list(bodies)
    return [*bodies[:-1], {**last, "card": _noted(last["card"], phrases.say("utter_human_helped_ask")), "helped": True}]


def may_ask(claim: Claim, bodies: Sequence[dict[str, Any]]) -> bool:
    """Whether these bubbles are such that the question belongs below them, if it was not asked lately."""
    rule = survey_rules().bot
    if claim.channel not in rule.channels or claim.owner is not Owner.BOT or not bodies:
        return False
    return bodies[-1].get("card", {}).get("kind") in rule.cards and not any(body.get("buttons") for body in bodies)


def _noted(card: dict[str, Any], question: str) -> dict[str, Any]:
    """The question stands below the card: it is the card's note, after a note it has already."""
    return {**card, "note": "\n".join(part for part in (card.get("note", ""), question) if part)}
