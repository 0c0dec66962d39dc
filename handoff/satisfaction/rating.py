"""What a customer's stars for a service do: the book, the timeline, the call after a low score, the word about it.

Every door and every way to say it (a card, a digit, words) comes through here, inside the caller's transaction and
under the conversation's lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from conversation.evaluation import Evaluation, EvaluationKind, Opinion
from conversation.events import Owner
from conversation.message import Line, Role
from handoff import ledger, transcript
from handoff.phrases import Phrases
from handoff.satisfaction import evaluations, follow_ups
from handoff.satisfaction.evaluations import Subject
from runtime.clock import SHANGHAI
from runtime.postgres import Connection


@dataclass(frozen=True)
class Rated:
    """The opinion as it stands now, and the lines it added for the customer."""

    evaluation: Evaluation
    lines: tuple[Line, ...] = ()


async def keep(
    connection: Connection,
    conversation_id: str,
    seq: int,
    subject: Subject,
    opinion: Opinion,
    phrases: Phrases,
    *,
    at: datetime,
    reply_to: int | None = None,
) -> Rated:
    """Writes an opinion down; a low score for a service opens a call, and the customer is told until when.

    While a person has the word nothing is said beside them: they read the timeline.
    """
    kept = await evaluations.put(connection, conversation_id, seq, subject, opinion, at=at)
    if kept.kind is not EvaluationKind.SERVICE or kept.escalation_id is None:
        return Rated(kept)
    escalation = await ledger.get(connection, kept.escalation_id)
    await ledger.record(connection, escalation, "escalation.evaluated", "customer", at=at, stars=opinion.value)
    due = await follow_ups.open_for(connection, escalation, opinion.value, at=at)
    owned = await transcript.ownership(connection, conversation_id)
    if due is None or owned.owner is Owner.AGENT:
        return Rated(kept)
    text = phrases.say("utter_human_follow_up", due=when(due, at, phrases))
    line = await transcript.append(
        connection, conversation_id, Role.SYSTEM, {"text": text}, at=at, epoch=owned.epoch, reply_to=reply_to
    )
    return Rated(kept, (line,))


def when(due: datetime, at: datetime, phrases: Phrases) -> str:
    """A moment as it is said: today, tomorrow, or with its date."""
    due, today = due.astimezone(SHANGHAI), at.astimezone(SHANGHAI).date()
    clock = f"{due:%H:%M}"
    if due.date() == today:
        return phrases.say("utter_human_today", time=clock)
    if due.date() == today + timedelta(days=1):
        return phrases.say("utter_human_tomorrow", time=clock)
    return phrases.say("utter_human_day", month=due.month, day=due.day, time=clock)
