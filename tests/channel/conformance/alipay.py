"""Alipay's life account under test: RSA2 over a form in GBK."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, ClassVar

from bot.reception.contacts import ContactShelf
from connectors.alipay.account import AlipayAccount
from connectors.alipay.door import AlipayDoor
from runtime.clock import SystemClock
from runtime.postgres import Pool
from tests.channel.conformance.colleagues import Colleague
from tests.channel.conformance.trial import BUSY, REFUSED, DoorUnderTest, Stores, Verdict
from tests.channel.doors import MemoryShelf
from tests.fakes.alipay import FakeAlipay, encoded, message_xml
from tests.fakes.bot import PHRASES, Worker
from tests.fakes.served import CUT, GARBAGE, NONSENSE

_PEOPLE = {"ann": "2088000000000001", "bob": "2088000000000002"}
_SETTINGS = ("ALIPAY_APP_ID", "ALIPAY_APP_PRIVATE_KEY", "ALIPAY_PUBLIC_KEY", "ALIPAY_GATEWAY")
_TROUBLES = {BUSY: "isp.unknow-error", REFUSED: "MSG_SD_OVER_TIME", CUT: CUT, GARBAGE: GARBAGE, NONSENSE: NONSENSE}
_HEADERS = {"content-type": "application/x-www-form-urlencoded;charset=GBK"}


class AlipayDoorUnderTest(DoorUnderTest):
    """The gateway of one app."""

    channel = "alipay"
    failures = (BUSY, REFUSED, CUT, GARBAGE, NONSENSE)
    lacks: ClassVar = {
        "a_token_that_runs_out_under_load_costs_nobody_an_answer": "Alipay has no access token: each call is signed",
        "a_quota_used_up_ends_the_line_and_not_the_talk": "a life account has windows and no count; see refused",
    }
    damages: ClassVar = {
        "a_bad_signature_is_refused": ("wrong", "none", "of another key", "of another body", "of another charset"),
        "a_replay_is_refused": ("old", "from the time to come"),
        "a_malformed_push_is_refused": (
            "empty",
            "no form",
            "a field twice",
            "not in its charset",
            "of an unknown charset",
            "no XML",
            "half an XML",
            "from nobody",
            "of no type",
            "an unsigned notice",
        ),
        "an_oversize_push_is_refused": ("70 KB", "200 KB"),
        "an_entity_bomb_is_refused": ("entities", "a file", "a DTD"),
        "a_push_for_another_app_is_refused": ("of another",),
    }

    def __init__(self, stores: Stores) -> None:
        super().__init__(stores)
        self.platform = FakeAlipay()

    async def start(self) -> None:
        """See base class."""
        self.platform.start()

    async def stop(self) -> None:
        """See base class."""
        self.platform.stop()

    def make(self, worker: Worker, pool: Pool) -> AlipayDoor:
        """See base class."""
        account = AlipayAccount(*(self.platform.settings[name] for name in _SETTINGS))
        clock = SystemClock()
        book = ContactShelf(pool, clock)
        return AlipayDoor(worker.front, account, clock, PHRASES.say, media=MemoryShelf(), book=book)

    def conversation(self, person: str) -> str:
        """See base class."""
        return f"alipay:{self._user(person)}"

    def request(self, text: str, *, person: str = "ann", key: str = "", at: float | None = None) -> bytes:
        """See base class."""
        return self.platform.push(self.text(text, person=person, key=key, at=at))

    def text(self, text: str = "一句", *, person: str = "ann", key: str = "", at: float | None = None) -> str:
        """A well-formed message."""
        created = int((at or time.time()) * 1000)
        fields = {"Text": {"Content": text}, "MsgId": key or str(self.number())}
        return message_xml(self.platform.app_id, self._user(person), "text", created, fields)

    def unknown(self) -> bytes:
        """See base class."""
        fields = {"Beam": "up", "MsgId": str(self.number())}
        xml = message_xml(self.platform.app_id, self._user("ann"), "hologram", int(time.time() * 1000), fields)
        return self.platform.push(xml)

    async def damaged(self, name: str) -> bytes:
        """See base class."""
        return _DAMAGES[name](self)

    async def deliver(self, request: bytes, at: Colleague | None = None) -> Verdict:
        """See base class; without the signed acknowledgement Alipay sends it again, so that alone counts as taken."""
        async with self.http.post((at or self.first).served.url, data=request, headers=_HEADERS) as answer:
            status, body = answer.status, await answer.read()
        taken = status == 200 and b"<![CDATA[ack]]>" in body and self.platform.is_signed_by_app(body)
        return Verdict(taken, str(status))

    async def heard(self, person: str = "ann") -> list[str]:
        """See base class; lines that left together count one by one."""
        texts = self.platform.texts(self._user(person))
        return [part for text in texts for part in text.split("\n\n") if part]

    def fail(self, failure: str) -> None:
        """See base class."""
        self.platform.trouble.append(_TROUBLES[failure])

    def _user(self, person: str) -> str:
        return _PEOPLE.setdefault(person, f"20880000000001{len(_PEOPLE):02}")


def _without_sign(form: bytes) -> bytes:
    return b"&".join(pair for pair in form.split(b"&") if not pair.startswith(b"sign="))


_DAMAGES: dict[str, Callable[[Any], bytes]] = {
    "wrong": lambda door: _without_sign(door.request("一句")) + b"&sign=AAAA",
    "none": lambda door: _without_sign(door.request("一句")),
    "of another key": lambda door: FakeAlipay().push(door.text()),
    "of another body": lambda door: door.request("一句").replace(b"MsgType", b"MsgTypo", 1),
    "of another charset": lambda door: door.request("一句").replace(b"charset=GBK", b"charset=GB2312"),
    "not in its charset": lambda door: door.request("一句").replace(b"charset=GBK", b"charset=utf-8"),
    "old": lambda door: door.request("一句", at=time.time() - 90_000),
    "from the time to come": lambda door: door.request("一句", at=time.time() + 90_000),
    "empty": lambda door: b"",
    "no form": lambda door: "你好".encode(),
    "a field twice": lambda door: door.request("一句") + b"&service=x",
    "of an unknown charset": lambda door: door.request("一句").replace(b"charset=GBK", b"charset=klingon"),
    "no XML": lambda door: door.platform.push("{}"),
    "half an XML": lambda door: door.platform.push(door.text()[:-20]),
    "from nobody": lambda door: door.platform.push("<XML><MsgType>text</MsgType></XML>"),
    "of no type": lambda door: door.platform.push(door.text().replace("<MsgType><![CDATA[text]]></MsgType>", "")),
    "an unsigned notice": lambda door: encoded({"notify_id": "1", "sign": "x", "sign_type": "RSA2"}, "utf-8"),
    "70 KB": lambda door: b"a" * 70_000,
    "200 KB": lambda door: b"a" * 200_000,
    "entities": lambda door: door.platform.push('<!DOCTYPE x [<!ENTITY a "aaa">]><XML><MsgType>&a;</MsgType></XML>'),
    "a file": lambda door: door.platform.push(
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><XML><MsgType>&a;</MsgType></XML>'
    ),
    "a DTD": lambda door: door.platform.push(
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><XML><MsgType>text</MsgType></XML>'
    ),
    "of another": lambda door: door.platform.push(
        message_xml("2021999999999999", "2088000000000001", "text", int(time.time() * 1000), {"Text": {"Content": "x"}})
    ),
}
