"""What a browser may send that it should not: each a clear problem+json, nothing done, nothing run."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from handoff.desk import Desk
from handoff.media import file_of
from runtime.postgres import Pool
from tests.component.console.desk_server import Answer, DeskServer, Person
from tests.component.handoff.chats import Chat, StepClock

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"
PICTURE = "0123456789abcdef" * 2


def _is_problem(answer: Answer) -> bool:
    told = answer.body if isinstance(answer.body, dict) else {}
    return (
        answer.headers.get("Content-Type") == "application/problem+json"
        and told.get("status") == answer.status
        and bool(told.get("code"))
        and bool(told.get("detail"))
        and "Traceback" not in str(told)
    )


async def _raw(person: Person, path: str, raw: bytes) -> Answer:
    return await person.call("POST", path, raw=raw, headers=person.page_headers())


async def test_a_reply_of_ten_thousand_characters_is_refused_whole(agent: Person, chat: Chat, desk: Desk) -> None:
    await desk.take_over(chat.id, agent.identity)
    before = await chat.lines()

    answer = await agent.post(f"/api/conversations/{chat.id}/messages", {"client_id": "c", "text": "长" * 10_000})

    assert (answer.status, answer.code, _is_problem(answer)) == (400, "console.text.too_long", True)
    assert await chat.lines() == before


async def test_a_session_that_ends_in_the_middle_of_a_sentence_loses_no_line(
    agent: Person, chat: Chat, desk: Desk, clock: StepClock
) -> None:
    await desk.take_over(chat.id, agent.identity)
    body = {"client_id": "draft-1", "text": "师傅马上到"}
    clock.advance(timedelta(hours=13))

    refused = await agent.post(f"/api/conversations/{chat.id}/messages", body)
    await agent.log_in()
    sent = await agent.post(f"/api/conversations/{chat.id}/messages", body)

    assert (refused.status, refused.code, _is_problem(refused)) == (401, "console.session.expired", True)
    assert (sent.status, (await chat.lines()).count(("agent", "师傅马上到"))) == (201, 1)


async def test_a_closed_chat_written_to_is_taken_again_or_refused_by_name(
    agent: Person, colleague: Person, chat: Chat, desk: Desk
) -> None:
    await desk.take_over(chat.id, agent.identity)
    await desk.close(chat.id, agent.identity, "办结")

    again = await agent.post(f"/api/conversations/{chat.id}/messages", {"client_id": "c", "text": "还有一事"})
    other = await colleague.post(f"/api/conversations/{chat.id}/messages", {"client_id": "d", "text": "我来"})

    assert (again.status, (await chat.owner())[2]) == (201, "K0104")
    assert (other.status, other.code, other.body["agent"]["id"]) == (409, "handoff.not_owner", "K0104")


async def test_a_script_in_a_message_stays_text(agent: Person, chat: Chat, desk: Desk) -> None:
    await desk.take_over(chat.id, agent.identity)
    await chat.write(SCRIPT)

    answer = await agent.get(f"/api/conversations/{chat.id}")

    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "script-src" not in answer.headers["Content-Security-Policy"]  # default-src 'self' holds for scripts
    assert answer.body["messages"][-1]["text"] == SCRIPT


async def test_a_script_as_a_file_name_reaches_no_header(
    agent: Person, chat: Chat, desk: Desk, database: Pool, server: DeskServer
) -> None:
    await desk.take_over(chat.id, agent.identity)
    name = '"><script>alert(1)</script>\r\nX-Evil: 1.png'
    await database.execute(
        "insert into media values ($1, $2, 'image', $3, 'image/png', 9, now())", PICTURE, chat.id, name
    )
    file = file_of(server.settings.media_dir, PICTURE)
    file.parent.mkdir(parents=True)
    file.write_bytes(b"<svg onload=alert(1)>")

    answer = await agent.get(f"/api/media/{PICTURE}")

    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/png")
    assert "script" not in str(answer.headers)
    assert "X-Evil" not in answer.headers
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/conversations/" + "x" * 5_000,
        "/api/conversations/%00",
        "/api/conversations/%ED%A0%80",
        "/api/conversations/..%2F..%2Fetc",
        "/api/conversations/web:none/messages?after=" + "9" * 400,
        "/api/conversations/web:none/messages?after=-1",
        "/api/conversations/web:none/messages?after=1e3",
        "/api/conversations/web:none/messages?after=%D9%A3",
        "/api/media/" + "0" * 5_000,
        "/api/conversations?scope[]=all",
    ],
)
async def test_an_address_that_cannot_be_is_a_problem(agent: Person, path: str) -> None:
    answer = await agent.get(path)

    assert answer.status in {200, 400, 404}
    assert answer.status == 200 or _is_problem(answer)


@pytest.mark.parametrize("number", ["-1", "0", "1.5", "9" * 30, "%00", "x", "1;drop table agents"])
async def test_a_number_that_cannot_be_is_a_problem(agent: Person, number: str) -> None:
    answer = await agent.post(f"/api/escalations/{number}/accept")

    assert (answer.status in {400, 404}, _is_problem(answer)) == (True, True)


BODIES = [
    pytest.param(b"", id="empty"),
    pytest.param(b"null", id="null"),
    pytest.param(b"[" * 30_000, id="deep_list"),
    pytest.param(b'{"a":' * 10_000 + b"1" + b"}" * 10_000, id="deep_object"),
    pytest.param(b"\xff\xfe\x00", id="no_text"),
    pytest.param(b'{"client_id": "c", "text": "\\ud83d"}', id="half_a_pair"),
    pytest.param(b'{"client_id": "c", "text": "a\\u0000"}', id="nul"),
    pytest.param(b'{"client_id": "c", "text": 1e400}', id="infinite"),
    pytest.param(b'{"client_id": "c", "text": NaN}', id="not_a_number"),
    pytest.param(b'{"client_id": {"$ne": 1}, "text": "x"}', id="object"),
    pytest.param(b'{"client_id": "c", "text": ["x"]}', id="list"),
    pytest.param(b'{"client_id": "c", "text": "x", "__proto__": {}}', id="unknown"),
    pytest.param(b"1" * 6_000, id="huge_number"),
]


@pytest.mark.parametrize("raw", BODIES)
async def test_a_body_that_cannot_be_is_a_problem_at_every_call(agent: Person, chat: Chat, raw: bytes) -> None:
    calls = ["/api/login", "/api/me/password", "/api/me/confirm"]
    calls += [
        f"/api/conversations/{chat.id}/{act}" for act in ("messages", "notes", "close", "return", "unmask", "read")
    ]

    answers = {call: await _raw(agent, call, raw) for call in calls}

    assert {call: answer.status for call, answer in answers.items()} == dict.fromkeys(calls, 400)
    assert all(_is_problem(answer) for answer in answers.values())
    assert await chat.owner() == ("bot", 0, None)


async def test_a_body_of_a_megabyte_is_refused_before_it_is_read(stranger: Person) -> None:
    answer = await _raw(stranger, "/api/login", b"x" * 1_000_000)

    assert (answer.status, _is_problem(answer)) == (413, True)


async def test_the_same_write_sent_ten_times_at_once_is_one_line(agent: Person, chat: Chat, desk: Desk) -> None:
    await desk.take_over(chat.id, agent.identity)
    body = {"client_id": "same", "text": "您好"}

    answers = await asyncio.gather(*(agent.post(f"/api/conversations/{chat.id}/messages", body) for _ in range(10)))

    assert {answer.body["message"]["seq"] for answer in answers} == {answers[0].body["message"]["seq"]}
    assert (await chat.lines()).count(("agent", "您好")) == 1


async def test_a_write_replayed_after_logging_out_does_nothing(agent: Person, chat: Chat, desk: Desk) -> None:
    await desk.take_over(chat.id, agent.identity)
    cookie = next(each.value for each in agent.http.cookie_jar)
    headers = {**agent.page_headers(), "Cookie": f"gridtalk_session={cookie}"}
    await agent.post("/api/logout")

    answer = await agent.call("POST", f"/api/conversations/{chat.id}/close", body={"summary": "办结"}, headers=headers)

    assert (answer.status, (await chat.owner())[0]) == (401, "agent")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS"])
async def test_a_method_nobody_serves_is_a_problem(agent: Person, chat: Chat, method: str) -> None:
    answer = await agent.call(method, f"/api/conversations/{chat.id}", headers=agent.page_headers())

    assert (answer.status in {404, 405, 501}, _is_problem(answer)) == (True, True)


@pytest.mark.parametrize(
    "frame",
    ['{"type": "ping"', "[" * 10_000, '{"type": "takeover"}', "x" * 300_000],
    ids=["cut", "deep", "act", "long"],
)
async def test_a_frame_that_cannot_be_ends_the_socket_and_nothing_else(agent: Person, frame: str) -> None:
    socket = await agent.open_socket()

    await socket.connection.send_str(frame)

    assert await socket.until_closed() in {4400, 1009}
    assert (await agent.get("/api/me")).status == 200


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://127.0.0.1"])
async def test_a_socket_from_another_page_is_refused(agent: Person, server: DeskServer, origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}

    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await agent.http.ws_connect(server.url + "/api/ws", headers=headers)

    assert refused.value.status == 403


HEADERS: dict[str, Any] = {
    "Content-Security-Policy": "default-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.parametrize("path", ["/", "/api/me", "/api/audit", "/api/unknown", "/health"])
async def test_every_answer_carries_the_headers_a_browser_needs(stranger: Person, path: str) -> None:
    headers = (await stranger.get(path)).headers

    assert {name: headers[name][: len(value)] for name, value in HEADERS.items()} == HEADERS
    assert "unsafe-eval" not in headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in headers
