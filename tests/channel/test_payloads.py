"""Every captured payload of every door: taken or refused by rule, and understood for what it is."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from runtime.embedded import EmbeddedRedis
from runtime.postgres import Pool
from tests.channel.conformance.trial import Stores
from tests.channel.conformance.web import Frame, WebPollUnderTest, WebSocketUnderTest
from tests.channel.doors import PAYLOADS
from tests.channel.test_alipay_door import Line as AlipayLine
from tests.channel.test_alipay_door import line as alipay
from tests.channel.test_wechat_door import Line as WeChatLine
from tests.channel.test_wechat_door import line as wechat
from tests.fakes.bot import PHRASES
from tests.fakes.wechat import passive_text

__all__ = ["alipay", "wechat"]

UNREADABLE, WELCOME = PHRASES.say("utter_door_unreadable"), PHRASES.say("utter_door_welcome")
GONE = PHRASES.say("utter_door_picture_unkept")
PICTURE, VOICE = PHRASES.say("utter_reception_line_image"), PHRASES.say("utter_reception_line_voice")
PLACE = PHRASES.say("utter_reception_line_location")
OTHER, VIDEO = PHRASES.say("utter_door_line_other"), PHRASES.say("utter_door_line_video")

# What a payload means: the customer's words that are kept, and what the customer is answered; "" is nothing. What
# begins with the echo of the dialogue went through a turn, everything else did not.
Meaning = tuple[str, str]

# An event that is not named here is nobody's words.
WECHAT: dict[str, Meaning] = {
    "text": ("这个月电费多少", "回:这个月电费多少"),
    "text_menu": ("转人工", "回:转人工"),
    "text_menu_without_id": ("转人工", "回:转人工"),
    "text_from_article": ("this is a test", "回:this is a test"),
    "text_with_entities": ("电费<多少> & 停电", "回:电费<多少> & 停电"),
    "text_emoji": ("停电了😭[微笑]", "回:停电了😭[微笑]"),
    "text_of_blanks": (OTHER, UNREADABLE),
    "image": (PICTURE, f"回:{PICTURE}"),
    "image_that_is_gone": (PHRASES.say("utter_door_line_image"), GONE),
    "voice_recognised": ("我家停电了", "回:我家停电了"),
    "voice_unheard": (VOICE, f"回:{VOICE}"),
    "voice_of_today": (VOICE, f"回:{VOICE}"),
    "video": (VIDEO, UNREADABLE),
    "shortvideo": (VIDEO, UNREADABLE),
    "location": (f"{PLACE} 滨湖区望湖路 18 号", f"回:{PLACE}"),
    "location_off_the_globe": (OTHER, UNREADABLE),
    "link": ("[链接] 阶梯电价说明 https://example.com/a", UNREADABLE),
    "file": ("[文件] 账单.pdf", UNREADABLE),
    "miniprogrampage": ("[暂不支持的消息] 小程序", UNREADABLE),
    "unknown_type": (OTHER, UNREADABLE),
    "event_click": ("查电费", "回:查电费"),
    "event_subscribe": ("", WELCOME),
    "event_subscribe_scene": ("", WELCOME),
    "follow_after_payment": ("", WELCOME),
}

ALIPAY: dict[str, Meaning] = {
    "text": ("这个月电费多少", "回:这个月电费多少"),
    "text_bare": ("我家停电了", "回:我家停电了"),
    "text_published": ("push", "回:push"),
    "text_with_entities": ("电费<多少> & 停电", "回:电费<多少> & 停电"),
    "text_without_id": ("没有编号的话", "回:没有编号的话"),
    "image": (PICTURE, f"回:{PICTURE}"),
    "image_without_format": (PICTURE, f"回:{PICTURE}"),
    "image_that_is_gone": (PHRASES.say("utter_door_line_image"), GONE),
    "unknown_type": (OTHER, UNREADABLE),
    "event_click": ("查电费", "回:查电费"),
    "event_follow": ("", WELCOME),
    "event_follow_by_code": ("", WELCOME),
}

WEB: dict[str, Meaning] = {
    "message": ("这个月电费多少", "回:这个月电费多少"),
    "message_emoji": ("停电了😭", "回:停电了😭"),
    "message_half_emoji": ("停电了", "回:停电了"),
    "message_lines": ("第一行\n第二行", "回:第一行\n第二行"),
    "press": ("查电费", "回:查上个月电费"),
    "location": (f"{PLACE} 滨湖区 望湖路 18 号", f"回:{PLACE}"),
    "voice_heard": ("我家停电了", "回:我家停电了"),
    "voice_unheard": (VOICE, f"回:{VOICE}"),
}

# A frame that is no message is answered otherwise; one that is refused says why.
FRAMES: dict[str, str] = {
    "typing": "",
    "typing_over": "",
    "read": "",
    "ping": "pong",
    "refused_text_of_blanks": "web.text.empty",
    "refused_unknown_type": "web.type.unknown",
    "refused_unknown_field": "web.fields.unknown",
    "refused_image_of_nobody": "media.unknown",
    "refused_location_off_the_globe": "web.field.invalid",
    "refused_press_without_payload": "web.field.invalid",
}


def names(door: str) -> list[str]:
    return sorted(file.stem for file in (PAYLOADS / door).iterdir())


def frame(name: str) -> str:
    return (PAYLOADS / "web" / f"{name}.json").read_text(encoding="utf-8")


def test_every_payload_has_a_meaning() -> None:
    """A payload that is dropped into the folder must say what it means; an event may be nobody's words."""
    spoken = {"wechat": WECHAT, "alipay": ALIPAY, "web": {**WEB, **FRAMES}}

    for door, meanings in spoken.items():
        there = set(names(door))
        assert set(meanings) <= there
        assert [name for name in there - set(meanings) if not name.startswith("event_")] == []
    assert [len(names(door)) > least for door, least in (("wechat", 45), ("alipay", 15), ("web", 15))] == [True] * 3


