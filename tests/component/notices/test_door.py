"""The door of the notices' process: what the company has signed just now comes in once; all else changes nothing."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from sanic import Sanic

from notices.door import Doors
from notices.errors import TooMuch
from notices.gathering import Gathering
from notices.registration import Registration
from runtime import embedded, web
from runtime.errors import StoreUnavailable
from tests.component.notices.company import Company, Listening, Room
from tests.component.notices.conftest import TestClock
from utility.events.signing import HEADER, signature

SECRET, TOKEN = "the-subscriber-s-secret", "report-token"


@pytest_asyncio.fixture
async def address(room: Room, clock: TestClock) -> AsyncIterator[str]:
    """Where the door listens."""
    app = Sanic(f"notices-{secrets.token_hex(6)}", configure_logging=False)
    web.limit(app, body_bytes=64 * 1024)
    web.install_errors(app)
    registration = Registration(room.pool, clock, Listening(), url="", given=SECRET, token="t")
    Doors(room.intake, room.following, clock, registration=registration, report_token=TOKEN).install(app)
    port = embedded.free_port()
    server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
    await server.startup()
    await server.start_serving()
    yield f"http://127.0.0.1:{port}"
    server.close()
    await server.wait_closed()
    Sanic._app_registry.pop(app.name, None)


async def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        return answer.status


def body_of(company: Company) -> bytes:
    event = company.outage("raised")
    wire: dict[str, Any] = {"event_id": event.event_id, "type": event.type, "at": event.at.isoformat()}
    wire |= {"subject": event.subject, "account_no": None, "area_ids": list(event.area_ids), "data": dict(event.data)}
    return json.dumps(wire).encode()


async def test_a_signed_event_comes_in_once_however_often_it_is_sent(
    address: str, room: Room, company: Company, clock: TestClock
) -> None:
    body = body_of(company)
    headers = {HEADER: signature(SECRET, clock.now(), body)}

    answers = [await post(f"{address}/events", body, headers) for _ in range(3)]

    assert answers == [204, 204, 204]
    assert list(await room.events()) == [1]


@pytest.mark.parametrize("kind", ["unsigned", "forged", "changed", "replayed"])
async def test_what_the_company_did_not_sign_just_now_changes_nothing(
    address: str, room: Room, company: Company, clock: TestClock, kind: str
) -> None:
    body = body_of(company)
    headers = {
        "unsigned": {},
        "forged": {HEADER: signature("somebody else's", clock.now(), body)},
        "changed": {HEADER: signature(SECRET, clock.now(), body + b" ")},
        "replayed": {HEADER: signature(SECRET, clock.now() - timedelta(minutes=6), body)},
    }[kind]

    assert await post(f"{address}/events", body, headers) == 401
    assert await room.events() == {}
    assert await room.pool.fetchval("select count(*) from notice_unreadable") == 0


@pytest.mark.parametrize("body", [b"{", b"[]", b"{}", b'{"event_id": 1}', b"\xff\x00"])
async def test_what_is_signed_and_no_event_is_kept_for_a_person_once(
    address: str, room: Room, clock: TestClock, body: bytes
) -> None:
    headers = {HEADER: signature(SECRET, clock.now(), body)}

    assert [await post(f"{address}/events", body, headers) for _ in range(2)] == [204, 204]

    assert await room.pool.fetchval("select times from notice_unreadable") == 2


async def test_a_report_settles_its_message_and_needs_the_secret_address(
    address: str, room: Room, company: Company
) -> None:
    room.gateway.reports = False
    company.outage("raised")
    await room.tell()
    (receipt,) = room.gateway.sent
    report = json.dumps([{"biz_id": receipt, "success": True}, {"biz_id": 7}, "?"]).encode()

    wrong = await post(f"{address}/sms/reports/guess", report, {})
    right = await post(f"{address}/sms/reports/{TOKEN}", report, {})

    assert (wrong, right) == (404, 200)
    assert [row["outcome"] for row in await room.notices(person="account:1003")] == ["delivered"]


async def test_more_than_there_is_room_for_is_sent_away_and_nothing_is_lost(room: Room, company: Company) -> None:
    full = Gathering(room.intake, most=3)
    events = [company.outage("raised", f"T{number}") for number in range(40)]

    first = await asyncio.gather(*(full.take([event]) for event in events), return_exceptions=True)
    refused = [event for event, answer in zip(events, first, strict=True) if isinstance(answer, TooMuch)]
    for event in refused:
        await full.take([event])

    assert len(refused) > 30
    assert await room.pool.fetchval("select count(*) from notice_events") == 40


async def test_a_store_that_is_away_is_no_yes(room: Room, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    gathering = Gathering(room.intake)

    async def away(*_: object) -> None:
        raise StoreUnavailable("away")

    monkeypatch.setattr(room.intake, "take", away)
    answers = await asyncio.gather(
        *(gathering.take([company.outage("raised", f"T{number}")]) for number in range(5)), return_exceptions=True
    )

    assert [type(answer) for answer in answers] == [StoreUnavailable] * 5
