"""When a life account may write to somebody, and as the answer to what (`event_type`); it sends nothing.

A follow and a click allow messages for five minutes, an entry into the chat one message that day, a written message
about two days (not published). What is not told here may still be tried: the platform says when a window is over.
https://docs.open.alipay.com/api_6/alipay.open.public.message.custom.send
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from connectors.shared.ports import Contact, Opening

MESSAGE, FOLLOW, CLICK, ENTER = "message", "follow", "click", "enter"
# A push that opens a window, by its kind; everything that is no event was written.
_OPENERS = {"event.follow": FOLLOW, "event.click": CLICK, "event.enter": ENTER}
# A little less than the platform gives: the message has to arrive within it.
_LASTS = {MESSAGE: timedelta(hours=47, minutes=55), FOLLOW: timedelta(seconds=290), CLICK: timedelta(seconds=290)}
# How the platform calls what a message answers; an answer to a written message names nothing.
_EVENT_TYPES = {FOLLOW: "follow", CLICK: "click", ENTER: "enter_ppchat"}
_QUIET = timedelta(hours=24)
_MOST_USERS = 10_000


def opener(kind: str) -> str:
    """What a push of this kind opens; nothing for an event that opens no window."""
    return _OPENERS.get(kind, "" if kind.startswith("event.") else MESSAGE)


def event_type(openings: Iterable[Opening], now: datetime) -> str:
    """Chooses what the next message answers: the newest window that is open; the day's one of an entry comes last."""
    known = {one.by: one for one in openings}
    still = [one for one in known.values() if one.by in _LASTS and timedelta(0) <= now - one.at < _LASTS[one.by]]
    if still:
        return _EVENT_TYPES.get(max(still, key=lambda one: one.at).by, "")
    entered = known.get(ENTER)
    return _EVENT_TYPES[ENTER] if entered and entered.at.astimezone(now.tzinfo).date() == now.date() else ""


def is_stranger(openings: Iterable[Opening], now: datetime) -> bool:
    """Whether nobody has written, clicked or followed for a day: who enters then is greeted."""
    return not any(one.by in _LASTS and now - one.at < _QUIET for one in openings)


class MemoryBook:
    """A contact book of this process alone, for a door without a store behind it; the newest people are kept."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Contact] = OrderedDict()
        self._left: dict[str, int] = {}

    async def opened(self, conversation_id: str, address: str, opening: Opening, sent_ms: int) -> None:
        """See base class."""
        if self._left.get(conversation_id, -1) >= sent_ms:
            return
        self._left.pop(conversation_id, None)
        before = self._known.get(conversation_id, Contact(address))
        others = tuple(one for one in before.openings if one.by != opening.by)
        self._put(conversation_id, Contact(address, (*others, opening)))

    async def left(self, conversation_id: str, address: str, sent_ms: int) -> None:
        """See base class."""
        self._put(conversation_id, Contact(address, has_left=True))
        self._left[conversation_id] = sent_ms

    async def used(self, conversation_id: str, by: str) -> None:
        """See base class."""
        if known := self._known.get(conversation_id):
            rest = tuple(one for one in known.openings if one.by != by)
            self._known[conversation_id] = replace(known, openings=rest)

    async def find(self, conversation_id: str) -> Contact | None:
        """See base class."""
        return self._known.get(conversation_id)

    async def keep_notice(self, channel: str, notice_id: str, method: str, fields: dict[str, str]) -> bool:
        """See base class; nothing is kept here, the log has it."""
        return True

    def _put(self, conversation_id: str, contact: Contact) -> None:
        self._known[conversation_id] = contact
        self._known.move_to_end(conversation_id)
        if len(self._known) > _MOST_USERS:
            self._left.pop(self._known.popitem(last=False)[0], None)
