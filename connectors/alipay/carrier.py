"""Carries parcels to Alipay as customer-service messages of the life account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog

from connectors.alipay.api import AlipayApi
from connectors.alipay.errors import ApiError, ApiRefused, ApiUnreachable
from connectors.shared.album import Album, NotDrawn, pictures
from connectors.shared.plain import cut, write
from connectors.shared.ports import Draw, Later, Outcome, Parcel, Refused, Say, Sent
from connectors.shared.progress import Progress
from conversation.identity import ChannelUser

METHOD = "alipay.open.public.message.custom.send"
# No limit is published; 500 Chinese characters are taken everywhere.
TEXT_BYTES = 1500
_BUSY = frozenset({"20000"})
_BUSY_REASONS = ("isp.", "aop.", "SYSTEM_ERROR")
# Ours to mend: keys, permission, app id. Tried for a while.
_OURS = frozenset({"20001", "40001", "40003", "40006"})
# How long an uploaded picture stays is not published: its address is used for a day.
_PICTURE_SECONDS = 24 * 60 * 60.0

Occasion = Callable[[str], "tuple[str, str]"]


class AlipayCarrier:
    """Hands parcels to the gateway; `occasion` gives a user's address and what opened the window to write to them.

    Without `draw` no picture goes with a chart.
    """

    def __init__(self, api: AlipayApi, occasion: Occasion, say: Say, draw: Draw | None = None) -> None:
        self._api = api
        self._occasion = occasion
        self._say = say
        self._album = Album(draw, api.upload, seconds=_PICTURE_SECONDS) if draw else None
        self._progress = Progress()
        self._log = structlog.get_logger()

    async def carry(self, parcel: Parcel) -> Outcome:
        """See base class."""
        to, event = self._occasion(ChannelUser.of(parcel.conversation_id).user_id)
        parts = cut(write(parcel, self._say).with_list(self._say), TEXT_BYTES)
        for number in range(self._progress.of(parcel), len(parts)):
            outcome = await self._send(_content(to, event, _text(parts[number])))
            if not isinstance(outcome, Sent):
                return outcome
            self._progress.note(parcel, number + 1)
        if self._album:
            await self._illustrate(to, event, parcel, self._album, len(parts))
        return Sent()

    async def _illustrate(self, to: str, event: str, parcel: Parcel, album: Album, said: int) -> None:
        """Sends the charts after the words, which hold the rows: a picture that fails is missed by nobody."""
        for number, picture in enumerate(pictures(parcel), said):
            if number < self._progress.of(parcel):
                continue
            try:
                url = await album.name(picture.chart)
                await self._api.call(METHOD, _content(to, event, _article(picture.title, url)))
            except (ApiError, NotDrawn) as error:
                album.forget(picture.chart)
                self._log.warning(
                    "alipay.chart.undelivered", conversation_id=parcel.conversation_id, reason=error.detail
                )
            self._progress.note(parcel, number + 1)

    async def _send(self, content: dict[str, Any]) -> Outcome:
        try:
            await self._api.call(METHOD, content)
        except ApiUnreachable as error:
            return Later(error.detail)
        except ApiRefused as error:
            if error.answer in _BUSY or error.sub_code.startswith(_BUSY_REASONS):
                return Later(error.detail)
            if error.answer in _OURS:
                return Later(error.detail, timedelta(minutes=1))
            return Refused(error.detail)  # the window is over (MSG_SD_OVER_TIME), the user has left, ...
        return Sent()


def _text(words: str) -> dict[str, Any]:
    return {"msg_type": "text", "text": {"content": words}}


def _article(title: str, url: str) -> dict[str, Any]:
    """A message of the life account shows a picture only as an article; a tap opens the picture itself."""
    return {"msg_type": "image-text", "articles": [{"title": title, "image_url": url, "url": url}]}


def _content(to: str, event: str, message: dict[str, Any]) -> dict[str, Any]:
    name = "to_user_id" if len(to) == 16 and to.startswith("2088") else "open_id"
    content = {name: to, **message, "chat": "0" if event == "follow" else "1"}
    return content | ({"event_type": event} if event else {})