@pytest.mark.parametrize("sealed", [True, False], ids=["safe", "plain"])
async def test_wechat_payloads_mean_what_they_say(wechat: WeChatLine, sealed: bool) -> None:
    got: dict[str, tuple[int, Meaning]] = {}
    for name in names("wechat"):
        openid = f"o-{name}"
        status, body = await wechat.push(wechat.request(name, sealed=sealed, openid=openid))
        await wechat.site.settled()
        heard = [passive_text(wechat.platform.keys, body), *wechat.platform.texts(openid)]
        got[name] = (status, (await kept(wechat.site.pool, f"wechat:{openid}"), "".join(heard)))

    # A scan may be answered by a door that knows the scene; it is nobody's words all the same.
    assert got.pop("event_scan")[1][0] == ""
    assert got == {name: (200, WECHAT.get(name, ("", ""))) for name in got}


@pytest.mark.parametrize("charset", ["GBK", "utf-8"])
async def test_alipay_payloads_mean_what_they_say(alipay: AlipayLine, charset: str) -> None:
    got: dict[str, Meaning] = {}
    for number, name in enumerate(names("alipay")):
        user = f"20880000000010{number:02}"
        await alipay.acknowledged(alipay.form(name, charset=charset, user_id=user))
        await alipay.site.settled()
        got[name] = (await kept(alipay.site.pool, f"alipay:{user}"), "".join(alipay.platform.texts(user)))

    # Who comes in may be greeted by a door that counts visits; it is nobody's words all the same.
    entered = [name for name in got if name.startswith("event_enter")]
    assert [got.pop(name)[0] for name in entered] == [""] * len(entered)
    assert got == {name: ALIPAY.get(name, ("", "")) for name in got}


@pytest_asyncio.fixture(params=[WebSocketUnderTest, WebPollUnderTest], ids=["socket", "poll"])
async def web(
    request: pytest.FixtureRequest, database: Pool, database_url: str, redis_server: EmbeddedRedis
) -> AsyncIterator[WebSocketUnderTest | WebPollUnderTest]:
    made = request.param(Stores(database, database_url, redis_server.url, f"payloads-{id(request)}:"))
    async with aiohttp.ClientSession() as http:
        made.http = http
        await made.hire()
        yield made
        await made.stop()
        for one in made.colleagues:
            await one.leave()


async def test_web_frames_mean_what_they_say(web: WebSocketUnderTest | WebPollUnderTest) -> None:
    got: dict[str, tuple[bool, Meaning]] = {}
    for name in WEB:
        person = f"p{name}"[:16]
        verdict = await web.deliver(Frame(web.token(person), frame(name)))
        await web.settled()
        heard = await web.until_heard(WEB[name][1], person=person)
        got[name] = (verdict.taken, (await kept(web.stores.pool, web.conversation(person)), "".join(heard)))

    assert got == {name: (True, meaning) for name, meaning in WEB.items()}


async def test_web_frames_that_are_no_message_are_answered_as_what_they_are(
    database: Pool, database_url: str, redis_server: EmbeddedRedis
) -> None:
    web = WebSocketUnderTest(Stores(database, database_url, redis_server.url, "frames:"))
    got: dict[str, str] = {}
    async with aiohttp.ClientSession() as http:
        web.http = http
        await web.hire()
        for name in FRAMES:
            got[name] = await _answer(web, frame(name))
        for one in web.colleagues:
            await one.leave()

    assert got == FRAMES
    assert await database.fetchval("select count(*) from messages") == 0


async def _answer(web: WebSocketUnderTest, body: str) -> str:
    """What a page hears of a frame before the answer to a ping: nothing, a pong or the code of an error."""
    async with web.http.ws_connect(f"{web.first.served.url}/ws") as socket:
        await socket.send_json({"type": "hello", "token": web.token("ann"), "last_seq": 0})
        await socket.send_str(body)
        await socket.send_str(frame("ping"))
        answers: list[dict[str, Any]] = []
        while not answers or answers[-1]["type"] != "pong":
            answers.append(json.loads((await socket.receive()).data))
    middle = [one.get("code", one["type"]) for one in answers[1:-1]]
    return "".join(middle) or ("pong" if body == frame("ping") else "")


async def kept(pool: Pool, conversation_id: str) -> str:
    query = "select body from messages where conversation_id = $1 and role = 'customer' order by seq"
    return "".join(row["body"]["text"] for row in await pool.fetch(query, conversation_id))
