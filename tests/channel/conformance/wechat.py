"""WeChat under test, in each of its three modes.

https://developers.weixin.qq.com/doc/oplatform/developers/dev/push/encryption.html
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any, ClassVar

from connectors.wechat.account import WeChatAccount
from connectors.wechat.door import WeChatDoor
from runtime.cache import Cache
from runtime.clock import SystemClock
from runtime.postgres import Pool
from tests.channel.conformance.colleagues import Colleague
from tests.channel.conformance.trial import ANSWER_SECONDS, BUSY, REFUSED, DoorUnderTest, Stores, Verdict
from tests.channel.doors import MemoryShelf
from tests.fakes.bot import PHRASES, Worker
from tests.fakes.served import CUT, GARBAGE, NONSENSE
from tests.fakes.wechat import FakeWeChat, Keys, Push, message_xml, passive_text, signed

_BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><xml><Content>&b;</Content></xml>'
_FETCH = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><xml><Content>&a;</Content></xml>'
_DTD = '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><xml><Content>a</Content></xml>'
_TROUBLES = {BUSY: -1, REFUSED: 43004, CUT: CUT, GARBAGE: GARBAGE, NONSENSE: NONSENSE}

_OLD, _TO_COME = -900, 900


def _with(push: Push, **query: str) -> Push:
    return Push({**push.query, **query}, push.body)


def _without(push: Push, *names: str) -> Push:
    return Push({name: value for name, value in push.query.items() if name not in names}, push.body)


class WeChatDoorUnderTest(DoorUnderTest):
    """What the three modes have in common; `signature` names the parameter that is checked."""

    channel = "wechat"
    failures = (BUSY, REFUSED, CUT, GARBAGE, NONSENSE)
    sealed: ClassVar[bool] = True
    clear: ClassVar[bool] = False
    signature: ClassVar[str] = "msg_signature"

    def __init__(self, stores: Stores) -> None:
        super().__init__(stores)
        self.platform = FakeWeChat()
        self._caches: list[Cache] = []
        # One passive reply per message: WeChat takes the first try's, and every later try must say the same or nothing.
        self._replies: dict[str, dict[str, str]] = defaultdict(dict)

    async def start(self) -> None:
        """See base class."""
        self.platform.start()

    async def stop(self) -> None:
        """See base class."""
        self.platform.stop()
        for cache in self._caches:
            await cache.close()

    def make(self, worker: Worker, pool: Pool) -> WeChatDoor:
        """See base class."""
        keys = self.platform.keys
        aes_key = keys.aes_key if self.sealed else ""
        account = WeChatAccount(keys.app_id, keys.token, keys.secret, aes_key, self.platform.url)
        cache = Cache(self.stores.redis_url, prefix=self.stores.prefix)
        self._caches.append(cache)
        return WeChatDoor(
            worker.front,
            account,
            SystemClock(),
            PHRASES.say,
            media=MemoryShelf(),
            answer_seconds=ANSWER_SECONDS,
            cache=cache,
        )

    def conversation(self, person: str) -> str:
        """See base class."""
        return f"wechat:o-{person}"

    def request(self, text: str, *, person: str = "ann", key: str = "", at: float | None = None) -> Push:
        """See base class."""
        created = int(at or time.time())
        fields = {"Content": text, "MsgId": key or str(self.number())}
        return self.sign(message_xml(self.platform.keys, f"o-{person}", "text", created, fields))

    def sign(
        self, message: str, *, keys: Keys | None = None, late: int = 0, nonce: str = "", at: int | None = None
    ) -> Push:
        """Signs a message as this mode does, now or at a second that is given."""
        keys, second = keys or self.platform.keys, int(time.time()) if at is None else at
        return signed(keys, message, second + late, sealed=self.sealed, clear=self.clear, nonce=nonce)

    def text(self, text: str = "一句") -> str:
        """A well-formed message."""
        fields = {"Content": text, "MsgId": str(self.number())}
        return message_xml(self.platform.keys, "o-ann", "text", int(time.time()), fields)

    def unknown(self) -> Push:
        """See base class."""
        fields = {"Beam": "up", "MsgId": str(self.number())}
        return self.sign(message_xml(self.platform.keys, "o-ann", "hologram", int(time.time()), fields))

    async def damaged(self, name: str) -> Push:
        """See base class."""
        if name in ("its nonce came with another message", "its signature came with another body"):
            # Another person's, so that nothing of it stands in Ann's conversation.
            other = message_xml(self.platform.keys, "o-eve", "text", int(time.time()), {"Content": "x", "MsgId": "1"})
            # A signature is of a nonce and a second: on a slow machine the two would else lie in different ones.
            at = int(time.time())
            first = self.sign(other, nonce="same", at=at)
            assert (await self.deliver(first)).taken
            second = self.sign(self.text(), nonce="same", at=at)
            return second if name.startswith("its nonce") else Push(first.query, second.body)
        return _DAMAGES[name](self)

    async def deliver(self, request: Push, at: Colleague | None = None) -> Verdict:
        """See base class; a passive reply is opened, checked and kept for its person."""
        url = (at or self.first).served.url
        async with self.http.post(url, params=request.query, data=request.body) as answer:
            status, body = answer.status, await answer.text()
        if status == 200 and (said := passive_text(self.platform.keys, body)):
            self._hear(body, request, said)
        return Verdict(status == 200, str(status))

    def _hear(self, body: str, request: Push, said: str) -> None:
        opened = self.platform.keys.open(body.split("<Encrypt><![CDATA[")[1].split("]]>")[0]) if self.sealed else body
        assert ("<Encrypt>" in body) is self.sealed, "the reply is not sealed as the push was"
        openid = opened.split("<ToUserName><![CDATA[")[1].split("]]>")[0]
        first = self._replies[openid].setdefault(repr(request), said)
        assert first == said, "two tries of one message got two answers"

    async def heard(self, person: str = "ann") -> list[str]:
        """See base class; lines that left together count one by one."""
        openid = f"o-{person}"
        texts = [*self._replies[openid].values(), *self.platform.texts(openid)]
        return [part for text in texts for part in text.split("\n\n") if part]

    def fail(self, failure: str) -> None:
        """See base class."""
        self.platform.trouble.append(_TROUBLES[failure])  # type: ignore[arg-type]


class WeChatPlain(WeChatDoorUnderTest):
    """The plain mode: the signature covers time and nonce only."""

    mode = "plain"
    sealed = False
    signature = "signature"
    lacks: ClassVar = {
        "a_push_for_another_app_is_refused": "a plain push names no app: who signs with the token is believed",
    }
    damages: ClassVar = {
        "a_bad_signature_is_refused": ("wrong", "none", "of another token", "for another nonce", "longer than any"),
        "a_replay_is_refused": ("old", "from the time to come", "its nonce came with another message"),
        "a_malformed_push_is_refused": ("empty", "no XML", "half an XML", "no UTF-8", "from nobody", "of no type"),
        "an_oversize_push_is_refused": ("70 KB", "200 KB"),
        "an_entity_bomb_is_refused": ("entities", "a file", "a DTD"),
    }


class WeChatSafe(WeChatDoorUnderTest):
    """The safe mode: the body is an envelope, which is signed."""

    mode = "safe"
    damages: ClassVar = {
        "a_bad_signature_is_refused": (*WeChatPlain.damages["a_bad_signature_is_refused"], "of another envelope"),
        "a_replay_is_refused": ("old", "from the time to come", "its signature came with another body"),
        "a_malformed_push_is_refused": (
            *WeChatPlain.damages["a_malformed_push_is_refused"],
            "no envelope",
            "an envelope of nothing",
            "an envelope of another key",
        ),
        "an_oversize_push_is_refused": ("70 KB", "200 KB"),
        "an_entity_bomb_is_refused": ("entities", "a file", "a DTD", "entities around the envelope"),
        "a_push_for_another_app_is_refused": ("sealed for another",),
    }


class WeChatCompatible(WeChatSafe):
    """The compatible mode: the fields stand beside the envelope, and only the envelope is believed."""

    mode = "compatible"
    clear = True


def _foreign(door: WeChatDoorUnderTest) -> Push:
    keys = door.platform.keys
    return door.sign(door.text(), keys=Keys(token="0" * 16, aes_key=keys.aes_key))


def _sealed_as(door: WeChatDoorUnderTest, envelope: str) -> Push:
    stamp, nonce = str(int(time.time())), "n1"
    query = {"timestamp": stamp, "nonce": nonce, "encrypt_type": "aes"}
    query["msg_signature"] = door.platform.keys.signature(stamp, nonce, envelope)
    return Push(query, f"<xml><Encrypt><![CDATA[{envelope}]]></Encrypt></xml>".encode())


def _raw(door: WeChatDoorUnderTest, body: bytes) -> Push:
    """A body that no fake of ours would write, signed: in plain mode as it is, else in place of the envelope."""
    return Push(door.sign(door.text()).query, body)


_DAMAGES: dict[str, Callable[[Any], Push]] = {
    "wrong": lambda door: _with(door.sign(door.text()), **{door.signature: "0" * 40}),
    "none": lambda door: _without(door.sign(door.text()), door.signature),
    "of another token": _foreign,
    "for another nonce": lambda door: _with(door.sign(door.text()), nonce="another"),
    "longer than any": lambda door: _with(door.sign(door.text()), **{door.signature: "a" * 300}),
    "of another envelope": lambda door: Push(door.sign(door.text("一")).query, door.sign(door.text("二")).body),
    "old": lambda door: door.sign(door.text(), late=_OLD),
    "from the time to come": lambda door: door.sign(door.text(), late=_TO_COME),
    "empty": lambda door: _raw(door, b""),
    "no XML": lambda door: door.sign('{"MsgType": "text"}') if not door.clear else _raw(door, b"{}"),
    "half an XML": lambda door: _raw(door, door.sign(door.text()).body[:-20]),
    "no UTF-8": lambda door: _raw(door, "<xml><MsgType>电</MsgType></xml>".encode("gbk")),
    "from nobody": lambda door: door.sign("<xml><CreateTime>1</CreateTime><MsgType>text</MsgType></xml>"),
    "of no type": lambda door: door.sign(door.text().replace("<MsgType><![CDATA[text]]></MsgType>", "")),
    "no envelope": lambda door: _raw(door, b"<xml></xml>"),
    "an envelope of nothing": lambda door: _sealed_as(door, "AAAA"),
    "an envelope of another key": lambda door: _sealed_as(door, Keys().seal(door.text())),
    "70 KB": lambda door: _raw(door, b"<xml>" + b"a" * 70_000 + b"</xml>"),
    "200 KB": lambda door: _raw(door, b"<xml>" + b"a" * 200_000 + b"</xml>"),
    "entities": lambda door: _inside(door, _BOMB),
    "a file": lambda door: _inside(door, _FETCH),
    "a DTD": lambda door: _inside(door, _DTD),
    "entities around the envelope": lambda door: _raw(door, _BOMB.encode()),
    "sealed for another": lambda door: _sealed_as(door, door.platform.keys.seal(door.text(), app_id="wxanother")),
}


def _inside(door: WeChatDoorUnderTest, xml: str) -> Push:
    return signed(door.platform.keys, xml, int(time.time()), sealed=door.sealed)
