"""Pictures, places and voices at the web door over real HTTP: what is taken, what is refused, who sees it again."""

from __future__ import annotations

import asyncio
from io import BytesIO
from typing import Any

import aiohttp
import pytest
from PIL import Image

from bot.dialogue import Answer, Question
from bot.trackers import NewEvents
from conversation.reply import Reply, Turn
from tests.component.web.test_door import Site, receive, site

__all__ = ["site"]


def png() -> bytes:
    written = BytesIO()
    Image.new("RGB", (8, 8), (10, 20, 30)).save(written, "PNG")
    return written.getvalue()


async def upload(site: Site, token: str, content: bytes, name: str = "a.png") -> tuple[int, dict[str, Any]]:
    headers = {"authorization": f"Bearer {token}", "x-file-name": name}
    async with site.http.post(f"{site.base}/media", data=content, headers=headers) as answer:
        return answer.status, dict(await answer.json(content_type=None))


async def asked(site: Site, count: int = 1) -> list[Question]:
    for _ in range(100):
        if len(site.worker.thinker.asked) >= count:
            break
        await asyncio.sleep(0.02)
    await site.worker.settled()
    return site.worker.thinker.asked


async def test_a_picture_is_kept_sent_and_shown_to_who_sent_it(site: Site) -> None:
    token, other = (await site.session())["token"], (await site.session())["token"]
    status, kept = await upload(site, token, png(), "%E8%A1%A8%E7%AE%B1.jpg")
    socket = await site.open(token)

    await socket.send_json({"type": "image", "client_id": "client-0001", "media_id": kept["media_id"]})
    said = (await receive(socket, "message"))["message"]
    question = (await asked(site))[0]
    shown = await site.http.get(f"{site.base}/media/{kept['media_id']}", headers={"authorization": f"Bearer {token}"})
    hidden = await site.http.get(f"{site.base}/media/{kept['media_id']}", headers={"authorization": f"Bearer {other}"})

    assert (status, kept["kind"], kept["mime"], kept["name"]) == (201, "image", "image/png", "表箱.png")
    assert (said["text"], said["attachment"]["media_id"]) == ("[图片]", kept["media_id"])
    assert (question.text, question.metadata["attachment"]["kind"]) == ("[图片]", "image")
    assert (shown.status, shown.content_type, await shown.read()) == (200, "image/png", png())
    assert (hidden.status, (await hidden.json(content_type=None))["code"]) == (404, "media.unknown")


async def test_a_form_with_a_file_is_taken(site: Site) -> None:
    token = (await site.session())["token"]
    form = aiohttp.FormData()
    form.add_field("file", png(), filename="门口.png", content_type="image/png")

    async with site.http.post(f"{site.base}/media", data=form, headers={"authorization": f"Bearer {token}"}) as answer:
        kept = await answer.json()

    assert (answer.status, kept["size"]) == (201, len(png()))
    assert kept["name"].endswith(".png")


@pytest.mark.parametrize(
    ("content", "status", "code", "said"),
    [
        (b"MZ\x90\x00" + b"\x00" * 200, 415, "media.kind", "收不了"),
        (b"\x00" * (50 * 1024 * 1024), 413, "media.too_large", "10 MB"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * (11 * 1024 * 1024), 413, "media.too_large", "太大"),
        (b"\xff\xd8\xff\xe1\xff\xff", 415, "media.broken", "打不开"),
        (b"", 400, "media.empty", "没有收到"),
    ],
    ids=["exe", "50 MB", "11 MB", "broken", "empty"],
)
async def test_a_bad_file_gets_a_sentence_and_the_talk_goes_on(
    site: Site, content: bytes, status: int, code: str, said: str
) -> None:
    token = (await site.session())["token"]

    got, problem = await upload(site, token, content, "a.jpg")
    socket = await site.open(token)
    await socket.send_json({"type": "message", "client_id": "client-0001", "text": "你好"})
    ack = await receive(socket, "ack")

    assert (got, problem["code"]) == (status, code)
    assert said in problem["detail"]
    assert ack["seq"] == 1


