"""Who may call what: every route for everybody, from the right page and from a wrong one."""

from __future__ import annotations

from typing import Any

import pytest

from console.server.app import ROUTES
from handoff.desk import Desk
from handoff.media import file_of
from runtime.postgres import Pool
from tests.component.console.desk_server import DeskServer, Person
from tests.component.handoff.chats import Chat

PICTURE = "0123456789abcdef" * 2
# What each call needs as a body, and what an agent and a supervisor get on a chat that a colleague serves.
MATRIX = {
    "POST /api/login": ({"username": "K9999", "password": "x"}, 401, 401),
    "POST /api/logout": (None, 204, 204),
    "GET /api/me": (None, 200, 200),
    "GET /api/queue": (None, 200, 200),
    "GET /api/conversations": (None, 200, 200),
    "GET /api/conversations/<conversation_id:str>": (None, 403, 200),
    "GET /api/conversations/<conversation_id:str>/messages": (None, 403, 200),
    "GET /api/media/<media_id:str>": (None, 403, 200),
    "POST /api/escalations/<escalation_id:str>/accept": (None, 409, 409),
    "POST /api/conversations/<conversation_id:str>/takeover": (None, 409, 200),
    "POST /api/conversations/<conversation_id:str>/messages": ({"client_id": "c", "text": "您好"}, 409, 409),
    "POST /api/conversations/<conversation_id:str>/notes": ({"client_id": "c", "text": "记一下"}, 403, 201),
    "POST /api/conversations/<conversation_id:str>/return": ({"note": ""}, 409, 409),
    "POST /api/conversations/<conversation_id:str>/close": ({"summary": ""}, 409, 409),
    "POST /api/conversations/<conversation_id:str>/transfer": ({"to": "K0105", "note": "请接着办"}, 409, 409),
    "POST /api/conversations/<conversation_id:str>/typing": ({"on": True}, 409, 409),
    "POST /api/conversations/<conversation_id:str>/read": ({"seq": 1}, 204, 204),
    "GET /api/notices": (None, 200, 200),
    "GET /api/notices/<family:str>/<subject:str>": (None, 404, 404),
    "GET /api/notices/<family:str>/<subject:str>/sheet": (None, 403, 200),
    "GET /api/notice-calls": (None, 200, 200),
    "POST /api/notice-calls/<call_id:str>/phone": (None, 404, 404),
    "POST /api/notice-calls/<call_id:str>": ({"reached": False, "spoken_to": ""}, 409, 409),
}
WRITES = sorted(call for call in MATRIX if call.startswith("POST"))


async def _call(person: Person, call: str, chat: Chat, headers: dict[str, str]) -> Any:
    method, path = call.split(" ")
    path = path.replace("<conversation_id:str>", chat.id).replace("<escalation_id:str>", "1")
    path = path.replace("<media_id:str>", PICTURE).replace("<call_id:str>", "1")
    path = path.replace("<family:str>", "outage").replace("<subject:str>", "T1")
    return await person.call(method, path, body=MATRIX[call][0], headers=headers)


@pytest.fixture
async def served(chat: Chat, desk: Desk, colleague: Person, database: Pool) -> Chat:
    """A chat with a picture that a colleague serves."""
    await desk.take_over(chat.id, colleague.identity)
    await database.execute(
        "insert into media values ($1, $2, 'image', 'a.png', 'image/png', 9, now())", PICTURE, chat.id
    )
    file = file_of(colleague.server.settings.media_dir, PICTURE)
    file.parent.mkdir(parents=True)
    file.write_bytes(b"a picture")
    return chat


def test_the_matrix_names_every_route() -> None:
    assert sorted(MATRIX) == sorted(f"{route.method} {route.path}" for route in ROUTES)


@pytest.mark.parametrize("call", sorted(set(MATRIX) - {"POST /api/login"}))
async def test_a_stranger_reaches_nothing(call: str, stranger: Person, served: Chat) -> None:
    answer = await _call(stranger, call, served, stranger.page_headers())

    assert (answer.status, answer.code) == (401, "console.session.missing")


@pytest.mark.parametrize("call", sorted(MATRIX))
async def test_an_agent_reaches_no_colleagues_chat(call: str, agent: Person, served: Chat) -> None:
    answer = await _call(agent, call, served, agent.page_headers())

    assert answer.status == MATRIX[call][1]


@pytest.mark.parametrize("call", sorted(MATRIX))
async def test_a_supervisor_reads_all_and_takes_over(call: str, supervisor: Person, served: Chat) -> None:
    answer = await _call(supervisor, call, served, supervisor.page_headers())

    assert answer.status == MATRIX[call][2]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None], ids=["foreign", "null", "missing"])
async def test_a_write_from_another_page_is_refused(origin: str | None, supervisor: Person, served: Chat) -> None:
    headers = {"X-CSRF-Token": supervisor.csrf} | ({"Origin": origin} if origin else {})

    answers = {call: await _call(supervisor, call, served, headers) for call in WRITES}

    assert {call: answer.code for call, answer in answers.items()} == dict.fromkeys(WRITES, "console.origin.refused")
    assert {answer.status for answer in answers.values()} == {403}


@pytest.mark.parametrize("token", ["", "wrong"], ids=["missing", "wrong"])
async def test_a_write_without_the_sessions_token_is_refused(token: str, supervisor: Person, served: Chat) -> None:
    headers = {"Origin": supervisor.server.url, "X-CSRF-Token": token}
    guarded = [call for call in WRITES if call != "POST /api/login"]

    answers = {call: await _call(supervisor, call, served, headers) for call in guarded}

    assert {call: answer.code for call, answer in answers.items()} == dict.fromkeys(guarded, "console.csrf.refused")
    assert {answer.status for answer in answers.values()} == {403}


async def test_a_picture_is_shown_as_what_it_is_and_runs_nothing(colleague: Person, served: Chat) -> None:
    shown = await colleague.get(f"/api/media/{PICTURE}")
    unknown = await colleague.get(f"/api/media/{'0' * 32}")
    climbing = await colleague.get("/api/media/..%2f..%2fsecrets.env")

    assert (shown.status, shown.body, shown.headers["Content-Type"]) == (200, "a picture", "image/png")
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert (unknown.status, climbing.status) == (404, 404)


async def test_only_a_supervisor_lists_all_conversations(agent: Person, supervisor: Person, served: Chat) -> None:
    refused = await agent.get("/api/conversations?scope=all")
    listed = await supervisor.get("/api/conversations?scope=all")

    assert (refused.status, refused.code) == (403, "console.not_allowed")
    assert [each["id"] for each in listed.body["conversations"]] == [served.id]


async def test_a_route_without_a_declared_access_is_refused(server: DeskServer, supervisor: Person) -> None:
    for route in server.app.router.routes:
        vars(route.ctx).pop("access", None)

    answer = await supervisor.get("/api/me")

    assert (answer.status, answer.code) == (403, "console.not_allowed")
