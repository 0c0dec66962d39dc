"""When a life account may write to somebody, and as the answer to what (`event_type`); it sends nothing.

A follow and a click allow messages for five minutes, an entry into the chat one message that day, a written message
about two days (not published). What is not told here may still be tried: the platform says when a window is over.
https://docs.open.alipay.com/api_6/alipay.open.public.message.custom.send
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
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


@dataclass
class _Page:
    """What is known of somebody: each opening with the platform's time of it, and which of them are used up."""

    address: str
    openings: dict[str, tuple[Opening, int]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    left_ms: int | None = None


class MemoryBook:
    """A contact book of this process alone, for a door without a store behind it; the newest people are kept."""

    def __init__(self) -> None:
        self._pages: OrderedDict[str, _Page] = OrderedDict()

    async def opened(self, conversation_id: str, address: str, opening: Opening, sent_ms: int) -> None:
        """See base class."""
        page = self._page(conversation_id, address)
        if page.left_ms is not None and page.left_ms >= sent_ms:
            return
        page.left_ms = None
        known = page.openings.get(opening.by)
        if known is None or sent_ms > known[1]:
            page.openings[opening.by] = (opening, sent_ms)
            page.used.discard(opening.by)

    async def left(self, conversation_id: str, address: str, sent_ms: int) -> None:
        """See base class."""
        page = self._page(conversation_id, address)
        if not any(at > sent_ms for _, at in page.openings.values()):
            page.left_ms = max(page.left_ms or 0, sent_ms)
            page.openings.clear()

    async def used(self, conversation_id: str, by: str) -> None:
        """See base class."""
        if page := self._pages.get(conversation_id):
            page.used.add(by)

    async def find(self, conversation_id: str) -> Contact | None:
        """See base class."""
        page = self._pages.get(conversation_id)
        if page is None:
            return None
        openings = tuple(one for by, (one, _) in page.openings.items() if by not in page.used)
        return Contact(page.address, openings, has_left=page.left_ms is not None)

    async def keep_notice(self, channel: str, notice_id: str, method: str, fields: dict[str, str]) -> bool:
        """See base class; nothing is kept here, the log has it."""
        return True

    def _page(self, conversation_id: str, address: str) -> _Page:
        page = self._pages.setdefault(conversation_id, _Page(address))
        page.address = address
        self._pages.move_to_end(conversation_id)
        if len(self._pages) > _MOST_USERS:
            self._pages.popitem(last=False)
        return page
