"""HttpBackend against a scripted utility on loopback: deadlines, the one retry, the circuit, unreadable answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from backend.breaker import Breaker
from backend.budget import within
from backend.errors import BackendBusy, BackendProtocolError, BackendTimeout, BackendUnavailable, NotAllowed
from backend.http import HttpBackend
from backend.models import FaultReport
from backend.transport import Deadlines
from conversation.identity import ChannelName, ChannelUser
from runtime.embedded import free_port

VISITOR = ChannelUser(ChannelName.WEB, "a-visitor")
REPORT = FaultReport(channel="web", channel_user="a-visitor", address="北斗里5栋")
Script = list[Callable[[web.Request], Awaitable[web.StreamResponse]]]


class Scripted:
    """A utility that answers by a script, its last line again and again."""

    def __init__(self) -> None:
        self.script: Script = []
        self.requests: list[web.Request] = []
        self.hold = asyncio.Event()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        await request.read()
        self.requests.append(request)
        return await self.script[min(len(self.requests), len(self.script)) - 1](request)


async def empty_list(_: web.Request) -> web.StreamResponse:
    return web.json_response({"accounts": [], "orders": []})


async def broken(_: web.Request) -> web.StreamResponse:
    return web.Response(status=503)


async def busy(_: web.Request) -> web.StreamResponse:
    problem = {"code": "utility.busy", "detail": "", "status": 503, "retry_after_s": 0}
    return web.json_response(problem, status=503, headers={"Retry-After": "0"})


async def busy_for_long(_: web.Request) -> web.StreamResponse:
    return web.Response(status=503, headers={"Retry-After": "60"})


async def hang_up(request: web.Request) -> web.StreamResponse:
    if request.transport:
        request.transport.close()
    return web.Response()


async def refuse(_: web.Request) -> web.StreamResponse:
    problem = {"code": "check_code.wrong", "detail": "", "status": 403, "tries_left": 1}
    return web.json_response(problem, status=403, content_type="application/problem+json")


async def not_json(_: web.Request) -> web.StreamResponse:
    return web.Response(text="<html>")


@pytest_asyncio.fixture
async def utility() -> AsyncIterator[tuple[Scripted, str]]:
    scripted = Scripted()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", scripted.answer)
    server = TestServer(app)
    await server.start_server()
    yield scripted, f"http://127.0.0.1:{server.port}"
    scripted.hold.set()
    await server.close()


@pytest_asyncio.fixture
async def backend(utility: tuple[Scripted, str]) -> AsyncIterator[HttpBackend]:
    made = HttpBackend(utility[1], "the-token", deadlines=Deadlines(connect=0.5, read=0.2), breaker=Breaker(failures=3))
    yield made
    await made.close()


async def test_a_call_names_who_asks_and_for_whom(utility: tuple[Scripted, str], backend: HttpBackend) -> None:
    utility[0].script = [empty_list]

    await backend.bindings(VISITOR)

    headers = utility[0].requests[0].headers
    assert (headers["Authorization"], headers["Acting-User"]) == ("Bearer the-token", "web:a-visitor")


async def test_a_read_is_tried_once_more(utility: tuple[Scripted, str], backend: HttpBackend) -> None:
    utility[0].script = [broken, empty_list]

    assert await backend.bindings(VISITOR) == []
    assert len(utility[0].requests) == 2


async def test_a_report_is_tried_once_more_with_the_same_key(
    utility: tuple[Scripted, str], backend: HttpBackend
) -> None:
    utility[0].script = [hang_up]

    with pytest.raises(BackendUnavailable):
        await backend.report_fault(REPORT, idempotency_key="turn-1")

    assert [request.headers["Idempotency-Key"] for request in utility[0].requests] == ["turn-1", "turn-1"]


async def test_a_lost_answer_to_a_write_is_asked_for_again_with_the_same_key(
    utility: tuple[Scripted, str], backend: HttpBackend
) -> None:
    utility[0].script = [broken, broken]

    with pytest.raises(BackendUnavailable):
        await backend.send_check_code("6201011006117", VISITOR)

    keys = [request.headers["Idempotency-Key"] for request in utility[0].requests]
    assert len(keys) == 2
    assert keys[0] == keys[1]


async def test_a_refusal_is_not_retried_and_keeps_its_fields(
    utility: tuple[Scripted, str], backend: HttpBackend
) -> None:
    utility[0].script = [refuse]

    with pytest.raises(NotAllowed) as caught:
        await backend.bind("6201011006117", "000000", VISITOR)

    assert (caught.value.reason, caught.value.fields["tries_left"]) == ("check_code.wrong", 1)
    assert len(utility[0].requests) == 1


async def test_silence_is_a_timeout(utility: tuple[Scripted, str], backend: HttpBackend) -> None:
    async def wait(_: web.Request) -> web.StreamResponse:
        await utility[0].hold.wait()
        return web.Response()

    utility[0].script = [wait]

    with pytest.raises(BackendTimeout):
        await backend.bindings(VISITOR)


async def test_nobody_there_is_unavailable() -> None:
    backend = HttpBackend(f"http://127.0.0.1:{free_port()}", "the-token")

    with pytest.raises(BackendUnavailable):
        await backend.bindings(VISITOR)

    await backend.close()


async def test_an_answer_that_is_not_json_breaks_the_contract(
    utility: tuple[Scripted, str], backend: HttpBackend
) -> None:
    utility[0].script = [not_json]

    with pytest.raises(BackendProtocolError):
        await backend.bindings(VISITOR)


async def test_an_answer_without_its_fields_breaks_the_contract(
    utility: tuple[Scripted, str], backend: HttpBackend
) -> None:
    utility[0].script = [empty_list]

    with pytest.raises(BackendProtocolError):
        await backend.money("6201011006117", VISITOR)


async def test_an_open_circuit_asks_nobody(utility: tuple[Scripted, str], backend: HttpBackend) -> None:
    utility[0].script = [broken]
    for _ in range(2):
        with pytest.raises(BackendUnavailable):
            await backend.bindings(VISITOR)
    asked = len(utility[0].requests)

    with pytest.raises(BackendUnavailable):
        await backend.bindings(VISITOR)

    assert (asked, len(utility[0].requests)) == (3, 3)


async def test_a_closed_backend_opens_again_for_the_next_call(
    utility: tuple[Scripted, str], backend: HttpBackend
) -> None:
    utility[0].script = [empty_list]
    await backend.bindings(VISITOR)
    await backend.close()

    assert await backend.bindings(VISITOR) == []


async def test_a_busy_company_is_asked_again_until_it_has_room(
    utility: tuple[Scripted, str], backend: HttpBackend
) -> None:
    utility[0].script = [busy, busy, busy, busy, empty_list]

    assert await backend.bindings(VISITOR) == []
    assert len(utility[0].requests) == 5


async def test_a_busy_company_does_not_open_the_circuit(utility: tuple[Scripted, str], backend: HttpBackend) -> None:
    utility[0].script = [busy_for_long]
    for _ in range(4):
        with pytest.raises(BackendBusy):
            await backend.bindings(VISITOR)
    utility[0].script = [empty_list]

    assert await backend.bindings(VISITOR) == []


async def test_who_is_told_to_come_again_after_the_turn_is_told_so_at_once(
    utility: tuple[Scripted, str], backend: HttpBackend
) -> None:
    utility[0].script = [busy_for_long]

    with pytest.raises(BackendBusy) as caught:
        await backend.bindings(VISITOR)

    assert caught.value.retry_after_s == 60
    assert len(utility[0].requests) == 1


async def test_a_turn_without_time_left_asks_nobody_and_leaves_the_circuit(
    utility: tuple[Scripted, str], backend: HttpBackend
) -> None:
    utility[0].script = [empty_list]

    with within(0):
        for _ in range(4):
            with pytest.raises(BackendTimeout):
                await backend.bindings(VISITOR)

    assert utility[0].requests == []
    assert await backend.bindings(VISITOR) == []


async def test_the_calls_of_a_turn_share_its_budget(utility: tuple[Scripted, str]) -> None:
    async def wait(_: web.Request) -> web.StreamResponse:
        await utility[0].hold.wait()
        return web.Response()

    utility[0].script = [wait]
    backend = HttpBackend(utility[1], "the-token", deadlines=Deadlines(connect=60, read=60))

    with within(0.2):
        for _ in range(2):
            with pytest.raises(BackendTimeout):
                await backend.bindings(VISITOR)

    assert len(utility[0].requests) == 1, "the first call took all the time there was"
    await backend.close()
