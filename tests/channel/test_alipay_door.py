"""The Alipay door over a real socket: the gateway check, RSA2 in GBK, signed acknowledgements, every kind of push."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from connectors.alipay.account import AlipayAccount
from connectors.alipay.door import AlipayDoor
from conversation.reply import Button, Reply
from runtime.bus import Bus
from runtime.clock import SystemClock
from runtime.postgres import Pool
from tests.channel.doors import MemoryShelf, Site, open_site, payload, until
from tests.channel.test_wechat_door import answering
from tests.fakes.alipay import FakeAlipay, encoded, message_xml
from tests.fakes.bot import PHRASES, ScriptedThinker, worker

USER = "2088000000000001"
CONVERSATION = f"alipay:{USER}"
_VERIFY = (
    '<?xml version="1.0" encoding="gbk"?><XML><AppId><![CDATA[2021000000000001]]></AppId><FromUserId></FromUserId>'
    "<CreateTime>1654760000000</CreateTime><MsgType><![CDATA[event]]></MsgType>"
    "<EventType><![CDATA[verifygw]]></EventType></XML>"
)


@dataclass
class Line:
    """The customer's side: pushes to the door as the gateway does."""

    site: Site
    platform: FakeAlipay
    numbers: int = 1000

    async def post(self, body: bytes) -> tuple[int, bytes]:
        headers = {"content-type": "application/x-www-form-urlencoded;charset=GBK"}
        async with self.site.http.post(self.site.url, data=body, headers=headers) as answer:
            return answer.status, await answer.read()

    def form(self, name: str, *, charset: str = "GBK", user_id: str = USER, at: float | None = None) -> bytes:
        self.numbers += 1
        blanks = {"user_id": user_id, "created_ms": int((at or time.time()) * 1000), "msg_id": self.numbers}
        return self.platform.push(payload("alipay", name, **blanks), charset=charset)

    async def send(self, name: str, **options: Any) -> None:
        """Pushes a payload; the door has acknowledged it when this returns."""
        await self.acknowledged(self.form(name, **options))

    async def say(self, text: str) -> None:
        self.numbers += 1
        fields = {"Text": {"Content": text}, "MsgId": str(self.numbers)}
        xml = message_xml(self.platform.app_id, USER, "text", int(time.time() * 1000), fields)
        await self.acknowledged(self.platform.push(xml))
        await self.site.settled()

    async def acknowledged(self, body: bytes) -> None:
        status, answer = await self.post(body)
        assert status == 200, answer
        assert b"<![CDATA[ack]]>" in answer
        assert self.platform.is_signed_by_app(answer)


@pytest_asyncio.fixture
async def line(database: Pool, bus: Bus, database_url: str) -> AsyncIterator[Line]:
    platform = FakeAlipay()
    platform.start()
    settings = platform.settings
    account = AlipayAccount(
        settings["ALIPAY_APP_ID"],
        settings["ALIPAY_APP_PRIVATE_KEY"],
        settings["ALIPAY_PUBLIC_KEY"],
        settings["ALIPAY_GATEWAY"],
    )
    made = worker(database, bus, database_url, ScriptedThinker())
    made.thinker.gate.set()
    platform.media["media-1"] = b"\xff\xd8\xff picture"
    door = AlipayDoor(made.front, account, SystemClock(), PHRASES.say, media=MemoryShelf())
    async with open_site(database, made, door) as site:
        yield Line(site, platform)
    platform.stop()


async def test_the_gateway_check_is_answered_with_our_key_and_signature(line: Line) -> None:
    status, body = await line.post(line.platform.push(_VERIFY, service="alipay.service.check"))

    assert status == 200
    assert b"<success>true</success>" in body
    assert f"<biz_content>{line.platform.app.public}</biz_content>".encode() in body
    assert line.platform.is_signed_by_app(body)


async def test_a_forged_gateway_check_is_told_so_in_its_own_form(line: Line) -> None:
    forged = line.platform.push(_VERIFY, service="alipay.service.check").replace(b"1654760000000", b"1654760000001")

    status, body = await line.post(forged)

    assert status == 200
    assert b"<success>false</success><error_code>VERIFY_FAILED</error_code>" in body
    assert line.platform.is_signed_by_app(body)


