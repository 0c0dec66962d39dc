"""What WeChat pushes, read into values: https://developers.weixin.qq.com/doc/offiaccount/Message_Management/ ."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.shared.errors import Malformed
from connectors.shared.text import clean
from conversation.message import EVENT_KEY, Location

_OPENID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MESSAGE_ID = re.compile(r"[0-9]{1,32}")


@dataclass(frozen=True)
class Pushed:
    """One push: who wrote to which account, what kind of message or event, and its fields.

    `key` is the same for every retry. `kind` is the MsgType, for an event `event.<name>`, in lower case.
    """

    openid: str
    account: str
    kind: str
    key: str
    created: int
    fields: Mapping[str, Any]

    def text(self, name: str) -> str:
        """A field's text, fit for the transcript."""
        return clean(self.fields.get(name, ""))

    @property
    def is_event(self) -> bool:
        """Something happened; nobody wrote."""
        return self.kind.startswith("event.")

    @property
    def location(self) -> Location | None:
        """The place that was sent."""
        latitude, longitude = _degrees(self.text("Location_X"), 90), _degrees(self.text("Location_Y"), 180)
        if latitude is None or longitude is None:
            return None
        return Location(latitude, longitude, self.text("Label"))


def read_push(fields: Mapping[str, Any]) -> Pushed:
    """Reads a push.

    Raises:
        Malformed: `wechat.message.malformed`, it names nobody or no kind.
    """
    openid, kind = clean(fields.get("FromUserName")), clean(fields.get("MsgType")).lower()
    created = clean(fields.get("CreateTime"))
    if not _OPENID.fullmatch(openid) or not kind or not created.isdecimal() or len(created) > 15:
        raise Malformed("wechat.message.malformed", "The message lacks its sender, its time or its type.")
    if kind == "event":
        kind = f"event.{clean(fields.get('Event')).lower()}"
    return Pushed(openid, clean(fields.get("ToUserName")), kind, _key(fields, openid, created), int(created), fields)


def _key(fields: Mapping[str, Any], openid: str, created: str) -> str:
    number = clean(fields.get("MsgId"))
    if _MESSAGE_ID.fullmatch(number):
        return number
    named = [openid, created, *(clean(fields.get(name)) for name in ("MsgType", "Event", "EventKey", "MsgID"))]
    return EVENT_KEY + hashlib.sha256("\n".join(named).encode()).hexdigest()[:32]


def _degrees(raw: str, most: int) -> float | None:
    try:
        value = float(raw)
    except ValueError:
        return None
    return value if -most <= value <= most else None
