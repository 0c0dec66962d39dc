"""Keeps what an agent did and promised, from their note and from what the desk sends along, for the bot to know."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from conversation.facts import Facts, Promise
from conversation.identity import AgentIdentity
from handoff.rules import read_rules
from runtime.clock import SHANGHAI
from runtime.postgres import Connection

_FILE = "facts.yml"
_KEEP = "update conversations set return_facts = $2 where conversation_id = $1"
_NOON = 12


@dataclass(frozen=True)
class FactRules:
    """How a note is read."""

    keep: timedelta
    past: timedelta
    order: re.Pattern[str]
    clause: re.Pattern[str]
    time: re.Pattern[str]
    promise: re.Pattern[str]
    days: Mapping[str, int]
    afternoon: frozenset[str]
    slots: frozenset[str]


@lru_cache(maxsize=1)
def fact_rules() -> FactRules:
    """The rules of the file, read once in a process. Raises RulesError."""
    return read_rules(_FILE, _parse)


def _parse(raw: dict[str, Any]) -> FactRules:
    order, clause, time, promise = (re.compile(raw[name]) for name in ("order", "clause", "time", "promise"))
    keep, past = timedelta(days=raw["keep_days"]), timedelta(hours=raw["past_hours"])
    days = {str(word): int(number) for word, number in raw["days"].items()}
    return FactRules(
        keep, past, order, clause, time, promise, days, frozenset(raw["afternoon"]), frozenset(raw["slots"])
    )


def widened(facts: Facts, note: str, at: datetime) -> Facts:
    """Adds what the note tells besides: numbers of orders, and clauses that promise something at a time."""
    rules = fact_rules()
    orders = tuple(dict.fromkeys([*facts.orders, *rules.order.findall(note)]))
    known = {promise.text for promise in facts.promised}
    told = (promise for promise in promises_in(note, at) if promise.text not in known)
    slots = {name: value for name, value in facts.slots.items() if name in rules.slots}
    return replace(facts, orders=orders, promised=(*facts.promised, *told), slots=slots)


def promises_in(note: str, at: datetime) -> list[Promise]:
    """The clauses of a note that name a time by which something is to happen."""
    rules = fact_rules()
    found = []
    for clause in rules.clause.findall(note):
        time = rules.time.search(clause)
        moment = _moment(time, rules, at) if time and rules.promise.search(clause) else None
        if moment:
            found.append(Promise(clause.strip(), moment.isoformat()))
    return found


def _moment(time: re.Match[str], rules: FactRules, at: datetime) -> datetime | None:
    told, today = time.groupdict(), at.astimezone(SHANGHAI)
    hour = int(told["hour"])
    late = rules.afternoon & {told["part"] or "", told["day"] or ""}
    hour += _NOON if late and hour < _NOON else 0
    minute = 30 if told["half"] else int(told["minute"] or 0)
    try:
        day = today.replace(
            month=int(told["month"] or today.month),
            day=int(told["date"] or told["only"] or today.day),
        ) + timedelta(days=rules.days.get(told["day"] or "", 0))
        moment = day.replace(hour=hour, minute=minute, second=0, microsecond=0)
    except ValueError:
        return None  # no such day or hour: it stays a part of the note
    dated = told["month"] or told["only"] or told["day"] or told["part"]
    soon = not dated and hour < _NOON and moment < today  # "before six", said at ten in the morning
    return moment + timedelta(hours=_NOON) if soon else moment


async def keep_facts(
    connection: Connection, conversation_id: str, agent: AgentIdentity, note: str, facts: Facts, *, at: datetime
) -> Facts:
    """Keeps the facts of a service in the conversation; one that left none takes the older ones away."""
    told = widened(facts, note, at)
    kept = None if told.empty else {**told.to_wire(), "agent": agent.name, "at": at.isoformat()}
    await connection.execute(_KEEP, conversation_id, kept)
    return told


def told_now(kept: dict[str, Any] | None, at: datetime) -> dict[str, Any]:
    """What the actions are told of kept facts: nothing once they are old, and no promise long past."""
    rules = fact_rules()
    if not kept or at - datetime.fromisoformat(kept["at"]) > rules.keep:
        return {}
    fresh = [one for one in kept["promised"] if not one["at"] or at - datetime.fromisoformat(one["at"]) < rules.past]
    return {**kept, "promised": fresh}
