"""Showing a masked number: for a reason, for a few minutes, written down, and counted.

What is hidden is named by a field: `slot:<name>` of the request, `line:<seq>` of the transcript, `asked`, or
`account:<tail>` and `address:<tail>` of the profile. Another source of hidden values adds a reader to `SOURCES`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from console.server import audit
from conversation.events import DESK_TOPIC
from handoff.card import masks
from runtime.bus import Bus
from runtime.errors import BadRequest
from runtime.postgres import Connection
from runtime.yaml_files import read_yaml

REASONS: Mapping[str, bool] = MappingProxyType(
    {code: bool(rule["words"]) for code, rule in read_yaml(Path(__file__).with_name("unmask.yml"))["reasons"].items()}
)
_HOUR = timedelta(hours=1)
_LEAST_WORDS = 4

_SUMMARY = "select summary from escalations where conversation_id = $1 order by escalation_id desc limit 1"
_PROFILE = "select profile from conversations where conversation_id = $1"
_LINE = "select body ->> 'text' from messages where conversation_id = $1 and seq = $2 and role <> 'note'"
_ASKED = """
    select body ->> 'text' from messages where conversation_id = $1 and role = 'customer' order by seq desc limit 1
"""
_KEEP = """
    insert into unmaskings (agent_id, conversation_id, field, reason, words, at, until)
    values ($1, $2, $3, $4, $5, $6, $7)
"""
_COUNT = "select count(*) from unmaskings where agent_id = $1 and at > $2"
_ALARMED = "select 1 from desk_alarms where kind = 'unmask' and agent_id = $1 and at > $2"
_ALARM = "insert into desk_alarms (kind, agent_id, detail, at) values ('unmask', $1, $2, $3)"

Source = Callable[[Connection, str, str], Awaitable[str | None]]


@dataclass(frozen=True)
class Wish:
    """Who wants to see what, and why."""

    agent_id: str
    conversation_id: str
    field: str
    reason: str
    words: str


@dataclass(frozen=True)
class Shown:
    """The value, until when it may stand on the screen, and how often this person has looked in an hour."""

    value: str
    until: datetime
    count: int
    alarmed: bool


async def show(connection: Connection, wish: Wish, *, at: datetime, shown_for: timedelta, alarm_at: int) -> Shown:
    """Reads a hidden value and writes down who saw it.

    Raises:
        BadRequest: no such field, no such reason, or a reason that needs words.
    """
    _check_reason(wish)
    value = await _read(connection, wish)
    await connection.execute(
        _KEEP, wish.agent_id, wish.conversation_id, wish.field, wish.reason, wish.words, at, at + shown_for
    )
    count = int(await connection.fetchval(_COUNT, wish.agent_id, at - _HOUR))
    alarmed = count >= alarm_at and await connection.fetchval(_ALARMED, wish.agent_id, at - _HOUR) is None
    if alarmed:
        await connection.execute(_ALARM, wish.agent_id, {"count": count, "conversation_id": wish.conversation_id}, at)
    # What was shown stands in the audit as its mask: the audit itself must tell no number.
    await audit.record(
        connection,
        wish.agent_id,
        "unmask",
        wish.conversation_id,
        at=at,
        field=wish.field,
        shown=masks.mask(_kind(wish.field), value),
        reason=wish.reason,
        words=masks.mask("text", wish.words),
        count=count,
    )
    return Shown(value, at + shown_for, count, alarmed)


async def tell_alarm(bus: Bus, agent_id: str) -> None:
    """Wakes the supervisors' desks: somebody looks unusually often."""
    await bus.publish(DESK_TOPIC, {"kind": "alarm", "agent_id": agent_id})


def _check_reason(wish: Wish) -> None:
    if wish.reason not in REASONS:
        raise BadRequest("console.unmask.reason", "The reason is not on the list.", field="reason")
    if REASONS[wish.reason] and len(wish.words) < _LEAST_WORDS:
        raise BadRequest("console.unmask.words", "This reason needs a sentence.", field="words")


async def _read(connection: Connection, wish: Wish) -> str:
    source, _, name = wish.field.partition(":")
    read = SOURCES.get(source)
    value = await read(connection, wish.conversation_id, name) if read else None
    if not value:
        raise BadRequest("console.unmask.unknown", "There is nothing hidden by that name.", 404, field=wish.field[:40])
    return value


async def _slot(connection: Connection, conversation_id: str, name: str) -> str | None:
    summary = await connection.fetchval(_SUMMARY, conversation_id) or {}
    found = [str(slot.get("value") or "") for slot in summary.get("slots", ()) if slot.get("name") == name]
    return found[0] if found else None


async def _line(connection: Connection, conversation_id: str, seq: str) -> str | None:
    if not (seq.isascii() and seq.isdigit()) or len(seq) > 18:
        return None
    text: str | None = await connection.fetchval(_LINE, conversation_id, int(seq))
    return text


async def _asked(connection: Connection, conversation_id: str, _: str) -> str | None:
    text: str | None = await connection.fetchval(_ASKED, conversation_id)
    return text


async def _account(connection: Connection, conversation_id: str, tail: str) -> str | None:
    return await _of_profile(connection, conversation_id, tail, "account_no")


async def _address(connection: Connection, conversation_id: str, tail: str) -> str | None:
    return await _of_profile(connection, conversation_id, tail, "address")


async def _of_profile(connection: Connection, conversation_id: str, tail: str, part: str) -> str | None:
    profile = await connection.fetchval(_PROFILE, conversation_id) or {}
    for account in profile.get("accounts", ()):
        if str(account.get("tail") or account.get("account_no") or "")[-4:] == tail:
            value: Any = account.get(part)
            return str(value) if value else None
    return None


def _kind(field: str) -> str:
    source, _, name = field.partition(":")
    return {"slot": masks.kind_of(name), "account": "account", "address": "address"}.get(source, "text")


SOURCES: Mapping[str, Source] = MappingProxyType(
    {"slot": _slot, "line": _line, "asked": _asked, "account": _account, "address": _address}
)