async def test_more_than_thirty_pictures_an_hour_are_too_many(site: Site) -> None:
    token = (await site.session())["token"]
    first, _ = await upload(site, token, png())
    await site.worker.front._pool.execute(
        "insert into media select md5(n::text), conversation_id, kind, name, mime, size, created_at"
        " from media, generate_series(1, 29) n"
    )

    status, problem = await upload(site, token, png())

    assert (first, status, problem["code"]) == (201, 429, "media.too_many")


async def test_a_place_reaches_the_dialogue_by_its_figures_and_not_by_its_name(site: Site) -> None:
    token = (await site.session())["token"]
    body = {
        "type": "location",
        "client_id": "client-0001",
        "latitude": 30.5,
        "longitude": 120.25,
        "label": "有人触电街",
    }

    async with site.http.post(
        f"{site.base}/messages", json=body, headers={"authorization": f"Bearer {token}"}
    ) as answer:
        question = (await asked(site))[0]

    assert answer.status == 202
    assert question.text == "[位置]"
    assert question.metadata["location"] == {"latitude": 30.5, "longitude": 120.25, "label": "有人触电街"}
    assert "danger_sign" not in question.metadata


async def test_the_name_of_a_place_does_not_change_the_script_of_the_talk(site: Site) -> None:
    token = (await site.session())["token"]
    site.worker.thinker.think = lambda question: Answer(Turn((Reply("电费账单"),)), NewEvents(0, ()))
    socket = await site.open(token)

    async def heard(frame: dict[str, Any]) -> str:
        await socket.send_json(frame)
        line = (await receive(socket, "message"))["message"]
        while line["role"] != "bot":
            line = (await receive(socket, "message"))["message"]
        return str(line["text"])

    point = {"latitude": 35.66, "longitude": 139.75}
    first = await heard({"type": "location", "client_id": "client-0001", **point, "label": "東京鐵塔電燈"})
    said = await heard({"type": "message", "client_id": "client-0002", "text": "我要查電費帳單"})
    placed = await heard({"type": "location", "client_id": "client-0003", **point, "label": "电费门厅"})
    voice = await heard({"type": "voice", "client_id": "client-0004", "text": ""})

    assert first == "电费账单"
    assert said != first
    assert said == placed == voice


async def test_what_was_heard_in_a_voice_is_the_text_and_is_checked_for_danger(site: Site) -> None:
    token = (await site.session())["token"]
    body = {"type": "voice", "client_id": "client-0001", "text": "有人触电倒在地上了"}

    async with site.http.post(f"{site.base}/messages", json=body, headers={"authorization": f"Bearer {token}"}):
        question = (await asked(site))[0]

    assert question.text == "有人触电倒在地上了"
    assert question.metadata["danger_sign"]


async def test_a_voice_nobody_understood_has_a_line_of_its_own(site: Site) -> None:
    token = (await site.session())["token"]

    async with site.http.post(
        f"{site.base}/messages",
        json={"type": "voice", "client_id": "client-0001", "text": ""},
        headers={"authorization": f"Bearer {token}"},
    ):
        question = (await asked(site))[0]

    assert (question.text, question.metadata["attachment"]["kind"]) == ("[语音]", "voice")


async def test_somebody_elses_picture_cannot_be_sent(site: Site) -> None:
    token, other = (await site.session())["token"], (await site.session())["token"]
    _, kept = await upload(site, token, png())
    socket = await site.open(other)

    await socket.send_json({"type": "image", "client_id": "client-0001", "media_id": kept["media_id"]})
    refused = await receive(socket, "error")
    await socket.send_json({"type": "ping"})

    assert (refused["code"], refused["client_id"]) == ("media.unknown", "client-0001")
    assert await receive(socket, "pong")


async def test_an_upload_needs_a_token(site: Site) -> None:
    async with site.http.post(f"{site.base}/media", data=png()) as answer:
        problem = await answer.json(content_type=None)

    assert (answer.status, problem["code"]) == (401, "web.token.missing")
