"""Reads the facts an agent leaves with a conversation, as the desk sends them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.server.bodies import Text
from conversation.facts import Facts, Promise
from runtime.clock import SHANGHAI
from runtime.errors import BadRequest

_MOST = 10
_LINE, _NUMBER, _MOMENT = Text(200), Text(40), Text(40, least=0)
_PARTS = frozenset({"done", "promised", "orders", "slots"})


@dataclass(frozen=True)
class FactsField:
    """`{"done", "promised": [{"text", "at"}], "orders", "slots"}`; every part may be missing."""

    def check(self, name: str, value: Any) -> Facts:
        """Returns the facts. Raises BadRequest."""
        if not isinstance(value, dict) or value.keys() - _PARTS:
            raise BadRequest("console.field.type", f"{name} has parts this call does not take.", field=name)
        slots = value.get("slots", {})
        if not isinstance(slots, dict) or len(slots) > _MOST:
            raise BadRequest("console.field.type", f"{name}.slots must be few names with values.", field=name)
        return Facts(
            tuple(_LINE.check(name, one) for one in _listed(name, value.get("done", []))),
            tuple(_promise(name, one) for one in _listed(name, value.get("promised", []))),
            tuple(_NUMBER.check(name, one) for one in _listed(name, value.get("orders", []))),
            {_NUMBER.check(name, slot): _LINE.check(name, told) for slot, told in slots.items()},
        )


def _listed(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > _MOST:
        raise BadRequest("console.field.type", f"{name} must hold lists of at most {_MOST}.", field=name)
    return value


def _promise(name: str, value: Any) -> Promise:
    if not isinstance(value, dict) or value.keys() - {"text", "at"} or "text" not in value:
        raise BadRequest("console.field.type", f"{name}.promised must hold text and at.", field=name)
    at = _MOMENT.check(name, value.get("at", ""))
    try:
        told = datetime.fromisoformat(at) if at else None
    except ValueError as error:
        raise BadRequest("console.day.invalid", f"{name}.promised.at is no time.", field=name) from error
    if told and told.tzinfo is None:
        told = told.replace(tzinfo=SHANGHAI)
    return Promise(_LINE.check(name, value["text"]), told.isoformat() if told else "")
