"""What WeChat's media/get may answer: pictures under any name, errors under any name, nothing at all."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from PIL import Image

from bot.media.store import MediaShelf
from connectors.wechat.account import WeChatAccount
from connectors.wechat.door import WeChatDoor
from runtime.bus import Bus
from runtime.clock import SystemClock
from runtime.postgres import Pool
from tests.channel.doors import open_site
from tests.channel.test_wechat_door import CONVERSATION, OPENID, Line
from tests.fakes.bot import PHRASES, ScriptedThinker, worker
from tests.fakes.wechat import FakeWeChat

_UNKEPT = PHRASES.say("utter_door_picture_unkept")
_ERROR = json.dumps({"errcode": 40007, "errmsg": "invalid media_id"}).encode()


def _photo() -> bytes:
    """A JPEG of some hundred kilobytes: it arrives in several pieces."""
    written = BytesIO()
    Image.frombytes("RGB", (400, 300), os.urandom(400 * 300 * 3)).save(written, "JPEG", quality=95)
    return written.getvalue()


class MediaPlatform(FakeWeChat):
    """Answers media/get as it is told."""

    answer: Callable[[], web.Response]

    async def _media(self, request: web.Request) -> web.Response:
        good = await super()._media(request)
        return self.answer() if good.status == 200 and good.content_type == "image/jpeg" else good


@pytest_asyncio.fixture
async def line(database: Pool, bus: Bus, database_url: str, tmp_path: Path) -> AsyncIterator[Line]:
    platform = MediaPlatform()
    platform.start()
    keys = platform.keys
    platform.media["media-image-1"] = b"there is one"
    account = WeChatAccount(keys.app_id, keys.token, keys.secret, keys.aes_key, platform.url)
    made = worker(database, bus, database_url, ScriptedThinker(), deadline=5)
    made.thinker.gate.set()
    shelf = MediaShelf(database, SystemClock(), tmp_path / "media", PHRASES)
    door = WeChatDoor(made.front, account, SystemClock(), PHRASES.say, media=shelf)
    async with open_site(database, made, door) as site:
        yield Line(site, platform)
    platform.stop()


def _answering(line: Line, body: bytes, kind: str, status: int = 200) -> None:
    assert isinstance(line.platform, MediaPlatform)
    line.platform.answer = lambda: web.Response(body=body, content_type=kind, status=status)


async def _read(line: Line) -> list[str]:
    """What the customer has read of a picture's answer, by whichever way it came."""
    passive = await line.send("image")
    await line.site.settled()
    return [text for text in (passive, *line.platform.texts(OPENID)) if text]


@pytest.mark.parametrize("kind", ["image/jpeg", "text/plain", "application/octet-stream", "application/json"])
async def test_a_picture_arrives_whole_under_any_name(line: Line, tmp_path: Path, kind: str) -> None:
    photo = _photo()
    _answering(line, photo, kind)

    answers = await _read(line)
    (file,) = [path for path in (tmp_path / "media").rglob("*") if path.is_file()]

    assert answers == ["回:[图片]"]
    assert Image.open(BytesIO(file.read_bytes())).convert("RGB").tobytes() == Image.open(BytesIO(photo)).tobytes()
    kept = (await line.site.lines(CONVERSATION))[0]["body"]["attachment"]
    assert (kept["mime"], kept["size"]) == ("image/jpeg", file.stat().st_size)


# what comes -> what the customer reads
BAD = {
    "an error as JSON": (_ERROR, "application/json", 200, _UNKEPT),
    "an error as a picture": (_ERROR, "image/jpeg", 200, _UNKEPT),
    "an error as plain text": (_ERROR, "text/plain", 200, _UNKEPT),
    "a video's address": (b'{"video_url": "http://example.invalid/v"}', "text/plain", 200, _UNKEPT),
    "JSON that breaks off": (b'{"errcode": 400', "text/plain", 200, _UNKEPT),
    "a gateway's page": (b"<html>502</html>", "text/html", 502, _UNKEPT),
    "a page": (b"<html>hello</html>", "text/html", 200, PHRASES.say("utter_reception_refused_kind")),
    "nothing": (b"", "image/jpeg", 200, PHRASES.say("utter_reception_refused_empty")),
    "half a picture": (_photo()[:5000], "image/jpeg", 200, PHRASES.say("utter_reception_refused_broken")),
    "too much": (b"\xff\xd8\xff" + bytes(11 * 1024 * 1024), "image/jpeg", 200, _UNKEPT),
}


@pytest.mark.parametrize("name", BAD)
async def test_what_is_no_picture_is_said_and_the_message_is_kept(line: Line, tmp_path: Path, name: str) -> None:
    body, kind, status, said = BAD[name]
    _answering(line, body, kind, status)

    answers = await _read(line)

    assert answers == [said]
    assert await line.site.said(CONVERSATION) == [("customer", "[图片]"), ("bot", said)]
    assert [path for path in (tmp_path / "media").rglob("*") if path.is_file()] == []


async def test_a_token_that_is_refused_is_renewed_for_a_download(line: Line) -> None:
    _answering(line, _photo(), "image/jpeg")
    await _read(line)
    line.platform.revoke()

    await line.send("image")
    await line.site.settled()

    lines = await line.site.lines(CONVERSATION)
    assert [row["body"]["attachment"]["kind"] for row in lines if row["role"] == "customer"] == ["image", "image"]


@pytest.mark.parametrize(("name", "mark"), [("video", "[视频]"), ("shortvideo", "[视频]"), ("file", "[文件]")])
async def test_what_cannot_be_looked_at_is_kept_as_a_line_and_answered(line: Line, name: str, mark: str) -> None:
    await line.send(name)
    await line.site.settled()

    said = await line.site.said(CONVERSATION)
    assert [role for role, _ in said] == ["customer", "bot"]
    assert said[0][1].startswith(mark)
    assert said[1][1] == PHRASES.say("utter_door_unreadable")
