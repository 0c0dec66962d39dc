"""The WeChat door over a real socket: verification, both modes, five seconds, retries, every kind of push."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest
import pytest_asyncio

from bot.dialogue import Answer, Question
from bot.trackers import NewEvents
from connectors.wechat.account import WeChatAccount
from connectors.wechat.door import WeChatDoor
from conversation.reply import Button, Card, Reply, Turn
from runtime.bus import Bus
from runtime.clock import SystemClock
from runtime.postgres import Pool
from tests.channel.doors import PAYLOADS, MemoryShelf, Site, open_site, payload, until
from tests.fakes.bot import PHRASES, ScriptedThinker, worker
from tests.fakes.wechat import FakeWeChat, Push, passive_text, signed

OPENID = "oGRIDTALK-customer_1"
CONVERSATION = f"wechat:{OPENID}"
_ANSWER_SECONDS = 1.5


def answering(reply: Reply) -> Callable[[Question], Answer]:
    return lambda _: Answer(Turn((reply,)), NewEvents(0, ()))


@dataclass
class Line:
    """The customer's side: pushes to the door as WeChat does."""

    site: Site
    platform: FakeWeChat
    numbers: int = 1000

    async def push(self, request: Push) -> tuple[int, str]:
        async with self.site.http.post(self.site.url, params=request.query, data=request.body) as answer:
            return answer.status, await answer.text()

    def request(self, name: str, *, sealed: bool = True, at: float | None = None, **blanks: object) -> Push:
        self.numbers += 1
        now = int(at or time.time())
        filled = {"openid": OPENID, "created": now, "msg_id": self.numbers, **blanks}
        return signed(self.platform.keys, payload("wechat", name, **filled), now, sealed=sealed)

    async def send(self, name: str, *, sealed: bool = True, **blanks: object) -> str:
        """Pushes a payload; returns the passive reply as the customer reads it."""
        status, body = await self.push(self.request(name, sealed=sealed, **blanks))
        assert status == 200, body
        return passive_text(self.platform.keys, body)

    async def say(self, text: str) -> str:
        self.numbers += 1
        now = int(time.time())
        xml = payload("wechat", "text", openid=OPENID, created=now, msg_id=self.numbers)
        request = signed(self.platform.keys, xml.replace("这个月电费多少", text), now, sealed=True)
        return passive_text(self.platform.keys, (await self.push(request))[1])


@pytest_asyncio.fixture
async def line(database: Pool, bus: Bus, database_url: str) -> AsyncIterator[Line]:
    platform = FakeWeChat()
    platform.start()
    keys = platform.keys
    account = WeChatAccount(keys.app_id, keys.token, keys.secret, keys.aes_key, platform.url)
    made = worker(database, bus, database_url, ScriptedThinker(), deadline=5)
    made.thinker.gate.set()
    shelf = MemoryShelf()
    door = WeChatDoor(made.front, account, SystemClock(), PHRASES.say, media=shelf, answer_seconds=_ANSWER_SECONDS)
    platform.media["media-image-1"] = b"\xff\xd8\xff picture"
    async with open_site(database, made, door) as site:
        yield Line(site, platform)
    platform.stop()


async def test_the_address_is_verified_with_the_token(line: Line) -> None:
    keys = line.platform.keys
    query = {"timestamp": "1714036504", "nonce": "1514711492", "echostr": "4375120948345356249"}
    query["signature"] = keys.signature(query["timestamp"], query["nonce"])

    async with line.site.http.get(line.site.url, params=query) as answer:
        body = await answer.text()

    assert (answer.status, body) == (200, "4375120948345356249")


@pytest.mark.parametrize("damage", [{"signature": "0" * 40}, {"signature": ""}, {"nonce": "1"}])
async def test_a_forged_verification_is_refused(line: Line, damage: dict[str, str]) -> None:
    query = {"timestamp": "1714036504", "nonce": "1514711492", "echostr": "x"}
    query["signature"] = line.platform.keys.signature(query["timestamp"], query["nonce"])

    async with line.site.http.get(line.site.url, params={**query, **damage}) as answer:
        assert answer.status == 403


