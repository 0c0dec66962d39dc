"""The doctor beside what runs: the database and its tables, Redis, the bot's own doors as the platforms call them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from runtime.bus import Bus
from runtime.embedded import EmbeddedPostgres, EmbeddedRedis
from runtime.postgres import Pool
from tests.channel.lines import alipay_line, wechat_line
from tests.fakes.alipay import FakeAlipay, Pair
from tests.fakes.bot import ScriptedThinker, worker
from tests.fakes.served import Served
from tests.fakes.wechat import FakeWeChat
from tools.doctor import alipay, connections, house, wechat
from tools.doctor.finding import Finding, Grade


@dataclass
class Running:
    """A door that runs: its bot's address and its settings."""

    base: str
    settings: dict[str, str]


@asynccontextmanager
async def _running(door: str, database: Pool, bus: Bus, url: str) -> AsyncIterator[Running]:
    platform = FakeWeChat() if door == "wechat" else FakeAlipay()
    platform.start()
    made, open_line = worker(database, bus, url, ScriptedThinker()), wechat_line if door == "wechat" else alipay_line
    async with open_line(database, made, platform) as line:
        parts = urlsplit(line.site.url)
        yield Running(f"{parts.scheme}://{parts.netloc}", platform.settings)
    platform.stop()


def _only(findings: list[Finding]) -> tuple[Grade, str]:
    (finding,) = findings
    return finding.grade, finding.sentence


def test_a_database_of_today_is_good(database_url: str) -> None:
    grade, sentence = _only(list(house.check_database({"DATABASE_URL": database_url})))

    assert (grade, "PostgreSQL answers" in sentence) == (Grade.GOOD, True)


async def test_an_old_database_is_to_be_migrated(database: Pool, database_url: str) -> None:
    await database.execute("update alembic_version set version_num = '0001'")

    grade, sentence = _only(list(house.check_database({"DATABASE_URL": database_url})))

    assert grade is Grade.WRONG
    assert "is at 0001" in sentence
    assert "python -m tools.migrate" in sentence


async def test_a_database_without_tables_is_to_be_migrated(postgres_server: EmbeddedPostgres) -> None:
    grade, sentence = _only(list(house.check_database({"DATABASE_URL": postgres_server.url("postgres")})))

    assert (grade, "is at no revision" in sentence) == (Grade.WRONG, True)


@pytest.mark.parametrize(
    ("workers", "total", "grade", "sentence"),
    [
        pytest.param("2", "32", Grade.GOOD, "32 by 2 worker(s)", id="enough"),
        pytest.param("6", "90", Grade.NOTE, "while a new model comes", id="too-few-for-a-reload"),
        pytest.param("8", "160", Grade.WRONG, "160 by 8 worker(s)", id="too-few"),
    ],
)
async def test_connections_are_added_up(
    database_url: str, workers: str, total: str, grade: Grade, sentence: str
) -> None:
    environ = {
        "DATABASE_URL": database_url,
        "REDIS_URL": "redis://127.0.0.1:1",
        "WEB_TOKEN_SECRET": "s" * 32,
        "MODEL_PATH": "model.tar.gz",
        "WORKERS": workers,
        "DATABASE_CONNECTIONS": total,
    }

    said = _only(list(connections.check_connections(environ)))

    assert said[0] is grade
    assert sentence in said[1]


@pytest.mark.parametrize("url", ["postgresql://bot:hunter2@127.0.0.1:9/x", "no address at all"])
def test_a_database_that_does_not_answer_is_told_without_its_password(url: str) -> None:
    grade, sentence = _only(list(house.check_database({"DATABASE_URL": url})))

    assert (grade, "DATABASE_URL cannot be used" in sentence) == (Grade.WRONG, True)
    assert "hunter2" not in sentence


def test_redis_is_asked(redis_server: EmbeddedRedis) -> None:
    assert _only(list(house.check_live_wire({"REDIS_URL": redis_server.url})))[0] is Grade.GOOD
    assert _only(list(house.check_live_wire({"REDIS_URL": "redis://127.0.0.1:9"})))[0] is Grade.WRONG


CHECKS = {"wechat": wechat.check_address, "alipay": alipay.check_address}


@pytest.mark.parametrize("door", CHECKS)
async def test_the_running_door_answers_its_platform(door: str, database: Pool, bus: Bus, database_url: str) -> None:
    async with _running(door, database, bus, database_url) as running:
        grade, sentence = _only(await CHECKS[door](running.settings, running.base))

    assert (grade, f"/webhooks/{door} answers" in sentence) == (Grade.GOOD, True)


# door -> settings that differ from those of the running bot, what is said
OTHERS = {
    "wechat": ({"WECHAT_TOKEN": "another"}, "has another WECHAT_TOKEN"),
    "alipay": ({"ALIPAY_APP_PRIVATE_KEY": Pair().private}, "signs with another key"),
}


@pytest.mark.parametrize("door", CHECKS)
async def test_a_bot_with_other_settings_is_told(door: str, database: Pool, bus: Bus, database_url: str) -> None:
    change, said = OTHERS[door]
    async with _running(door, database, bus, database_url) as running:
        grade, sentence = _only(await CHECKS[door]({**running.settings, **change}, running.base))

    assert (grade, said in sentence) == (Grade.WRONG, True)


@pytest.mark.parametrize("door", CHECKS)
async def test_a_bot_without_the_door_is_told(door: str, database: Pool, bus: Bus, database_url: str) -> None:
    other = "alipay" if door == "wechat" else "wechat"
    platform = FakeWeChat() if door == "wechat" else FakeAlipay()
    platform.start()
    async with _running(other, database, bus, database_url) as running:
        grade, sentence = _only(await CHECKS[door](platform.settings, running.base))
    platform.stop()

    assert grade is Grade.WRONG
    assert "door: start it anew" in sentence


# status, body -> what is said of WeChat's address and of Alipay's
BEFORE = {
    (302, ""): ("answers with a redirect", "and not as our door"),
    (200, "<html>welcome</html>"): ("not with the echo alone", "and not as our door"),
    (502, "bad gateway"): ("HTTP 502", "HTTP 502"),
}


@pytest.mark.parametrize("door", CHECKS)
@pytest.mark.parametrize("answer", BEFORE)
async def test_what_stands_before_the_bot_is_told(door: str, answer: tuple[int, str]) -> None:
    status, text = answer

    async def respond(_: web.Request) -> web.Response:
        return web.Response(status=status, text=text, headers={"Location": "/"} if status == 302 else None)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", respond)
    served, platform = Served(app), FakeWeChat() if door == "wechat" else FakeAlipay()
    served.start()
    platform.start()

    grade, sentence = _only(await CHECKS[door](platform.settings, served.url))

    served.stop()
    platform.stop()
    assert grade is Grade.WRONG
    assert BEFORE[answer][0 if door == "wechat" else 1] in sentence


@pytest.mark.parametrize("door", CHECKS)
async def test_an_address_that_nobody_answers_at_is_told(door: str) -> None:
    platform = FakeWeChat() if door == "wechat" else FakeAlipay()
    platform.start()

    grade, sentence = _only(await CHECKS[door](platform.settings, "http://127.0.0.1:9"))

    platform.stop()
    assert (grade, "Nobody answers at" in sentence) == (Grade.WRONG, True)
