"""One person in several doors, over real sockets: codes from the web, scans, and OAuth for the page."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
import pytest_asyncio

from conversation.identity import ChannelName, ChannelUser
from runtime.bus import Bus
from runtime.embedded import EmbeddedRedis
from runtime.postgres import Pool
from tests.channel.house import TOKENS, House, open_house
from tests.fakes.bot import PHRASES, ScriptedThinker, worker

OPENID, ALIPAY_ID = "oGRIDTALK-customer_1", "2088000000000001"
IN_WECHAT = ChannelUser(ChannelName.WECHAT, OPENID)
IN_ALIPAY = ChannelUser(ChannelName.ALIPAY, ALIPAY_ID)
TAKEN = PHRASES.say("utter_door_resume_taken", door="网页")
WELCOME = PHRASES.say("utter_door_welcome")


@pytest_asyncio.fixture
async def house(
    database: Pool, bus: Bus, database_url: str, redis_server: EmbeddedRedis, tmp_path: Path
) -> AsyncIterator[House]:
    made = worker(database, bus, database_url, ScriptedThinker())
    made.thinker.gate.set()
    async with open_house(database, made, tmp_path / "media", REDIS_URL=redis_server.url) as opened:
        yield opened


async def test_the_web_makes_a_code_with_its_picture(house: House) -> None:
    status, made = await house.make_code(TOKENS.issue().token)

    assert status == 201
    assert (len(made["code"]), made["seconds"], made["doors"]) == (6, 600, ["wechat", "alipay"])
    (ticket, scene), *others = house.wechat.pages.scenes.items()
    assert (scene, others) == ((f"resume_{made['code']}", 600), [])
    assert base64.b64decode(made["qr"].removeprefix("data:image/jpeg;base64,")) == b"\xff\xd8\xff" + ticket.encode()


async def test_without_wechats_picture_the_code_is_there_all_the_same(house: House) -> None:
    house.wechat.pages.is_down = True

    status, made = await house.make_code(TOKENS.issue().token)

    assert (status, "qr" in made, len(made["code"])) == (201, False, 6)


async def test_only_a_visitor_gets_a_code_and_not_without_end(house: House) -> None:
    assert (await house.make_code("forged"))[0] == 401
    token = TOKENS.issue().token
    assert (await house.make_code(token, json={"code": "123456"}))[1]["code"] == "web.fields.unknown"

    answers = [await house.make_code(token) for _ in range(11)]

    assert [status for status, _ in answers] == [201] * 10 + [429]
    assert answers[-1][1]["code"] == "resume.too_many"


@pytest.mark.parametrize(("event", "prefix"), [("subscribe", "qrscene_"), ("SCAN", "")])
async def test_a_scan_takes_the_conversation_to_wechat(house: House, event: str, prefix: str) -> None:
    visitor = TOKENS.issue()
    _, made = await house.make_code(visitor.token)

    heard = await house.push_wechat(OPENID, "event", Event=event, EventKey=f"{prefix}resume_{made['code']}", Ticket="T")
    await house.settled()

    seen = await house.shown(IN_WECHAT)
    assert heard == seen[0][1] if event == "subscribe" else heard == TAKEN
    assert [line for line in seen if line != ("bot", WELCOME)] == [
        ("customer", PHRASES.say("utter_door_scan_line_resume")),
        ("system", TAKEN),
    ]
    assert (("bot", WELCOME) in seen) is (event == "subscribe")
    web = ChannelUser(ChannelName.WEB, visitor.visitor_id)
    assert await house.shown(web) == [("system", PHRASES.say("utter_door_resume_left", door="微信"))]


async def test_a_typed_code_takes_it_to_alipay(house: House) -> None:
    _, made = await house.make_code(TOKENS.issue().token)

    await house.push_alipay(ALIPAY_ID, "text", Text={"Content": f"继续{made['code']}"})

    assert house.alipay.texts(ALIPAY_ID) == [TAKEN]


async def test_alipays_scene_takes_it_there_too(house: House) -> None:
    _, made = await house.make_code(TOKENS.issue().token)
    scene = json.dumps({"scene": {"sceneId": f"resume_{made['code']}"}})

    await house.push_alipay(ALIPAY_ID, "event", EventType="enter", ActionParam=scene)

    assert (await house.shown(IN_ALIPAY))[-1] == ("system", TAKEN)


async def test_a_scanned_bill_opens_the_binding_with_its_number_and_shows_only_its_end(house: House) -> None:
    await house.push_wechat(OPENID, "event", Event="SCAN", EventKey="bind_6201011006117", Ticket="T")
    await house.push_alipay(ALIPAY_ID, "event", EventType="enter", ActionParam='{"scene":{"sceneId":"area_织女苑"}}')
    await house.settled()

    assert [question.text for question in house.worker.thinker.asked] == ["绑定户号6201011006117", "织女苑有没有停电"]
    assert (await house.shown(IN_WECHAT))[0] == ("customer", "扫码绑定户号，尾号6117")


@pytest.mark.parametrize(
    "scene", ["bind_123", "bind_62010110061170", "resume_abc", "promo_2026", "bind_６２０１０１１００６１１７", "42"]
)
async def test_an_unknown_scene_is_welcomed_and_nothing_more(house: House, scene: str) -> None:
    heard = await house.push_wechat(OPENID, "event", Event="SCAN", EventKey=scene, Ticket="T")
    await house.settled()

    assert heard == WELCOME
    assert await house.shown(IN_WECHAT) == [("bot", WELCOME)]
    assert house.worker.thinker.asked == []


@pytest.mark.parametrize("parameter", ["{", "[]", '{"scene": 7}', '{"scene": {"sceneId": ["resume_1"]}}', "{" * 300])
async def test_a_broken_scene_of_alipay_says_nothing(house: House, parameter: str) -> None:
    await house.push_alipay(ALIPAY_ID, "event", EventType="enter", ActionParam=parameter)

    assert house.worker.thinker.asked == []


async def walk(house: House, url: str) -> tuple[int, str, str]:
    """Opens an address as a browser, without following; returns status, where it leads, and the page."""
    async with house.http.get(url, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("location", ""), await answer.text()


async def back_from(house: House, door: str) -> str:
    """Goes to the platform and returns the address it sends the browser back to."""
    status, away, _ = await walk(house, f"{house.url}/webhooks/{door}/oauth")
    assert status == 302
    status, back, page = await walk(house, away.partition("#")[0])
    assert status == 302, page
    assert back.startswith(f"{house.url}/webhooks/{door}/oauth/callback?")
    return back


@pytest.mark.parametrize(("door", "person"), [("wechat", IN_WECHAT), ("alipay", IN_ALIPAY)])
async def test_the_page_opens_as_the_person_the_platform_names(house: House, door: str, person: ChannelUser) -> None:
    status, home, _ = await walk(house, await back_from(house, door))

    handed = parse_qs(urlsplit(home).fragment)
    visitor = ChannelUser(ChannelName.WEB, TOKENS.visitor(handed["token"][0]))
    assert (status, urlsplit(home).query) == (302, "")
    cookies = {cookie.key: cookie for cookie in house.http.cookie_jar}
    assert cookies["gridtalk_handover"].value == handed["word"][0]
    assert f"gridtalk_oauth_{door}" not in cookies
    rows = await house.pool.fetch("select conversation_id, source_id, way from identity_links")
    linked = {(row["conversation_id"], row["source_id"], row["way"]) for row in rows}
    pair = (visitor.conversation_id, person.conversation_id)
    assert linked == {(*pair, "oauth"), (*pair[::-1], "oauth")}


async def test_who_opens_it_again_is_the_same_visitor(house: House) -> None:
    homes = [(await walk(house, await back_from(house, "wechat")))[1] for _ in range(2)]

    visitors = {TOKENS.visitor(parse_qs(urlsplit(home).fragment)["token"][0]) for home in homes}
    assert len(visitors) == 1


async def test_an_open_id_names_the_same_conversation_as_a_push(house: House) -> None:
    house.alipay.holder, house.alipay.named = "0a+b/c==", "open_id"

    await walk(house, await back_from(house, "alipay"))

    assert await house.pool.fetchval("select count(*) from identity_links where source_id = 'alipay:0a-b_c=='") == 1


FAILED = PHRASES.say("utter_door_oauth_failed")


async def test_a_state_is_good_once(house: House) -> None:
    back = await back_from(house, "wechat")
    cookie = {cookie.key: cookie.value for cookie in house.http.cookie_jar}["gridtalk_oauth_wechat"]
    first = await walk(house, back)
    other = back.replace("code=", "code=f")

    async with house.http.get(other, cookies={"gridtalk_oauth_wechat": cookie}, allow_redirects=False) as answer:
        assert (answer.status, await answer.text()) == (403, FAILED)
    assert first[0] == 302


@pytest.mark.parametrize("damage", ["other browser", "forged", "old", "no code", "twice"])
async def test_a_state_of_nobody_opens_nothing(house: House, damage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    back = await back_from(house, "wechat")
    if damage == "forged":
        back = back[:-1] + ("0" if back[-1] != "0" else "1")
    if damage == "no code":
        back = back.replace("code=", "other=")
    if damage == "twice":
        back += "&state=" + "0" * 88
    if damage == "old":
        later = time.time() + 601
        monkeypatch.setattr("connectors.shared.oauth.time", SimpleNamespace(time=lambda: later))
    if damage == "other browser":
        async with aiohttp.ClientSession() as another, another.get(back, allow_redirects=False) as answer:
            assert (answer.status, await answer.text()) == (403, FAILED)
        return

    assert (await walk(house, back))[::2] == (403, FAILED)
    assert await house.pool.fetchval("select count(*) from identity_links") == 0


async def test_a_code_the_platform_does_not_know_is_told_in_one_sentence(house: House) -> None:
    back = await back_from(house, "wechat")
    house.wechat.pages.codes.clear()

    assert (await walk(house, back))[::2] == (400, FAILED)


async def test_a_platform_that_is_down_is_told_in_one_sentence(house: House) -> None:
    back = await back_from(house, "wechat")
    house.wechat.pages.is_down = True

    assert (await walk(house, back))[::2] == (502, PHRASES.say("utter_door_oauth_unreachable"))


async def test_a_used_code_of_alipay_is_told_in_one_sentence(house: House) -> None:
    back = await back_from(house, "alipay")
    house.alipay.codes = dict.fromkeys(house.alipay.codes, True)

    assert (await walk(house, back))[::2] == (400, FAILED)
