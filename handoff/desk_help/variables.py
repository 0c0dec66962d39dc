"""The blanks of canned replies: filled from the conversation, what is not known stays marked and may not be sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from conversation.identity import AgentIdentity
from handoff.errors import UnknownConversation
from runtime.clock import SHANGHAI
from runtime.postgres import Connection
from runtime.yaml_files import read_yaml

_FILE = Path(__file__).with_name("variables.yml")
_BLANK = re.compile(r"\{([^{}\n]{1,12})\}")
# An outage (E) and a payment (Y) have numbers, too, and are no work orders.
_ORDER = re.compile(r"(?<![A-Za-z0-9])(?![EY])[A-Z]{1,2}\d{8,14}(?:-\d{2})?(?!\d)")

_KNOWN = """
    select c.profile, e.summary,
        (select string_agg(m.body::text, ' ' order by m.seq desc) from messages m
         where m.conversation_id = c.conversation_id and m.role in ('bot', 'agent', 'system')
           and m.seq > c.last_seq - 60) as said
    from conversations c
    left join lateral (
        select summary from escalations where conversation_id = c.conversation_id order by escalation_id desc limit 1
    ) e on true
    where c.conversation_id = $1
"""


@dataclass(frozen=True)
class Filled:
    """A text with the blanks filled that could be, and the names of those that could not."""

    text: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Book:
    """The names of the blanks, and the words they need."""

    keys: Mapping[str, str]
    offered: tuple[str, ...]
    dayparts: Mapping[int, str]
    date_shape: str
    name_slots: frozenset[str]
    double_surnames: frozenset[str]


@lru_cache(maxsize=1)
def book() -> Book:
    """Reads the names, once."""
    content = read_yaml(_FILE)
    return Book(
        keys={name: key for key, names in content["variables"].items() for name in names},
        offered=tuple(names[0] for names in content["variables"].values()),
        dayparts=content["dayparts"],
        date_shape=content["date_shape"],
        name_slots=frozenset(content["name_slots"]),
        double_surnames=frozenset(content["double_surnames"]),
    )


def blanks_of(text: str) -> tuple[str, ...]:
    """The blanks in a text, in their order, each once."""
    return tuple(dict.fromkeys(name.strip() for name in _BLANK.findall(text)))


def unknown_blanks(text: str) -> tuple[str, ...]:
    """What stands between braces and is the name of nothing."""
    return tuple(name for name in blanks_of(text) if name not in book().keys)


def unfilled(text: str) -> tuple[str, ...]:
    """The blanks that would reach a customer as they are; other braces are the agent's own business."""
    return tuple(name for name in blanks_of(text) if name in book().keys)


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """Fills the blanks of a text; one without a value stays as it is, for the agent to see."""
    missing: list[str] = []

    def put(match: re.Match[str]) -> str:
        name = match.group(1).strip()
        value = values.get(book().keys.get(name, ""), "")
        if not value:
            missing.append(name)
        return value or match.group(0)

    filled = _BLANK.sub(put, text)
    return Filled(filled, tuple(dict.fromkeys(missing)))


async def values_of(
    connection: Connection, conversation_id: str, agent: AgentIdentity, now: datetime
) -> dict[str, str]:
    """Collects what is known for the blanks. Raises UnknownConversation."""
    row = await connection.fetchrow(_KNOWN, conversation_id)
    if row is None:
        raise UnknownConversation(conversation_id=conversation_id)
    profile, summary = row["profile"], row["summary"] or {}
    here = now.astimezone(SHANGHAI)
    return {
        "surname": _surname(profile, summary),
        "tail": _tail(profile),
        "order": _order(summary, row["said"] or ""),
        "agent": agent.name,
        "agent_id": agent.agent_id,
        "time": f"{here:%H:%M}",
        "date": book().date_shape.format(month=here.month, day=here.day),
        "daypart": _daypart(here.hour),
    }


def _daypart(hour: int) -> str:
    """The name of the part of the day an hour lies in."""
    return book().dayparts[max(begins for begins in book().dayparts if begins <= hour)]


def _surname(profile: Mapping[str, Any], summary: Mapping[str, Any]) -> str:
    """What the customer is called; a nickname of a channel is no name."""
    told = {str(slot.get("name")): str(slot.get("value") or "") for slot in summary.get("slots", ())}
    name = str(profile.get("surname") or "") or next((told[one] for one in book().name_slots if told.get(one)), "")
    return name[:2] if name[:2] in book().double_surnames else name[:1]


def _tail(profile: Mapping[str, Any]) -> str:
    """The end of the account, where there is one only: of two nobody knows which is meant."""
    accounts: list[dict[str, Any]] = list(profile.get("accounts") or [])
    if len(accounts) != 1:
        return ""
    return str(accounts[0].get("tail") or accounts[0].get("account_no") or "")[-4:]


def _order(summary: Mapping[str, Any], said: str) -> str:
    """The order spoken of last."""
    found = _ORDER.findall(said)
    orders = summary.get("orders") or ()
    return str(found[0] if found else orders[-1] if orders else "")