@pytest.mark.parametrize("sealed", [True, False], ids=["safe", "plain"])
async def test_an_answer_in_time_is_the_passive_reply(line: Line, sealed: bool) -> None:
    answer = await line.send("text", sealed=sealed)

    assert answer == "回:这个月电费多少"
    assert line.platform.calls == 0
    await line.site.settled()
    assert [one["delivery"] for one in await line.site.lines(CONVERSATION)] == [None, "sent"]


async def test_a_slow_answer_comes_as_a_customer_service_message(line: Line) -> None:
    line.site.worker.thinker.gate.clear()

    status, body = await line.push(line.request("text"))
    assert (status, body) == (200, "success")
    line.site.worker.thinker.gate.set()

    await until(lambda: line.platform.texts(OPENID))
    assert line.platform.texts(OPENID) == ["回:这个月电费多少"]


async def test_a_retry_after_the_answer_gets_the_same_answer(line: Line) -> None:
    request = line.request("text")
    first = passive_text(line.platform.keys, (await line.push(request))[1])

    again = passive_text(line.platform.keys, (await line.push(request))[1])

    assert again == first
    assert len(line.site.worker.thinker.asked) == 1


async def test_a_retry_after_success_is_not_answered_twice(line: Line) -> None:
    line.site.worker.thinker.gate.clear()
    request = line.request("text")
    assert (await line.push(request))[1] == "success"
    line.site.worker.thinker.gate.set()
    await until(lambda: line.platform.texts(OPENID))

    assert (await line.push(request))[1] == "success"
    await line.site.settled()

    assert len(line.platform.texts(OPENID)) == 1


SILENT = sorted(
    file.stem
    for file in (PAYLOADS / "wechat").glob("event_*.xml")
    if file.stem not in {"event_click", "event_scan", "event_subscribe", "event_subscribe_scene"}
)


@pytest.mark.parametrize("name", SILENT)
async def test_an_event_that_nobody_spoke_is_acknowledged_at_once(line: Line, name: str) -> None:
    began = time.monotonic()

    assert await line.send(name) == ""
    assert time.monotonic() - began < _ANSWER_SECONDS
    assert await line.site.lines(CONVERSATION) == []


async def test_who_follows_is_welcomed_once(line: Line) -> None:
    request = line.request("event_subscribe_scene")
    first = passive_text(line.platform.keys, (await line.push(request))[1])
    again = passive_text(line.platform.keys, (await line.push(request))[1])

    assert first == again == PHRASES.say("utter_door_welcome")
    assert await line.site.said(CONVERSATION) == [("bot", first)]


async def test_a_place_and_a_picture_reach_the_transcript(line: Line) -> None:
    await line.send("location")
    await line.send("image")
    await line.site.settled()

    place, picture = (one["body"] for one in await line.site.lines(CONVERSATION) if one["role"] == "customer")
    assert place["location"] == {"latitude": 31.153, "longitude": 120.801, "label": "滨湖区望湖路 18 号"}
    assert picture["attachment"]["media_id"] == "m0"
    assert picture["attachment"]["size"] == len(line.platform.media["media-image-1"])


async def test_a_voice_without_words_reaches_the_dialogue(line: Line) -> None:
    await line.send("voice_unheard")
    await line.site.settled()

    voice = (await line.site.lines(CONVERSATION))[0]["body"]["attachment"]
    assert (voice["kind"], voice["text"]) == ("voice", "")
    assert len(line.site.worker.thinker.asked) == 1


async def test_a_picture_that_is_gone_is_asked_for_again(line: Line) -> None:
    line.platform.media.clear()

    assert await line.send("image") == PHRASES.say("utter_door_picture_unkept")


