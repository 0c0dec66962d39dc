"""Carries parcels to WeChat: as the passive reply while a push waits for it, else as customer-service messages."""

from __future__ import annotations

from collections import OrderedDict
from datetime import timedelta
from typing import Any

import structlog

from connectors.shared.plain import Letter, cut, write
from connectors.shared.ports import Later, Outcome, Parcel, Refused, Say, Sent
from connectors.wechat.api import WeChatApi
from connectors.wechat.errors import ApiRefused, ApiUnreachable
from connectors.wechat.exchanges import Exchanges
from conversation.identity import ChannelUser

# Measured: 2048 bytes; a passive reply over it fails without an error code.
TEXT_BYTES = 2000
_MENU_CHOICES = 10
# The account may not send menus (not certified): 40200; or the platform does not take this one.
_NO_MENU = frozenset({40200, 40035, 47001})
_BUSY = {
    -1: timedelta(seconds=1),  # system busy
    45011: timedelta(minutes=1),  # too many calls this minute
    45009: timedelta(minutes=2),  # the day's calls are used up: tried a while, the count is cleared by hand
    **dict.fromkeys((40001, 40014, 42001), timedelta(seconds=30)),  # refused with a new token, too
    **dict.fromkeys((40013, 40125, 40164, 89503), timedelta(minutes=1)),  # ours to mend: app id, secret, address
}
_MOST_PROGRESS = 1000


class WeChatCarrier:
    """Hands parcels to one account's platform."""

    def __init__(self, api: WeChatApi, exchanges: Exchanges, say: Say) -> None:
        self._api = api
        self._exchanges = exchanges
        self._say = say
        self._menus = True
        # Parts of a long parcel that are there already, should a later part fail.
        self._arrived: OrderedDict[tuple[str, int], int] = OrderedDict()
        self._log = structlog.get_logger()

    async def carry(self, parcel: Parcel) -> Outcome:
        """See base class."""
        openid = ChannelUser.of(parcel.conversation_id).user_id
        letter = write(parcel, self._say)
        parts = cut(letter.with_list(self._say), TEXT_BYTES)
        if not parts:
            return Sent()
        exchange = self._exchanges.waiting(openid)
        key = (parcel.conversation_id, parcel.lines[0].seq)
        if exchange and len(parts) == 1 and key not in self._arrived:
            exchange.give(parts[0])
            return Sent()
        return await self._send(openid, key, self._messages(letter, parts))

    def _messages(self, letter: Letter, parts: list[str]) -> list[dict[str, Any]]:
        fits = len(parts) == 1 and 0 < len(letter.buttons) <= _MENU_CHOICES and bool(letter.text)
        if self._menus and fits:
            return [_menu(letter), *(_text(part) for part in parts)]
        return [_text(part) for part in parts]

    async def _send(self, openid: str, key: tuple[str, int], messages: list[dict[str, Any]]) -> Outcome:
        if messages[0]["msgtype"] == "msgmenu":
            menu, *messages = messages
            outcome = await self._one(openid, menu)
            if outcome is not None:
                return outcome
        for number, message in enumerate(messages):
            if number < self._arrived.get(key, 0):
                continue
            outcome = await self._one(openid, message)
            if not isinstance(outcome, Sent):
                return outcome or Refused("not a menu")
            self._arrived[key] = number + 1
            if len(self._arrived) > _MOST_PROGRESS:
                self._arrived.popitem(last=False)
        self._arrived.pop(key, None)
        return Sent()

    async def _one(self, openid: str, message: dict[str, Any]) -> Outcome | None:
        """Sends one message; None: this account has no menus, the text has to do."""
        try:
            await self._api.send({"touser": openid, **message})
        except ApiUnreachable as error:
            return Later(error.detail)
        except ApiRefused as error:
            if message["msgtype"] == "msgmenu" and error.errcode in _NO_MENU:
                self._menus = False
                self._log.warning("wechat.menu.unavailable", errcode=error.errcode)
                return None
            if error.errcode in _BUSY:
                return Later(error.detail, _BUSY[error.errcode])
            # Outside the 48 hours (45015), quota used up (45047), gone or unwilling (43004, 48002), and what is ours.
            return Refused(error.detail)
        return Sent()


def _text(content: str) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": content}}


def _menu(letter: Letter) -> dict[str, Any]:
    rows = [
        {"id": str(number), "content": button.label}
        for number, button in enumerate(letter.buttons, max(letter.first_choice, 1))
    ]
    return {"msgtype": "msgmenu", "msgmenu": {"head_content": letter.text, "list": rows, "tail_content": ""}}
