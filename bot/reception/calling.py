"""Reads the mood of every message, and calls a person where a trigger says so, in the turn's own transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.reception.claim import Claim
from bot.reception.situation import contact_rule, contacts_now, mood_of, situation_of
from bot.reception.triggers import Situation, Trigger, TriggerRules, trigger_of, trigger_rules, urgency_of
from conversation.events import Owner
from conversation.reply import HandoffRequest, Reply, Turn
from conversation.skills import skill_for
from handoff.mood.reader import Mood
from handoff.phrases import Phrases
from runtime.postgres import Connection

# So far back the mood of a customer is remembered.
REMEMBERED = timedelta(minutes=30)
_MOST = 4
_CONTACT, _FAILURE = "contact", "failure"
_BEFORE = """
    select body ->> 'text' as text from messages
    where conversation_id = $1 and role = 'customer' and seq < $2 and created_at > $3 order by seq desc limit $4
"""
_FEEL = "update conversations set mood = $2, mood_at = $3 where conversation_id = $1"
_STANDING = """
    select profile -> 'risks' as risks, case when mood_at > $2 then mood end as mood
    from conversations where conversation_id = $1
"""
_MARK = "insert into trigger_marks (conversation_id, kind, topic, at) values ($1, $2, $3, $4)"
_CONTACTS = """
    select at from trigger_marks
    where conversation_id = $1 and kind = 'contact' and topic = $2 and at > $3 order by at
"""
_FAILED = """
    select count(*) from trigger_marks where conversation_id = $1 and kind = $2 and topic = '' and at > $3
"""
_LAST_TOPIC = """
    select topic from trigger_marks where conversation_id = $1 and kind = 'contact' and at > $2
    order by mark_id desc limit 1
"""


@dataclass(frozen=True)
class Called:
    """A turn with what a trigger added, and the reason, if one fired."""

    turn: Turn
    trigger: Trigger | None = None


async def feel(connection: Connection, claim: Claim, at: datetime) -> Mood:
    """Reads the mood of a message and writes it down, whoever has the word; what has no words changes nothing."""
    if not claim.spoken:
        return Mood.NEUTRAL
    rows = await connection.fetch(_BEFORE, claim.conversation_id, claim.seq, at - REMEMBERED, _MOST)
    mood = mood_of(claim, [str(row["text"] or "") for row in reversed(rows)])
    await connection.execute(_FEEL, claim.conversation_id, mood.value, at)
    return mood


async def call_a_person(
    connection: Connection, claim: Claim, turn: Turn, intent: str, phrases: Phrases, at: datetime
) -> Called:
    """Adds a hand-off to a turn whose situation asks for one, with a sentence in front; a request gets more urgent."""
    standing = await connection.fetchrow(_STANDING, claim.conversation_id, at - REMEMBERED)
    mood = await feel(connection, claim, at)
    if turn.leaves_queue or claim.owner is Owner.AGENT:
        return Called(turn)
    rules = trigger_rules()
    situation = await _situation(connection, claim, turn, intent, mood, standing, at)
    trigger = trigger_of(situation, rules)
    if trigger is None:
        return Called(_as_urgent(turn, situation, rules))
    topic = situation.topic or await connection.fetchval(_LAST_TOPIC, claim.conversation_id, at - timedelta(days=1))
    skill = trigger.skill or (skill_for(topic) if topic else trigger.otherwise)
    asked = turn.handoff or HandoffRequest(skill, trigger.reason, trigger.priority)
    request = replace(
        asked,
        reason=trigger.reason if trigger.priority < asked.priority else asked.reason,
        priority=min(asked.priority, trigger.priority),
        summary={"intent": topic or "", **asked.summary, "triggers": [trigger.reason]},
    )
    spoken = turn.replies
    if turn.handoff is None and claim.owner is Owner.BOT:
        spoken = () if _spares_words(trigger, situation) else spoken
        spoken = in_front(phrases.say(f"utter_reception_called_{_sentence(trigger)}"), spoken)
    return Called(replace(turn, replies=spoken, handoff=request), trigger)


def in_front(text: str, replies: tuple[Reply, ...]) -> tuple[Reply, ...]:
    """Puts a sentence before the first bubble, as its first line: an apology is no bubble more."""
    if not replies:
        return (Reply(text),)
    first = replies[0]
    return (replace(first, text=f"{text}\n{first.text}" if first.text else text), *replies[1:])


def _spares_words(trigger: Trigger, situation: Situation) -> bool:
    """Whether the rest is kept back: "I did not understand" and guesses at what the angry want are no answers."""
    return situation.missed or (trigger.reason == "anger" and not situation.topic)


def _sentence(trigger: Trigger) -> str:
    return "word" if trigger.reason.startswith("word_") else trigger.reason


def _as_urgent(turn: Turn, situation: Situation, rules: TriggerRules) -> Turn:
    """A request of a customer who depends on power, or of a large one, is as urgent as they are."""
    urgency = urgency_of(situation.risks, rules)
    if turn.handoff is None or urgency is None or urgency >= turn.handoff.priority:
        return turn
    return replace(turn, handoff=replace(turn.handoff, priority=urgency))


async def _situation(
    connection: Connection, claim: Claim, turn: Turn, intent: str, mood: Mood, standing: Any, at: datetime
) -> Situation:
    return situation_of(
        claim,
        turn,
        intent,
        mood=mood,
        before=standing["mood"],
        risks=standing["risks"] or (),
        contacts=await _contacts(connection, claim, intent, at),
        failures=await _failures(connection, claim, at) if turn.company_down else 0,
    )


async def _contacts(connection: Connection, claim: Claim, topic: str, at: datetime) -> int:
    """Counts the contacts about a matter, and writes this one down."""
    if (rule := contact_rule(topic)) is None:
        return 0
    rows = await connection.fetch(_CONTACTS, claim.conversation_id, topic, at - rule.within)
    await connection.execute(_MARK, claim.conversation_id, _CONTACT, topic, at)
    return contacts_now([row["at"] for row in rows], at, rule)


async def _failures(connection: Connection, claim: Claim, at: datetime) -> int:
    """Counts the turns in which the company did not answer lately, this one included."""
    rule = trigger_rules().failures
    if rule is None:
        return 0
    await connection.execute(_MARK, claim.conversation_id, _FAILURE, "", at)
    return int(await connection.fetchval(_FAILED, claim.conversation_id, _FAILURE, at - rule.within))


def intent_of(events: tuple[dict[str, Any], ...]) -> str:
    """What the customer meant, as the turn's events tell it."""
    said: dict[str, Any] = next((event for event in reversed(events) if event.get("event") == "user"), {})
    return str(((said.get("parse_data") or {}).get("intent") or {}).get("name") or "")
