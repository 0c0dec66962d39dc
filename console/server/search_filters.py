"""What a supervisor may search by, read from the query or a body, and the SQL of it; values go as parameters only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from console.server.bodies import Text
from console.server.services_book import Span
from runtime.errors import BadRequest
from runtime.privacy import mask_text

RESULTS = frozenset({"waiting", "offered", "serving", "returned", "closed", "abandoned", "bot"})
_TEXT = Text(100, least=0)
_TAIL = re.compile(r"\d{4}")
# Two characters at least: one is on every page.
_LEAST_CHARACTERS = 2

# A message with these words; the index narrows, `position` decides.
_SAID = """c.conversation_id in (select m.conversation_id from messages m where m.role <> 'system'
    and text_bigrams(message_words(m.body)) @> text_bigrams({0})
    and position(lower({0}) in lower(message_words(m.body))) > 0)"""

_CONDITIONS = {
    "text": _SAID,
    "customer": "(c.conversation_id = {0} or position(lower({0}) in lower(coalesce(c.profile ->> 'display_name', '')"
    " || ' ' || right(c.conversation_id, 4))) > 0)",
    "account": "exists (select from jsonb_array_elements(c.profile -> 'accounts') held"
    " where right(coalesce(held ->> 'tail', held ->> 'account_no'), 4) = {0})",
    "order": f"(e.summary -> 'orders' ? {{0}} or {_SAID})",
    "agent": "(e.agent_id = {0} or served.name = {0})",
    "skill": "e.skill = {0}",
    "channel": "c.channel = {0}",
    "tag": "(e.summary -> 'risks' ? {0} or c.profile -> 'risks' ? {0} or e.summary -> 'tags' ? {0}"
    " or c.profile -> 'tags' ? {0} or e.reason = {0})",
}


@dataclass(frozen=True)
class Filters:
    """What is searched by; an empty field does not narrow."""

    text: str = ""
    customer: str = ""
    account: str = ""
    order: str = ""
    agent: str = ""
    skill: str = ""
    channel: str = ""
    first: date | None = None
    last: date | None = None
    result: str = ""
    stars_from: int | None = None
    stars_to: int | None = None
    mood: int | None = None
    tag: str = ""

    @classmethod
    def read(cls, told: Mapping[str, str]) -> Filters:
        """Reads the filters of a call.

        Raises:
            BadRequest: one is none, or has a value it cannot take.
        """
        known = {item.name for item in fields(cls)}
        if unknown := sorted(told.keys() - known):
            raise BadRequest("search.filter.unknown", "There is no such filter.", count=len(unknown))
        values: dict[str, Any] = {}
        for name, raw in told.items():
            if said := _TEXT.check(name, raw):
                values[name] = _value(name, said)
        return cls(**values)

    def to_wire(self) -> dict[str, str]:
        """Returns the filters that are set, as they were told."""
        return {item.name: str(value) for item in fields(self) if (value := getattr(self, item.name)) not in ("", None)}

    def to_audit(self) -> dict[str, str]:
        """Returns what the audit keeps: the filters, numbers in them masked."""
        return {name: mask_text(value) for name, value in self.to_wire().items()}

    def where(self) -> tuple[str, list[Any]]:
        """Returns the condition and its parameters."""
        parts, values = [], []
        for name, condition in _CONDITIONS.items():
            if value := getattr(self, name):
                values.append(value)
                parts.append(condition.format(f"${len(values)}::text"))
        for condition, value in self._comparisons():
            values.append(value)
            parts.append(condition.format(f"${len(values)}"))
        if self.result == "bot":
            parts.append("e.escalation_id is null")
        return " and ".join(parts) or "true", values

    def _comparisons(self) -> list[tuple[str, Any]]:
        told = [
            ("found.at >= {0}", Span.of_days(self.first, self.first).begin if self.first else None),
            ("found.at < {0}", Span.of_days(self.last, self.last).end if self.last else None),
            ("e.state = {0}", self.result if self.result != "bot" else ""),
            ("v.value >= {0}", self.stars_from),
            ("v.value <= {0}", self.stars_to),
            ("c.mood = {0}", self.mood),
        ]
        return [(condition, value) for condition, value in told if value not in ("", None)]


def _value(name: str, said: str) -> Any:
    if name in {"text", "order", "customer"} and len(said) < _LEAST_CHARACTERS:
        raise BadRequest("search.text.short", f"{name} needs two characters at least.", field=name)
    if name in {"first", "last"}:
        return _day(name, said)
    if name in {"stars_from", "stars_to"}:
        return _number(name, said, 1, 5)
    if name == "mood":
        return _number(name, said, 0, 3)
    if (name == "account" and not _TAIL.fullmatch(said)) or (name == "result" and said not in RESULTS):
        raise BadRequest("search.filter.value", f"{name} cannot be that.", field=name)
    return said


def _day(name: str, said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise BadRequest("search.filter.value", f"{name} is no day such as 2026-11-21.", field=name) from error


def _number(name: str, said: str, least: int, most: int) -> int:
    if not (said.isascii() and said.isdigit() and least <= int(said[:3]) <= most):
        raise BadRequest("search.filter.value", f"{name} is a number from {least} to {most}.", field=name)
    return int(said)