@pytest.mark.parametrize("charset", ["GBK", "utf-8", "GB2312"])
async def test_a_text_is_acknowledged_and_answered_in_any_charset(line: Line, charset: str) -> None:
    status, _ = await line.post(line.form("text", charset=charset))
    await until(lambda: line.platform.texts(USER))

    assert status == 200
    assert line.platform.texts(USER) == ["回:这个月电费多少"]
    assert line.platform.sent[USER][0] | {"text": None} == {
        "to_user_id": USER,
        "msg_type": "text",
        "text": None,
        "chat": "1",
    }


async def test_an_open_id_is_written_to_as_an_open_id(line: Line) -> None:
    open_id = "20881053gDkO+h/9aQ=="

    await line.send("text", user_id=open_id)
    await until(lambda: line.platform.texts(open_id))

    assert line.platform.sent[open_id][0]["open_id"] == open_id


async def test_a_notice_of_the_platform_is_signed_without_its_sign_type(line: Line) -> None:
    fields = {"charset": "utf-8", "msg_method": "alipay.open.x", "notify_id": "1", "biz_content": "{}"}
    content = "&".join(f"{name}={fields[name]}" for name in sorted(fields)).encode()
    signed = {**fields, "sign_type": "RSA2", "sign": line.platform.ours.sign(content)}

    assert await line.post(encoded(signed, "utf-8")) == (200, b"success")


@pytest.mark.parametrize("name", ["event_unfollow", "event_click_reserved", "event_unknown"])
async def test_an_event_that_nobody_spoke_leaves_nothing(line: Line, name: str) -> None:
    await line.send(name)

    assert await line.site.lines(CONVERSATION) == []


async def test_who_follows_is_welcomed_once_within_the_window_of_following(line: Line) -> None:
    form = line.form("event_follow")
    await line.acknowledged(form)
    await line.acknowledged(form)
    await until(lambda: line.platform.texts(USER))
    await line.site.settled()

    (welcome,) = line.platform.sent[USER]
    assert welcome["text"]["content"] == PHRASES.say("utter_door_welcome")
    assert (welcome["event_type"], welcome["chat"]) == ("follow", "0")


async def test_a_picture_is_fetched_into_the_house(line: Line) -> None:
    await line.send("image")
    await line.site.settled()

    picture = (await line.site.lines(CONVERSATION))[0]["body"]["attachment"]
    assert (picture["media_id"], picture["size"]) == ("m0", len(line.platform.media["media-1"]))


async def test_a_number_picks_the_button_that_was_listed(line: Line) -> None:
    buttons = (Button("只有我家", "只有我家停电"), Button("整栋楼", "整栋楼都停电"))
    line.site.worker.thinker.think = answering(Reply("请选择", buttons))

    await line.say("停电")
    await line.say("第二个")

    assert line.platform.texts(USER)[0] == "请选择\n\n回复数字或文字选择：\n1. 只有我家\n2. 整栋楼"
    assert [question.text for question in line.site.worker.thinker.asked] == ["停电", "整栋楼都停电"]


@pytest.mark.parametrize("trouble", ["500", "isp.unknow-error"])
async def test_a_send_that_fails_for_now_is_tried_again(line: Line, trouble: str) -> None:
    line.platform.trouble.append(trouble)

    await line.send("text")
    await until(lambda: line.platform.calls == 1)
    await line.site.pool.execute("update messages set next_try_at = null")
    line.site.door.courier.wake(CONVERSATION)

    await until(lambda: line.platform.texts(USER))
    assert line.platform.texts(USER) == ["回:这个月电费多少"]


async def test_a_send_outside_the_window_ends_there(line: Line) -> None:
    line.platform.trouble.append("MSG_SD_OVER_TIME")

    await line.send("text")
    await until(lambda: line.platform.calls == 1)
    await line.site.settled()

    assert (await line.site.lines(CONVERSATION))[-1]["delivery"] == "failed"


async def test_an_answer_that_alipay_did_not_sign_is_not_believed(line: Line) -> None:
    line.platform.forged = True

    await line.send("text")
    await until(lambda: line.platform.calls == 1)
    line.platform.forged = False

    assert (await line.site.lines(CONVERSATION))[-1]["delivery"] == "pending"
