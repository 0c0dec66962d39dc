"""Carries parcels to WeChat: as the passive reply while a push waits for it, else as customer-service messages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog

from connectors.shared.album import Album, NotDrawn, pictures
from connectors.shared.plain import Letter, cut, write
from connectors.shared.ports import Draw, Later, Outcome, Parcel, Refused, Say, Sent
from connectors.shared.progress import Progress
from connectors.wechat.api import WeChatApi
from connectors.wechat.errors import ApiError, ApiRefused, ApiUnreachable
from connectors.wechat.exchanges import Exchanges
from conversation.identity import ChannelUser
from conversation.reply import Chart

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
# The platform keeps an uploaded medium for three days.
_MEDIUM_SECONDS = 60 * 60 * 60.0
_NO_MEDIUM = 40007


class WeChatCarrier:
    """Hands parcels to one account's platform; without `draw` no picture goes with a chart."""

    def __init__(self, api: WeChatApi, exchanges: Exchanges, say: Say, draw: Draw | None = None) -> None:
        self._api = api
        self._exchanges = exchanges
        self._say = say
        self._album = Album(draw, api.upload, seconds=_MEDIUM_SECONDS) if draw else None
        self._menus = True
        self._progress = Progress()
        self._log = structlog.get_logger()

    async def carry(self, parcel: Parcel) -> Outcome:
        """See base class."""
        openid = ChannelUser.of(parcel.conversation_id).user_id
        letter = write(parcel, self._say)
        parts = cut(letter.with_list(self._say), TEXT_BYTES)
        outcome = await self._write(openid, parcel, letter, parts)
        if self._album and isinstance(outcome, Sent):
            await self._illustrate(openid, parcel, self._album, len(parts))
        return outcome

    async def _write(self, openid: str, parcel: Parcel, letter: Letter, parts: list[str]) -> Outcome:
        """Hands the words over: as the passive reply when it is due and they fit, else as messages."""
        exchange = self._exchanges.waiting(openid)
        if exchange and len(parts) == 1 and not self._progress.of(parcel):
            exchange.give(parts[0])
            self._progress.note(parcel, 1)
            return Sent()
        if self._menus and not self._progress.of(parcel) and _fits_a_menu(letter, parts):
            outcome = await self._one(openid, _menu(letter))
            if isinstance(outcome, Sent):
                self._progress.note(parcel, 1)
            if outcome is not None:
                return outcome
        for number in range(self._progress.of(parcel), len(parts)):
            outcome = await self._one(openid, _text(parts[number]))
            if not isinstance(outcome, Sent):
                return outcome or Refused("not a menu")
            self._progress.note(parcel, number + 1)
        return Sent()

    async def _illustrate(self, openid: str, parcel: Parcel, album: Album, said: int) -> None:
        """Sends the charts after the words, which hold the rows: a picture that fails is missed by nobody."""
        for number, picture in enumerate(pictures(parcel), said):
            if number < self._progress.of(parcel):
                continue
            try:
                await self._show(openid, album, picture.chart)
            except (ApiError, NotDrawn) as error:
                self._log.warning(
                    "wechat.chart.undelivered", conversation_id=parcel.conversation_id, reason=error.detail
                )
            self._progress.note(parcel, number + 1)

    async def _show(self, openid: str, album: Album, chart: Chart) -> None:
        try:
            await self._api.send({"touser": openid, **_image(await album.name(chart))})
        except ApiRefused as error:
            album.forget(chart)
            if error.errcode != _NO_MEDIUM:
                raise
            await self._api.send({"touser": openid, **_image(await album.name(chart))})

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


def _fits_a_menu(letter: Letter, parts: list[str]) -> bool:
    return len(parts) == 1 and 0 < len(letter.buttons) <= _MENU_CHOICES and bool(letter.text)


def _image(media_id: str) -> dict[str, Any]:
    return {"msgtype": "image", "image": {"media_id": media_id}}


def _text(content: str) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": content}}


def _menu(letter: Letter) -> dict[str, Any]:
    rows = [
        {"id": str(number), "content": button.label}
        for number, button in enumerate(letter.buttons, max(letter.first_choice, 1))
    ]
    return {"msgtype": "msgmenu", "msgmenu": {"head_content": letter.text, "list": rows, "tail_content": ""}}
