"""The door of the Alipay life account: `/webhooks/alipay`, the app's gateway; it knows no Rasa and no store.

A push is acknowledged once it is durable; the answer always follows as a customer-service message.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import raw

from connectors.alipay.account import AlipayAccount
from connectors.alipay.api import AlipayApi
from connectors.alipay.carrier import AlipayCarrier
from connectors.alipay.cipher import ContentCipher
from connectors.alipay.keys import Keys, signed_content
from connectors.alipay.messages import Form, Pushed, read_form, read_notice, read_push
from connectors.alipay.templates import ReplyTemplate
from connectors.alipay.windows import MemoryBook, is_stranger, opener
from connectors.shared.courier import Courier
from connectors.shared.errors import Forbidden
from connectors.shared.pace import Limits
from connectors.shared.ports import ContactBook, Draw, MediaStore, Opening, Reception, Say
from connectors.shared.progress import SharedProgress
from connectors.shared.push_door import PushDoor
from connectors.shared.routes import function
from connectors.shared.scenes import scene_in
from connectors.shared.xml import write_xml
from conversation.identity import ChannelName, ChannelUser
from conversation.message import TEXT_CHARACTERS, InboundMessage
from runtime.cache import Cache
from runtime.clock import Clock

# A captured form verifies for ever: its message is durable, so a copy of it changes nothing, and old ones end here.
_WINDOW_SECONDS = 3600
_NOTICE = frozenset({"sign", "sign_type"})
_CHECK, _MESSAGE = "alipay.service.check", "alipay.mobile.public.message.notify"
# Events that say something; the others are nobody's words.
_SPOKEN = frozenset({"event.click"})
# Events that bring the scene of a scanned code.
_SCANNED = frozenset({"event.enter", "event.follow"})
# Keys of the platform's own menu entries (member binding): nobody spoke.
_RESERVED_KEYS = frozenset({"authentication", "delete"})

_LIMITS = Limits()

_FAILED = "<success>false</success><error_code>VERIFY_FAILED</error_code>"

Taker = Callable[[ChannelUser, Pushed], Awaitable[None]]


class AlipayDoor(PushDoor):
    """Takes what the gateway pushes, and answers it later."""

    name = "alipay"

    def __init__(
        self,
        reception: Reception,
        account: AlipayAccount,
        clock: Clock,
        say: Say,
        *,
        media: MediaStore | None = None,
        draw: Draw | None = None,
        book: ContactBook | None = None,
        limits: Limits = _LIMITS,
        cache: Cache | None = None,
    ) -> None:
        """Keeps what the door needs; without a `book` this process alone knows whom it may write to, without a `cache`
        how much of a parcel the platform has.

        Raises:
            SettingsError: a key of the account does not read.
        """
        super().__init__(reception, clock, say, media=media, limits=limits, window_seconds=_WINDOW_SECONDS)
        self._account = account
        self._keys = Keys(account)
        self._api = AlipayApi(account, self._keys, clock)
        self._cipher = ContentCipher(account.aes_key) if account.aes_key else None
        self._book = book or MemoryBook()
        shared = SharedProgress(cache, f"alipay:{account.app_id}")
        carrier = AlipayCarrier(self._api, self._book, clock, say, draw, ReplyTemplate.of(account, say), shared)
        self.courier = Courier(reception, ChannelName.ALIPAY, carrier)
        self._takers: Mapping[str, Taker] = {
            "text": self._take_text,
            "image": self._take_image,
            "event.follow": self._take_follow,
            "event.click": self._take_click,
            "event.enter": self._take_enter,
            "event.unfollow": self._take_unfollow,
        }

    def blueprint(self) -> Blueprint:
        """Returns the route of this door."""
        routes = Blueprint("alipay_door", url_prefix="/webhooks/alipay")
        routes.add_route(function(self._push), "", methods=["POST"])
        return routes

    async def close(self) -> None:
        """Ends what runs and leaves the platform."""
        await self.courier.drain()
        await self._gatekeeper.close()
        await self._api.close()

    async def _push(self, request: Request) -> HTTPResponse:
        self._gatekeeper.check_address(request)
        form = read_form(request.body)
        service = form["service"]
        if not service:
            return await self._notice(form)
        signed = self._verifies(form)
        if service == _CHECK:
            return self._checked(form, signed=signed)
        if not signed:
            raise Forbidden("alipay.signature.invalid", "The push is not signed by Alipay's key.")
        pushed = read_push(form, self._cipher)
        if pushed.app_id and pushed.app_id != self._account.app_id:
            raise Forbidden("alipay.app_id.foreign", "The push is for another app.")
        self._guard.check_time(str(pushed.created_ms // 1000))
        if service == _MESSAGE:
            await self._take(pushed)
        return self._acknowledged(form, pushed)

    def _verifies(self, form: Form, without: frozenset[str] = frozenset({"sign"})) -> bool:
        content = signed_content(form.fields, without=without).encode(form.charset)
        return self._keys.verifies(content, form["sign"])

    async def _notice(self, form: Form) -> HTTPResponse:
        """Keeps a notice that is no push of the gateway (`msg_method`): signed without its `sign_type`."""
        if not self._verifies(form, _NOTICE):
            raise Forbidden("alipay.signature.invalid", "The notice is not signed by Alipay's key.")
        if form["app_id"] not in ("", self._account.app_id):
            raise Forbidden("alipay.app_id.foreign", "The notice is for another app.")
        notice = read_notice(form, self._cipher)
        new = await self._book.keep_notice(self.name, notice.notice_id, notice.method, notice.fields)
        self._log.info("alipay.notice.received", method=notice.method, notice_id=notice.notice_id, new=new)
        return raw(b"success", content_type="text/plain")

    def _checked(self, form: Form, *, signed: bool) -> HTTPResponse:
        """Answers the check of the gateway's address; a bad signature is told in its own form."""
        if not signed:
            self._log.warning("alipay.check.failed", reason="the signature does not fit ALIPAY_PUBLIC_KEY")
        verdict = "<success>true</success>" if signed else _FAILED
        return self._signed(form, f"{verdict}<biz_content>{self._keys.our_public_key}</biz_content>")

    def _acknowledged(self, form: Form, pushed: Pushed) -> HTTPResponse:
        """Acknowledges a push; without this Alipay sends it again."""
        now = int(self._clock.now().timestamp() * 1000)
        fields: dict[str, str | int] = {
            "ToUserId": pushed.to,
            "AppId": self._account.app_id,
            "CreateTime": now,
            "MsgType": "ack",
        }
        return self._signed(form, write_xml("XML", fields))

    def _signed(self, form: Form, response: str) -> HTTPResponse:
        signature = self._keys.sign(response.encode(form.charset))
        body = (
            f'<?xml version="1.0" encoding="{form.charset_name}"?>'
            f"<alipay><response>{response}</response><sign>{signature}</sign><sign_type>RSA2</sign_type></alipay>"
        )
        return raw(body.encode(form.charset), content_type=f"text/xml; charset={form.charset_name}")

    async def _take(self, pushed: Pushed) -> None:
        """Makes a push durable."""
        user = ChannelUser(ChannelName.ALIPAY, pushed.user_id)
        self._log.info("alipay.push.received", conversation_id=user.conversation_id, kind=pushed.kind, key=pushed.key)
        if by := opener(pushed.kind):
            opening = Opening(by, self._clock.now())
            await self._book.opened(user.conversation_id, pushed.to, opening, pushed.created_ms)
        scene = scene_in(pushed.text("ActionParam")) if pushed.kind in _SCANNED else ""
        if pushed.kind == "event.enter" and await self.take_scene(user, pushed.key, scene):
            return  # what the scene says is greeting enough
        spoken = pushed.kind in _SPOKEN or not pushed.kind.startswith("event.")
        if spoken and not await self._gatekeeper.takes(pushed.user_id):
            told = not self._gatekeeper.customer(pushed.user_id).tells()
            await self.put_aside(user, pushed.key, self._line(pushed), told=told)
        elif pushed.kind in self._takers:
            await self._takers[pushed.kind](user, pushed)
        elif spoken:
            message = InboundMessage(user, pushed.key, self._say("utter_door_line_other"))
            await self._reception.remark(message, self._say("utter_door_unreadable"))
        if pushed.kind == "event.follow":
            await self.take_scene(user, pushed.key, scene)

    def _line(self, pushed: Pushed) -> str:
        """The words of a push, or those that stand for what it is."""
        said = pushed.text("Text", "Content") or pushed.text("ActionParam")
        return said or self._say("utter_door_line_image" if pushed.kind == "image" else "utter_door_line_other")

    async def _take_text(self, user: ChannelUser, pushed: Pushed) -> None:
        said = pushed.text("Text", "Content")
        if said:
            await self.take_words(user, pushed.key, said)

    async def _take_image(self, user: ChannelUser, pushed: Pushed) -> None:
        name = f"image-{pushed.key}.{pushed.text('Image', 'Format') or 'jpg'}"
        await self.take_picture(user, pushed.key, name, partial(self._api.media, pushed.text("Image", "MediaId")))

    async def _take_follow(self, user: ChannelUser, pushed: Pushed) -> None:
        await self._reception.remark(InboundMessage(user, pushed.key, ""), self._say("utter_door_welcome"))

    async def _take_click(self, user: ChannelUser, pushed: Pushed) -> None:
        """What the menu sends is its key: the sentence it says, as with a button."""
        key = pushed.text("ActionParam")[:TEXT_CHARACTERS]
        if key and key not in _RESERVED_KEYS:
            await self.receive(InboundMessage(user, pushed.key, key))

    async def _take_enter(self, user: ChannelUser, pushed: Pushed) -> None:
        """Greets who enters the chat, once a day and only who has not been here for a day; a guest who comes back to a
        conversation is not talked at."""
        now = self._clock.now()
        contact = await self._book.find(user.conversation_id)
        if contact and not contact.has_left and is_stranger(contact.openings, now):
            greeting = InboundMessage(user, f"greeting-{now:%Y-%m-%d}", "")
            await self._reception.remark(greeting, self._say("utter_door_greeting"))

    async def _take_unfollow(self, user: ChannelUser, pushed: Pushed) -> None:
        """Nothing may be written to who has left; what still waits for them fails."""
        await self._book.left(user.conversation_id, pushed.to, pushed.created_ms)
