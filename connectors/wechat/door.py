"""The door of the WeChat service account: `/webhooks/wechat`; it knows no Rasa and no store.

https://developers.weixin.qq.com/doc/offiaccount/Message_Management/
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import text as plain

from connectors.shared.courier import Courier
from connectors.shared.errors import DoorError, Forbidden, Malformed, PlatformError
from connectors.shared.hold import AccountHold
from connectors.shared.pace import Limits
from connectors.shared.ports import Draw, MediaStore, Reception, Say, Texter
from connectors.shared.progress import SharedProgress
from connectors.shared.push_door import Download, PushDoor
from connectors.shared.routes import function
from connectors.shared.scenes import RESUME
from connectors.shared.xml import read_xml, write_xml
from connectors.wechat.account import WeChatAccount
from connectors.wechat.api import WeChatApi
from connectors.wechat.budget import wechat_quota
from connectors.wechat.carrier import WeChatCarrier
from connectors.wechat.crypto import Envelope, check_signature, signature
from connectors.wechat.exchanges import ANSWER_SECONDS, Exchanges
from connectors.wechat.ladder import Ladder
from connectors.wechat.messages import Pushed, read_push
from connectors.wechat.occasions import Occasions
from connectors.wechat.retries import Retries
from connectors.wechat.templates import TemplateForm, Templates
from connectors.wechat.till import Till
from connectors.wechat.typing import TypingState
from conversation.events import Owner
from conversation.identity import ChannelName, ChannelUser
from conversation.message import TEXT_CHARACTERS, Attachment, InboundMessage
from runtime.cache import Cache
from runtime.clock import Clock

# WeChat repeats a push within seconds; five minutes forgive a clock.
_WINDOW_SECONDS = 300
# WeChat takes this for "got it, no answer now".
_TAKEN = "success"
# A code to go on elsewhere lives so long, and its picture with it.
_RESUME_SECONDS = 600
# What the menu sends is its key: the sentence it says, as with a button.
_PRESSES = frozenset({"event.click"})
_LINES = {
    "video": "utter_door_line_video",
    "shortvideo": "utter_door_line_video",
    "link": "utter_door_line_link",
    "file": "utter_door_line_file",
    "image": "utter_door_line_image",
    "voice": "utter_door_line_voice",
}
_WELCOMED = frozenset({"event.subscribe"})
_SCAN = "event.scan"
_LIMITS = Limits()

Taker = Callable[[ChannelUser, Pushed], Awaitable[bool]]


class WeChatDoor(PushDoor):
    """Takes what WeChat pushes, and answers it within five seconds or later."""

    name = "wechat"

    def __init__(
        self,
        reception: Reception,
        account: WeChatAccount,
        clock: Clock,
        say: Say,
        *,
        media: MediaStore | None = None,
        draw: Draw | None = None,
        limits: Limits = _LIMITS,
        answer_seconds: float = ANSWER_SECONDS,
        cache: Cache | None = None,
        template: TemplateForm | None = None,
        texter: Texter | None = None,
    ) -> None:
        """Opens the door; see PushDoor for what every door needs.

        Args:
            reception, account, clock, say, media, limits: see base class; the account's keys.
            draw: draws a chart; without it no picture goes with one.
            answer_seconds: how long a push waits for its passive reply.
            cache: what the workers share (token, quota, typing); without it each worker is alone.
            template: the template message for who is outside the window; none: the next way is taken.
            texter: the SMS gateway, the way after that.
        """
        super().__init__(reception, clock, say, media=media, limits=limits, window_seconds=_WINDOW_SECONDS)
        self._account = account
        self._envelope = Envelope(account.aes_key, account.app_id) if account.aes_key else None
        self._api = WeChatApi(account, cache)
        self._typing = TypingState(self._api, cache)
        self._exchanges = Exchanges(seconds=answer_seconds, on_late=self._typing.show)
        self._retries = Retries(self._exchanges, reception)
        ledger = wechat_quota(reception, cache, clock)
        till = Till(self._api, ledger, AccountHold(f"wechat:{account.app_id}", cache, clock), clock)
        ladder = Ladder(Templates(self._api, template, say, clock) if template else None, texter)
        shared = SharedProgress(cache, f"wechat:{account.app_id}")
        carrier = WeChatCarrier(
            self._api, self._exchanges, say, till=till, ledger=ledger, ladder=ladder, draw=draw, progress=shared
        )
        self.courier = Courier(reception, ChannelName.WECHAT, carrier, is_quick=self._is_waited_for)
        self._occasions = Occasions(reception, ledger, self.courier.wake)
        reception.on_event(self._typing.on_event)
        self._takers: Mapping[str, Taker] = {
            "text": self._take_text,
            "voice": self._take_voice,
            "image": self._take_image,
            "location": self._take_location,
        }

    def blueprint(self) -> Blueprint:
        """Returns the routes of this door."""
        routes = Blueprint("wechat_door", url_prefix="/webhooks/wechat")
        routes.add_route(function(self._verify), "", methods=["GET"])
        routes.add_route(function(self._push), "", methods=["POST"])
        return routes

    def _is_waited_for(self, conversation_id: str) -> bool:
        """Whether a push waits for its passive reply."""
        return self._exchanges.waiting(ChannelUser.of(conversation_id).user_id) is not None

    async def draw_resume(self, code: str) -> bytes | None:
        """Draws the code to be scanned that takes a conversation on here; none when WeChat will not have it now."""
        try:
            return await self._api.qr_picture(f"{RESUME}{code}", _RESUME_SECONDS)
        except PlatformError as error:
            self._log.warning("wechat.qr.failed", reason=error.detail)
            return None

    async def close(self) -> None:
        """Ends what runs and leaves the platform."""
        await self._exchanges.drain()
        await self._retries.drain()
        await self.courier.drain()
        await self._typing.close()
        await self._gatekeeper.close()
        await self._api.close()

    async def _verify(self, request: Request) -> HTTPResponse:
        """Proves to the platform's page that this address knows the token."""
        timestamp, nonce, echo = (_argument(request, name) for name in ("timestamp", "nonce", "echostr"))
        check_signature(_argument(request, "signature"), self._account.token, timestamp, nonce)
        return plain(echo)

    async def _push(self, request: Request) -> HTTPResponse:
        self._gatekeeper.check_address(request)
        sealed = request.args.get("encrypt_type", "raw") == "aes"
        pushed = read_push(self._open(request) if sealed else self._read(request))
        self._guard.check_once(_argument(request, "msg_signature" if sealed else "signature"), pushed.key)
        user = ChannelUser(ChannelName.WECHAT, pushed.openid)

        async def take() -> bool:
            return await self._take(user, pushed)

        answer = await self._retries.answer(user, pushed.key, take)
        if answer is None:
            return plain(_TAKEN)
        return plain(self._reply(pushed, answer, sealed=sealed), content_type="text/xml; charset=utf-8")

    def _read(self, request: Request) -> dict[str, object]:
        """Reads a plain push; its signature covers time and nonce only."""
        timestamp, nonce = _argument(request, "timestamp"), _argument(request, "nonce")
        check_signature(_argument(request, "signature"), self._account.token, timestamp, nonce)
        self._guard.check_time(timestamp)
        return read_xml(request.body)

    def _open(self, request: Request) -> dict[str, object]:
        """Opens a sealed push."""
        if self._envelope is None:
            raise Forbidden("wechat.mode.sealed", "This door has no EncodingAESKey; set WECHAT_ENCODING_AES_KEY.")
        timestamp, nonce = _argument(request, "timestamp"), _argument(request, "nonce")
        given = _argument(request, "msg_signature")
        sealed = read_xml(request.body).get("Encrypt")
        if not isinstance(sealed, str) or not sealed:
            raise Malformed("wechat.envelope.malformed", "The message holds no envelope.")
        check_signature(given, self._account.token, timestamp, nonce, sealed)
        self._guard.check_time(timestamp)
        return read_xml(self._envelope.open(sealed))

    async def _take(self, user: ChannelUser, pushed: Pushed) -> bool:
        """Makes a push durable; tells whether an answer is to be waited for."""
        self._log.info("wechat.push.received", conversation_id=user.conversation_id, kind=pushed.kind, key=pushed.key)
        await self._occasions.note(user, pushed)
        if pushed.is_event:
            return await self._take_event(user, pushed)
        if await self._gatekeeper.takes(pushed.openid):
            answered = await self._takers.get(pushed.kind, self._take_unreadable)(user, pushed)
        else:
            told = not self._gatekeeper.customer(pushed.openid).tells()
            await self.put_aside(user, pushed.key, self._line(pushed), told=told)
            answered = not told
        # Where a person has the word, the bot will not answer: nobody waits for it.
        return answered and (await self._reception.standing(user.conversation_id)).ownership.owner is not Owner.AGENT

    async def _take_event(self, user: ChannelUser, pushed: Pushed) -> bool:
        if pushed.kind in _WELCOMED:
            await self._remark(InboundMessage(user, pushed.key, ""), self._say("utter_door_welcome"))
            await self.take_scene(user, pushed.key, pushed.text("EventKey"))
            return True
        if pushed.kind == _SCAN:
            return await self.take_scene(user, pushed.key, pushed.text("EventKey")) or await self._remark(
                InboundMessage(user, pushed.key, ""), self._say("utter_door_welcome")
            )
        if pushed.kind in _PRESSES and (key := pushed.text("EventKey")):
            return await self._receive(InboundMessage(user, pushed.key, key[:TEXT_CHARACTERS]))
        return False  # a page view, a notice of the platform: nobody spoke

    async def _take_text(self, user: ChannelUser, pushed: Pushed) -> bool:
        said = pushed.text("Content")
        if not said:
            return await self._take_unreadable(user, pushed)
        await self.take_words(user, pushed.key, said)
        return True

    async def _take_voice(self, user: ChannelUser, pushed: Pushed) -> bool:
        """WeChat is withdrawing its recognition: a voice without words goes to the dialogue where voices are kept, else
        it is answered with a request to type."""
        heard = pushed.text("Recognition")[:TEXT_CHARACTERS]
        try:
            name = f"voice-{pushed.key}.{pushed.text('Format') or 'amr'}"
            voice = await self.kept(user, "voice", name, self._download(pushed))
        except DoorError:
            voice = Attachment("voice", "")
        voice = replace(voice, kind="voice", text=heard)
        if heard or self._media:
            return await self._receive(InboundMessage(user, pushed.key, heard, attachment=voice))
        message = InboundMessage(user, pushed.key, self._say("utter_door_line_voice"), attachment=voice)
        return await self._remark(message, self._say("utter_door_voice_unheard"))

    async def _take_image(self, user: ChannelUser, pushed: Pushed) -> bool:
        await self.take_picture(user, pushed.key, f"image-{pushed.key}.jpg", self._download(pushed))
        return True

    async def _take_location(self, user: ChannelUser, pushed: Pushed) -> bool:
        place = pushed.location
        if place is None:
            return await self._take_unreadable(user, pushed)
        return await self._receive(InboundMessage(user, pushed.key, place.label[:TEXT_CHARACTERS], location=place))

    async def _take_unreadable(self, user: ChannelUser, pushed: Pushed) -> bool:
        """Keeps that something came which cannot be read: the desk sees it."""
        words = (self._say(_LINES.get(pushed.kind, "utter_door_line_other")), pushed.text("Title"), pushed.text("Url"))
        message = InboundMessage(user, pushed.key, " ".join(word for word in words if word)[:TEXT_CHARACTERS])
        return await self._remark(message, self._say("utter_door_unreadable"))

    def _line(self, pushed: Pushed) -> str:
        """The words of a push, or those that stand for what it is."""
        said = next(filter(None, map(pushed.text, ("Content", "Recognition", "Label"))), "")
        return said or self._say(_LINES.get(pushed.kind, "utter_door_line_other"))

    async def _receive(self, message: InboundMessage) -> bool:
        await self.receive(message)
        return True

    async def _remark(self, message: InboundMessage, answer: str) -> bool:
        await self._reception.remark(message, answer)
        return True

    def _download(self, pushed: Pushed) -> Download:
        return partial(self._api.media, pushed.text("MediaId"))

    def _reply(self, pushed: Pushed, answer: str, *, sealed: bool) -> str:
        """Writes the passive reply."""
        now = int(self._clock.now().timestamp())
        fields: dict[str, str | int] = {"ToUserName": pushed.openid, "FromUserName": pushed.account, "CreateTime": now}
        message = write_xml("xml", {**fields, "MsgType": "text", "Content": answer})
        if not sealed or self._envelope is None:
            return message
        envelope, nonce = self._envelope.seal(message.encode()), secrets.token_hex(8)
        signed = signature(self._account.token, str(now), nonce, envelope)
        return write_xml("xml", {"Encrypt": envelope, "MsgSignature": signed, "TimeStamp": now, "Nonce": nonce})


def _argument(request: Request, name: str) -> str:
    """A query parameter that came exactly once."""
    values = request.args.getlist(name) or []
    if len(values) != 1 or len(values[0]) > 256:
        raise Forbidden("wechat.signature.missing", "The address carries no signature of the platform.", missing=name)
    return str(values[0])