async def test_a_card_and_buttons_become_text_and_a_number_picks(line: Line) -> None:
    buttons = (Button("只有我家", "只有我家停电"), Button("整栋楼", "整栋楼都停电"))
    card = Card("bill", "2026年10月电费", (("用电量", "318 度"),), ("合计", "190.20 元"))
    line.site.worker.thinker.think = answering(Reply("请选择", buttons, card))

    shown = await line.say("停电")
    await line.say("2")
    await line.say("只有我家")

    assert shown == (
        "请选择\n【2026年10月电费】\n用电量：318 度\n合计：190.20 元\n\n回复数字或文字选择：\n1. 只有我家\n2. 整栋楼"
    )
    assert [question.text for question in line.site.worker.thinker.asked] == ["停电", "整栋楼都停电", "只有我家停电"]


async def test_late_buttons_are_a_menu_and_text_where_there_is_none(line: Line) -> None:
    line.site.worker.thinker.think = answering(Reply("请选择", (Button("甲", "甲"), Button("乙", "乙"))))
    line.site.worker.thinker.gate.clear()
    await line.say("一")
    line.site.worker.thinker.gate.set()
    await until(lambda: line.platform.sent[OPENID])
    line.platform.certified = False
    line.site.worker.thinker.gate.clear()
    await line.say("某事")
    line.site.worker.thinker.gate.set()
    await until(lambda: len(line.platform.sent[OPENID]) == 2)

    menu, text = line.platform.sent[OPENID]

    assert [row["content"] for row in menu["msgmenu"]["list"]] == ["甲", "乙"]
    assert text["text"]["content"].endswith("1. 甲\n2. 乙")


async def test_a_long_answer_is_cut_between_sentences_and_kept_in_order(line: Line) -> None:
    sentence = "这句话说明阶梯电价怎么算，第一档每度多少钱。"
    line.site.worker.thinker.think = answering(Reply(sentence * 60))

    assert await line.send("text") == ""
    await until(lambda: sum(map(len, line.platform.texts(OPENID))) == len(sentence) * 60)

    parts = line.platform.texts(OPENID)
    assert len(parts) == 2 + (len(sentence.encode()) * 60 > 4000)
    assert all(part.endswith("。") and len(part.encode()) <= 2000 for part in parts)


@pytest.mark.parametrize("code", [-1, 503], ids=["busy", "http"])
async def test_a_send_that_fails_for_now_is_tried_again(line: Line, code: int) -> None:
    line.platform.trouble.append(code)
    line.site.worker.thinker.gate.clear()
    await line.send("text")
    line.site.worker.thinker.gate.set()
    await line.site.settled()

    sweep = asyncio.create_task(line.site.door.courier.sweep())
    await until(lambda: line.platform.texts(OPENID))
    sweep.cancel()

    assert line.platform.texts(OPENID) == ["回:这个月电费多少"]


@pytest.mark.parametrize("code", [45015, 45047, 43004, 48002, 40003])
async def test_a_send_that_is_refused_for_good_ends_there(line: Line, code: int) -> None:
    line.platform.trouble.append(code)
    line.site.worker.thinker.gate.clear()
    await line.send("text")
    line.site.worker.thinker.gate.set()
    await line.site.settled()
    await until(lambda: line.platform.calls == 1)
    await line.site.settled()

    assert (await line.site.lines(CONVERSATION))[-1]["delivery"] == "failed"


@pytest.mark.parametrize(("loss", "fetches"), [(FakeWeChat.revoke, 2), (FakeWeChat.spoil, 3)], ids=["gone", "refused"])
async def test_a_token_that_ran_out_is_renewed_once(
    line: Line, loss: Callable[[FakeWeChat], None], fetches: int
) -> None:
    for number in (1, 2):
        line.site.worker.thinker.gate.clear()
        await line.send("text")
        line.site.worker.thinker.gate.set()
        await until(lambda number=number: len(line.platform.texts(OPENID)) == number)
        loss(line.platform)
        await line.site.settled()

    assert line.platform.fetched == fetches
    assert line.platform.calls == 3
