"""The situation a turn leaves, put together in one way; what the books hold its callers read, each in their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.reception.claim import Claim
from bot.reception.triggers import Contacts, Situation, trigger_rules
from conversation.reply import Turn
from conversation.skills import skill_for
from handoff.mood.reader import Mood, mood_reader, simplified

_MISSED = frozenset({"nlu_fallback"})


def situation_of(
    claim: Claim,
    turn: Turn,
    intent: str,
    *,
    mood: Mood,
    before: int | None,
    risks: Iterable[object],
    contacts: int,
    failures: int = 0,
) -> Situation:
    """Joins what the turn has found with the mood, marks and counts that the books hold."""
    return Situation(
        text=simplified(claim.spoken),
        topic=intent if skill_for(intent) != skill_for("") or counts(intent) else "",
        mood=mood,
        before=Mood(before or Mood.NEUTRAL),
        risks=frozenset(map(str, [*risks, *turn.profile.get("risks", ())])),
        missed=intent in _MISSED,
        contacts=contacts,
        failures=failures,
    )


def mood_of(claim: Claim, before: Sequence[str]) -> Mood:
    """The mood of a message behind those `before` it, the oldest first."""
    return mood_reader().read(claim.shown or claim.text, before).mood


def counts(topic: str) -> bool:
    """Whether the third contact about this matter calls a person."""
    return contact_rule(topic) is not None


def contact_rule(topic: str) -> Contacts | None:
    """The rule of coming again, where it holds for this matter."""
    rule = trigger_rules().contacts
    return rule if rule is not None and topic in rule.topics else None


def contacts_now(earlier: Sequence[datetime], at: datetime, rule: Contacts) -> int:
    """Counts the contacts about a matter when this is a new one; messages of one talk are one contact.

    Args:
        earlier: the times of `rule.within` before this one, the oldest first.
    """
    if earlier and at - earlier[-1] < rule.apart:
        return 0
    return _count_apart([*earlier, at], rule.apart)


def _count_apart(times: Sequence[datetime], apart: timedelta) -> int:
    """How many of these times lie so far behind the one before."""
    return sum(1 for before, now in zip([None, *times], times, strict=False) if before is None or now - before >= apart)
