"""What somebody is told who asks for a person: place and time, or when people are back; it says and remembers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from handoff.hours.calendar import Calendar
from handoff.hours.duty import HumanHours, absence, read_calendar
from handoff.ledger import Escalation
from handoff.phrases import Phrases
from handoff.waiting.estimate import Wait, estimate
from handoff.waiting.measures import ahead_of, floor_of
from handoff.waiting.rules import QueueRules, load_queue_rules
from runtime.postgres import Connection

_REMEMBER = """
    insert into queue_told (escalation_id, ahead, least_s, most_s, closed, told_at, look_at)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (escalation_id) do update set ahead = excluded.ahead, least_s = excluded.least_s,
        most_s = excluded.most_s, closed = excluded.closed, told_at = excluded.told_at, look_at = excluded.look_at,
        times = queue_told.times + $8
"""

# The first promise stands: who asks again is not put off.
_PROMISE = """
    update escalations set promised_at = coalesce(promised_at, $2) where escalation_id = $1 returning promised_at
"""


@dataclass(frozen=True)
class Place:
    """Where a request stands: how many are ahead, how long it may take, or since when until when nobody is there."""

    ahead: int = 0
    wait: Wait | None = None
    closed: bool = False
    opens: datetime | None = None
    blanks: Mapping[str, str] | None = None


@lru_cache(maxsize=1)
def queue_rules() -> QueueRules:
    """The rules of the file, read once in a process. Raises RulesError."""
    return load_queue_rules()


async def tell_place(
    connection: Connection, phrases: Phrases, hours: HumanHours, escalation: Escalation, name: str, at: datetime
) -> str:
    """Returns the one sentence for somebody who has just come, and remembers that it was said."""
    rules = queue_rules()
    place = await place_of(connection, phrases, hours, escalation, at, rules)
    await remember(connection, escalation, place, at, rules, times=0)
    return place_words(phrases, name, place, rules)


async def place_of(
    connection: Connection,
    phrases: Phrases,
    hours: HumanHours,
    escalation: Escalation,
    at: datetime,
    rules: QueueRules,
) -> Place:
    """Finds out where a request stands now."""
    calendar = await read_calendar(connection, hours)
    if not calendar.answers(escalation.skill, escalation.priority, at):
        return await _absent(connection, phrases, calendar, escalation, at, rules)
    ahead = await ahead_of(connection, escalation, at)
    floor = await floor_of(connection, escalation.skill, at, rules.estimate)
    return Place(ahead, estimate(ahead, floor, rules.estimate))


async def _absent(
    connection: Connection,
    phrases: Phrases,
    calendar: Calendar,
    escalation: Escalation,
    at: datetime,
    rules: QueueRules,
) -> Place:
    back = absence(calendar, escalation.skill, at, answer_within=rules.answer_within)
    if back is None:
        return Place(closed=True)
    await connection.fetchval(_PROMISE, escalation.escalation_id, back.promised)
    return Place(closed=True, opens=back.opens, blanks=back.blanks(phrases, at))


async def remember(
    connection: Connection, escalation: Escalation, place: Place, at: datetime, rules: QueueRules, *, times: int
) -> None:
    """Writes down what was told, and when to look again: at the opening, or after the shortest pause."""
    wait = place.wait
    look = place.opens or at + (timedelta(hours=1) if place.closed else rules.notices.every)
    least, most = (int(wait.least_s), int(wait.most_s)) if wait else (None, None)
    await connection.execute(
        _REMEMBER, escalation.escalation_id, place.ahead, least, most, place.closed, at, look, times
    )


def place_words(phrases: Phrases, name: str, place: Place, rules: QueueRules) -> str:
    """Writes the sentence `name` for a place."""
    if place.closed:
        return phrases.say(f"{name}_night", **place.blanks) if place.blanks else phrases.say("utter_human_away")
    kind = name if place.ahead else f"{name}_first"
    blanks: dict[str, Any] = {"ahead": place.ahead} if place.ahead else {}
    wait = wait_words(phrases, place.wait, rules)
    text = phrases.say(f"{kind}_timed", wait=wait, **blanks) if wait else phrases.say(kind, **blanks)
    return text + phrases.say("utter_human_call_instead") if is_long(place, rules) else text


def wait_words(phrases: Phrases, wait: Wait | None, rules: QueueRules) -> str:
    """Writes a range of time; nothing where there is none to tell."""
    if wait is None:
        return ""
    least, most = wait.minutes
    if wait.most_s > rules.estimate.longest.total_seconds():
        return phrases.say("utter_human_wait_long")
    if most <= 1:
        return phrases.say("utter_human_wait_short")
    return phrases.say("utter_human_wait_range", least=max(least, 1), most=most)


def is_long(place: Place, rules: QueueRules) -> bool:
    """Whether a call-back is the better offer."""
    if place.closed:
        return False
    return place.ahead >= rules.long_ahead or (
        place.wait is not None and place.wait.most_s >= rules.long_wait.total_seconds()
    )
