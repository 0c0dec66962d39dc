"""Floods at the web door: an error frame that says when to come again; danger is never asked to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from connectors.shared.pace import Limits
from runtime.bus import Bus
from runtime.postgres import Pool
from tests.component.web.test_door import Site, open_web, receive

_DANGER = "有人触电倒在地上了"
_TEXT = {"type": "message", "text": "你好"}


@pytest_asyncio.fixture
async def site(database: Pool, bus: Bus, database_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    limits = Limits(customer_burst=9, customer_per_second=0.5, door_burst=2, door_per_second=0.05)
    async with open_web(database, bus, database_url, tmp_path, limits) as opened:
        yield opened


async def test_more_than_the_door_takes_is_asked_to_come_again(site: Site) -> None:
    one, two = [await site.open((await site.session())["token"]) for _ in range(2)]
    for number in range(2):
        await one.send_json({**_TEXT, "client_id": f"client-{number:04}"})
        await receive(one, "ack")

    await two.send_json({**_TEXT, "client_id": "client-0009"})
    refused = await receive(two, "error")

    assert (refused["code"], refused["client_id"]) == ("web.rate.limited", "client-0009")
    assert 1 <= refused["retry_after"] <= 20


async def test_a_page_without_a_socket_reads_it_in_the_header(site: Site) -> None:
    token = (await site.session())["token"]
    answers = []
    for number in range(3):
        body = {"text": "你好", "client_id": f"client-{number:04}"}
        headers = {"authorization": f"Bearer {token}"}
        async with site.http.post(f"{site.base}/messages", json=body, headers=headers) as answer:
            answers.append((answer.status, answer.headers.get("retry-after")))

    assert [status for status, _ in answers] == [202, 202, 429]
    assert int(answers[2][1] or 0) >= 1


async def test_danger_is_taken_whatever_others_write(site: Site) -> None:
    socket = await site.open((await site.session())["token"])
    for number in range(3):
        await socket.send_json({**_TEXT, "client_id": f"client-{number:04}"})

    await socket.send_json({"type": "message", "text": _DANGER, "client_id": "client-0009"})
    refused = await receive(socket, "error")
    ack = await receive(socket, "ack")

    assert refused["client_id"] == "client-0002"
    assert ack["client_id"] == "client-0009"
