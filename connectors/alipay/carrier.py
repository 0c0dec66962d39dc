"""Carries parcels to Alipay: as customer-service messages of the life account, beyond their window as a template."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog

from connectors.alipay.api import AlipayApi
from connectors.alipay.errors import ApiError, ApiRefused, ApiUnreachable, Fate, fate_of
from connectors.alipay.templates import METHOD as TEMPLATE_METHOD
from connectors.alipay.templates import ReplyTemplate
from connectors.alipay.windows import ENTER, event_type
from connectors.shared.album import Album, NotDrawn, pictures
from connectors.shared.plain import cut, write
from connectors.shared.ports import Barred, Contact, ContactBook, Draw, Later, Outcome, Parcel, Refused, Say, Sent, Way
from connectors.shared.progress import SharedProgress
from conversation.identity import ChannelUser
from runtime.clock import Clock

METHOD = "alipay.open.public.message.custom.send"
# No limit is published; 500 Chinese characters are taken everywhere.
TEXT_BYTES = 1500
# How long an uploaded picture stays is not published: its address is used for a day.
_PICTURE_SECONDS = 24 * 60 * 60.0
_LEFT = "the user follows the life account no more"


class _Knocked(Sent):
    """A template message went in the place of all that was left."""


class AlipayCarrier:
    """Hands parcels to the gateway; `book` knows a user's address and what opened the window to write to them.

    Without `draw` no picture goes with a chart, without `template` what comes after the window is owed: it is
    delivered when the user writes again, and a person is asked to call.
    """

    def __init__(
        self,
        api: AlipayApi,
        book: ContactBook,
        clock: Clock,
        say: Say,
        draw: Draw | None = None,
        template: ReplyTemplate | None = None,
        progress: SharedProgress | None = None,
    ) -> None:
        self._api = api
        self._book = book
        self._clock = clock
        self._say = say
        self._album = Album(draw, api.upload, seconds=_PICTURE_SECONDS) if draw else None
        self._template = template
        self._progress = progress or SharedProgress(None, "")
        self._log = structlog.get_logger()

    async def carry(self, parcel: Parcel) -> Outcome:
        """See base class. Raises StoreUnavailable: the book cannot be read, the parcel waits."""
        contact = await self._book.find(parcel.conversation_id) or _guessed(parcel.conversation_id)
        if contact.has_left:
            return Barred(_LEFT)
        parts = cut(write(parcel, self._say).with_list(self._say), TEXT_BYTES)
        await self._progress.learn(parcel)
        for number in range(self._progress.of(parcel), len(parts)):
            outcome = await self._send(parcel, contact, parts, number)
            if not isinstance(outcome, Sent):
                return outcome
            self._progress.note(parcel, len(parts) if isinstance(outcome, _Knocked) else number + 1)
            await self._progress.share(parcel)
            if isinstance(outcome, _Knocked):
                return outcome  # no picture goes after a window is over
        if self._album:
            await self._illustrate(contact, parcel, self._album, len(parts))
        return Sent(way=Way.CUSTOM)

    async def _send(self, parcel: Parcel, contact: Contact, parts: list[str], number: int) -> Outcome:
        """Sends one part; a template that goes in its place carries the others, too."""
        event = event_type(contact.openings, self._clock.now())
        try:
            await self._api.call(METHOD, _content(contact, event, _text(parts[number])))
        except ApiUnreachable as error:
            return Later(error.detail)
        except ApiRefused as error:
            if fate_of(error) is Fate.WINDOW and self._template:
                return await self._knock(parcel, contact, self._template, parts[number:], error)
            return _outcome(error)
        if event == "enter_ppchat":
            await self._book.used(parcel.conversation_id, ENTER)
        return Sent()

    async def _knock(
        self, parcel: Parcel, contact: Contact, template: ReplyTemplate, rest: list[str], over: ApiRefused
    ) -> Outcome:
        """Sends what is left as a template message: the window is over, and this gives the parcel its final state."""
        content = template.content(_receiver(contact, "to_open_id"), "\n".join(rest), self._clock.now())
        try:
            await self._api.call(TEMPLATE_METHOD, content)
        except ApiUnreachable as error:
            return Later(error.detail)
        except ApiRefused as error:
            outcome = _outcome(error)
            return outcome if isinstance(outcome, Later) else Barred(f"{over.detail}; as a template: {error.detail}")
        self._log.info("alipay.template.sent", conversation_id=parcel.conversation_id, parts=len(rest))
        return _Knocked(way=Way.TEMPLATE)

    async def _illustrate(self, contact: Contact, parcel: Parcel, album: Album, said: int) -> None:
        """Sends the charts after the words, which hold the rows: a picture that fails is missed by nobody."""
        event = event_type(contact.openings, self._clock.now())
        for number, picture in enumerate(pictures(parcel), said):
            if number < self._progress.of(parcel):
                continue
            try:
                url = await album.name(picture.chart)
                await self._api.call(METHOD, _content(contact, event, _article(picture.title, url)))
            except (ApiError, NotDrawn) as error:
                album.forget(picture.chart)
                self._log.warning(
                    "alipay.chart.undelivered", conversation_id=parcel.conversation_id, reason=error.detail
                )
            self._progress.note(parcel, number + 1)


def _outcome(error: ApiRefused) -> Outcome:
    fate = fate_of(error)
    if fate is Fate.SOON:
        return Later(error.detail)
    if fate is Fate.MINUTE:
        return Later(error.detail, timedelta(minutes=1))
    return Barred(error.detail) if fate is Fate.WINDOW else Refused(error.detail)


def _text(words: str) -> dict[str, Any]:
    return {"msg_type": "text", "text": {"content": words}}


def _article(title: str, url: str) -> dict[str, Any]:
    """A message of the life account shows a picture only as an article; a tap opens the picture itself."""
    return {"msg_type": "image-text", "articles": [{"title": title, "image_url": url, "url": url}]}


def _content(contact: Contact, event: str, message: Mapping[str, Any]) -> dict[str, Any]:
    content = {**_receiver(contact, "open_id"), **message, "chat": "0" if event == "follow" else "1"}
    return content | ({"event_type": event} if event else {})


def _receiver(contact: Contact, open_id: str) -> dict[str, str]:
    """Names who gets it: a 2088 number or an open id."""
    is_number = len(contact.address) == 16 and contact.address.startswith("2088")
    return {"to_user_id" if is_number else open_id: contact.address}


def _guessed(conversation_id: str) -> Contact:
    """Somebody from before there was a book: an open id in base64 has lost its signs, a number has none."""
    user_id = ChannelUser.of(conversation_id).user_id
    return Contact(user_id.replace("-", "+").replace("_", "/"))
