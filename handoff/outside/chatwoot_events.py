"""Reads what Chatwoot tells by webhook: `message_created`, `conversation_updated`, `conversation_status_changed`.

Our own lines come back as such events too; they are known by the `source_id` we gave them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from handoff.outside.port import EventKind, OutsideEvent
from runtime.errors import BadRequest


def read(body: bytes, *, inbox_id: int) -> Sequence[OutsideEvent]:
    """Reads a verified body; what concerns another inbox, or nobody, is no event. Raises BadRequest."""
    try:
        told = json.loads(body)
        kind = told["event"]
        if kind == "message_created":
            return _message(told, inbox_id)
        if kind == "conversation_updated":
            return _assigned(told, inbox_id)
        if kind == "conversation_status_changed":
            return _status(told, inbox_id)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadRequest("outside.event.malformed", "The webhook does not read as an event.") from error
    return ()


def _message(told: Mapping[str, Any], inbox_id: int) -> Sequence[OutsideEvent]:
    sender = told.get("sender") or {}
    ours = bool(told.get("source_id"))
    by_agent = told["message_type"] == "outgoing" and sender.get("type", "user") == "user"
    if told["inbox"]["id"] != inbox_id or ours or not by_agent or not told.get("content"):
        return ()
    return (
        OutsideEvent(
            event_id=f"message:{told['id']}",
            kind=EventKind.NOTED if told.get("private") else EventKind.SAID,
            case_ref=str(told["conversation"]["id"]),
            agent_id=str(sender.get("id", "")),
            agent_name=str(sender.get("name") or ""),
            text=str(told["content"]),
        ),
    )


def _assigned(told: Mapping[str, Any], inbox_id: int) -> Sequence[OutsideEvent]:
    assignee = (told.get("meta") or {}).get("assignee")
    if told["inbox_id"] != inbox_id or not assignee or "assignee_id" not in _changed(told):
        return ()
    event_id = f"assignee:{told['id']}:{assignee['id']}:{_moment(told)}"
    names = {"agent_id": str(assignee["id"]), "agent_name": str(assignee.get("name") or "")}
    return (OutsideEvent(event_id, EventKind.TAKEN, str(told["id"]), **names),)


def _status(told: Mapping[str, Any], inbox_id: int) -> Sequence[OutsideEvent]:
    if told["inbox_id"] != inbox_id or told["status"] != "resolved":
        return ()
    return (OutsideEvent(f"status:{told['id']}:{_moment(told)}", EventKind.RESOLVED, str(told["id"])),)


def _changed(told: Mapping[str, Any]) -> set[str]:
    return {name for change in told.get("changed_attributes") or () for name in change}


def _moment(told: Mapping[str, Any]) -> str:
    """When the change was made, which tells a second one from a repetition of the first."""
    for change in told.get("changed_attributes") or ():
        if "updated_at" in change:
            return str(change["updated_at"]["current_value"])
    return str(told.get("timestamp") or told.get("updated_at") or "")
