"""The dialogue's memory, carried from one conversation to another as Rasa's own events; it asks nothing of Rasa.

The running session is copied word for word: open form, slots, what was asked and what was offered are the same there.
The conversation it came from begins a new session, so that no form is filled in twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.trackers import NewEvents, append_events, read_session
from runtime.postgres import Connection

_LAST = "select coalesce(max(position), 0) from tracker_events where conversation_id = $1"
Event = dict[str, Any]


async def carry_over(connection: Connection, source: str, target: str, *, at: datetime) -> bool:
    """Carries the memory of `source` over; tells whether a form is open in it.

    Where nothing is open in `source` but a form is in `target`, that one stays; where both have one, that of `target`
    waits for the other to end. The caller holds both conversations.
    """
    carried, kept = await read_session(connection, source), await read_session(connection, target)
    has_form = open_form(carried) is not None
    if not carried or (open_form(kept) and not has_form):
        return False
    if carried[0].get("event") != "session_started":
        carried = [*_new_session(at)[:2], *carried]
    if has_form and (waiting := _waiting_form(kept)):
        paused = slots_of(carried).get("paused_form") or []
        first = [waiting, *([paused] if isinstance(paused, str) else paused)]
        carried = [*carried, {"event": "slot", "name": "paused_form", "value": first, "timestamp": at.timestamp()}]
    await append_events(connection, target, NewEvents(await connection.fetchval(_LAST, target), tuple(carried)))
    await append_events(connection, source, NewEvents(await connection.fetchval(_LAST, source), _new_session(at)))
    return has_form


def open_form(events: Sequence[Event]) -> str | None:
    """The form that these events of a session leave open."""
    loop = next((event for event in reversed(events) if event["event"] == "active_loop"), None)
    return loop["name"] if loop else None


def slots_of(events: Sequence[Event]) -> dict[str, Any]:
    """What these events of a session remember."""
    return {event["name"]: event["value"] for event in events if event["event"] == "slot"}


def _waiting_form(events: Sequence[Event]) -> Event | None:
    """The open form as `actions.held.HeldForm` is written: it goes on when the one before it has ended."""
    slots = slots_of(events)
    known = slots.get("form_at_hand") or {}
    if not known or known["form"] != open_form(events):
        return None
    held = {name: slots[name] for name in known["slots"] if slots.get(name) is not None}
    return {"form": known["form"], "topic": known["topic"], "slots": held}


def _new_session(at: datetime) -> tuple[Event, ...]:
    stamp = at.timestamp()
    return (
        _action("action_session_start", stamp),
        {"event": "session_started", "timestamp": stamp},
        _action("action_listen", stamp),
    )


def _action(name: str, stamp: float) -> Event:
    return {"event": "action", "name": name, "timestamp": stamp, "policy": None, "confidence": 1.0}
