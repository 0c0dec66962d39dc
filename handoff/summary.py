"""Joins what two requests for a person say about the same matter, so that the agent reads one story."""

from __future__ import annotations

from typing import Any

from conversation.reply import HandoffRequest
from handoff.ledger import Escalation


def merge_request(standing: Escalation, request: HandoffRequest) -> HandoffRequest:
    """Returns the standing request widened by a new one; the more urgent one names skill, reason and priority."""
    summary = _merge(standing.summary, request.summary)
    if request.priority < standing.priority:
        return HandoffRequest(request.skill, request.reason, request.priority, summary)
    return HandoffRequest(standing.skill, standing.reason, standing.priority, summary)


def _merge(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    merged = {**old, **{key: value for key, value in new.items() if value}}
    for key in sorted(old.keys() & new.keys()):
        if isinstance(old[key], list) and isinstance(new[key], list):
            merged[key] = _join(old[key], new[key])
    return merged


def _join(old: list[Any], new: list[Any]) -> list[Any]:
    """Keeps the order of first mention; a slot mentioned again takes its newer value."""
    joined = {_identity(item): item for item in old}
    joined.update({_identity(item): item for item in new})
    return list(joined.values())


def _identity(item: Any) -> str:
    return str(item["name"]) if isinstance(item, dict) and "name" in item else repr(item)
