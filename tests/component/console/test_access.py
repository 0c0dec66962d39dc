"""Who may call what: every route for everybody, from the right page and from a wrong one."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any

import pytest

from console.server.access import Access
from console.server.app import ROUTES
from console.server.passwords import Passwords
from console.server.search_filters import Filters
from handoff.desk import Desk
from handoff.media import file_of
from runtime.postgres import Pool
from tests.component.console.desk_server import PASSWORD, DeskServer, Person
from tests.component.handoff.chats import Chat

NO_FILTERS = {item.name: "" for item in fields(Filters)}
WEEK = {"workday": "08:00-12:00,13:30-18:00", "weekend": "", "holiday": ""}
STORM = {"skill": "", "first": "2026-11-22", "last": "2026-11-23", "hours": "", "name": "台风"}
PICTURE = "0123456789abcdef" * 2
UNMASK = {"field": "line:1", "reason": "call_back", "words": ""}
ACCOUNT = {"agent_id": "K0999", "name": "白露", "role": "agent", "skills": "fault", "max_chats": 3}
CHANGE = {"name": "白露", "role": "agent", "active": False, "totp_required": False}
WORDS = {"folder": "报修", "skill": "", "shortcut": "bx", "title": "已报修", "text": "已登记。", "expires_at": ""}
PROMISE = {"text": "明天上午回电", "due_at": "2026-11-22T12:00:00+08:00"}
CLOSING = {"summary": "已解释阶梯电价。", "topic": "ask_tariff_policy", "result": "explained"}
PAIR = {"question": "一度电多少钱", "answer": "按三档计价。", "intent": "ask_tariff_policy"}
ABLE = {"skills": ["billing"], "regions": [], "classes": [], "languages": ["zh"], "max_chats": 3}
URGE = {"key": "once-only", "tell": False, "order_no": "F1", "note": ""}
# What each call needs as a body, and what an agent and a supervisor get on a chat that a colleague serves.
MATRIX = {
    "POST /api/login": ({"username": "K9999", "password": "x"}, 401, 401),
    "POST /api/login/code": ({"ticket": "x", "code": "000000"}, 401, 401),
    "GET /api/sso": (None, 200, 200),
    "GET /api/sso/start": (None, 401, 401),
    "GET /api/sso/callback": (None, 302, 302),
    "POST /api/logout": (None, 204, 204),
    "POST /api/me/active": (None, 204, 204),
    "POST /api/me/confirm": ({"password": PASSWORD}, 204, 204),
    "POST /api/me/password": ({"old": "wrong", "new": "x"}, 401, 401),
    "GET /api/me/sessions": (None, 200, 200),
    "POST /api/me/sessions/<session_id:str>/end": (None, 404, 404),
    "POST /api/me/totp": (None, 201, 201),
    "POST /api/me/totp/confirm": ({"code": "000000"}, 401, 401),
    "POST /api/conversations/<conversation_id:str>/unmask": (UNMASK, 403, 200),
    "GET /api/watches": (None, 200, 200),
    "GET /api/unmask/reasons": (None, 200, 200),
    "GET /api/alarms": (None, 403, 200),
    "POST /api/alarms/<alarm_id:str>/seen": (None, 403, 404),
    "GET /api/audit": (None, 403, 403),
    "GET /api/audit/export": (None, 403, 403),
    "GET /api/audit/verify": (None, 403, 403),
    "GET /api/accounts": (None, 403, 403),
    "POST /api/accounts": (ACCOUNT, 403, 403),
    "POST /api/accounts/<agent_id:str>": (CHANGE, 403, 403),
    "POST /api/accounts/<agent_id:str>/reset": (None, 403, 403),
    "POST /api/accounts/<agent_id:str>/totp/reset": (None, 403, 403),
    "GET /api/me": (None, 200, 200),
    "GET /api/queue": (None, 200, 200),
    "GET /api/conversations": (None, 200, 200),
    "GET /api/conversations/<conversation_id:str>": (None, 403, 200),
    "GET /api/conversations/<conversation_id:str>/messages": (None, 403, 200),
    "GET /api/conversations/<conversation_id:str>/history": (None, 403, 200),
    "GET /api/conversations/<conversation_id:str>/search": (None, 403, 200),
    "GET /api/media/<media_id:str>": (None, 403, 200),
    "POST /api/escalations/<escalation_id:str>/accept": (None, 409, 409),
    "POST /api/conversations/<conversation_id:str>/takeover": (None, 409, 200),
    "POST /api/conversations/<conversation_id:str>/messages": ({"client_id": "c", "text": "您好"}, 409, 409),
    "POST /api/conversations/<conversation_id:str>/notes": ({"client_id": "c", "text": "记一下"}, 403, 201),
    "POST /api/conversations/<conversation_id:str>/return": ({"note": ""}, 409, 409),
    "POST /api/conversations/<conversation_id:str>/close": ({"summary": ""}, 409, 409),
    "POST /api/conversations/<conversation_id:str>/transfer": ({"to": "K0105", "note": "请接着办"}, 409, 409),
    "POST /api/escalations/<escalation_id:str>/decline": ({"reason": ""}, 409, 409),
    "GET /api/offers": (None, 200, 200),
    "POST /api/presence": ({"status": "away"}, 200, 200),
    "GET /api/colleagues": (None, 200, 200),
    "POST /api/transfers/<transfer_id:str>/accept": (None, 404, 404),
    "POST /api/transfers/<transfer_id:str>/decline": ({"reason": ""}, 404, 404),
    "POST /api/transfers/<transfer_id:str>/withdraw": (None, 404, 404),
    "GET /api/agents": (None, 403, 200),
    "POST /api/agents/<agent_id:str>": (ABLE, 403, 200),
    "POST /api/conversations/<conversation_id:str>/typing": ({"on": True}, 409, 409),
    "POST /api/conversations/<conversation_id:str>/read": ({"seq": 1}, 204, 204),
    "POST /api/conversations/<conversation_id:str>/messages/<seq:str>/retry": (None, 409, 409),
    "POST /api/conversations/<conversation_id:str>/files": (None, 400, 400),
    "GET /api/canned": (None, 200, 200),
    "POST /api/canned": (WORDS | {"shared": True}, 201, 201),
    "GET /api/canned/all": (None, 200, 200),
    "POST /api/canned/<canned_id:str>": (WORDS, 404, 404),
    "GET /api/canned/<canned_id:str>/versions": (None, 404, 404),
    "POST /api/canned/<canned_id:str>/decision": ({"version": 1, "approve": True, "reason": ""}, 403, 404),
    "POST /api/canned/<canned_id:str>/retire": ({}, 404, 404),
    "POST /api/canned/<canned_id:str>/uses": ({}, 404, 404),
    "POST /api/conversations/<conversation_id:str>/canned/<canned_id:str>": ({}, 403, 404),
    "GET /api/conversations/<conversation_id:str>/suggestions": (None, 403, 200),
    "GET /api/suggestions/figures": (None, 403, 200),
    "POST /api/suggestions/<suggestion_id:str>": ({"state": "accepted"}, 404, 404),
    "POST /api/suggestions/<suggestion_id:str>/sent": ({"seq": 1}, 404, 404),
    "GET /api/conversations/<conversation_id:str>/promises": (None, 403, 200),
    "POST /api/conversations/<conversation_id:str>/promises": (PROMISE, 403, 201),
    "GET /api/promises": (None, 200, 200),
    "POST /api/promises/<promise_id:str>": ({"act": "kept", "due_at": ""}, 404, 404),
    "GET /api/pings": (None, 200, 200),
    "POST /api/pings/read": ({"id": 0}, 204, 204),
    "GET /api/conversations/<conversation_id:str>/closing": (None, 403, 200),
    "POST /api/conversations/<conversation_id:str>/closing": (CLOSING, 409, 409),
    "POST /api/knowledge-drafts": (PAIR | {"conversation_id": "web:visitor-1"}, 403, 201),
    "GET /api/knowledge-drafts": (None, 403, 200),
    "POST /api/knowledge-drafts/<draft_id:str>/acceptance": (PAIR, 403, 404),
    "POST /api/knowledge-drafts/<draft_id:str>/rejection": ({"reason": "不准确"}, 403, 404),
    "GET /api/calls": (None, 200, 200),
    "POST /api/calls/<call_id:str>/done": ({"note": "已告知"}, 409, 409),
    "GET /api/conversations/<conversation_id:str>/quota": (None, 403, 200),
}
MATRIX |= {
    "GET /api/conversations/<conversation_id:str>/attendance": (None, 403, 200),
    "POST /api/conversations/<conversation_id:str>/watch": (None, 403, 204),
    "POST /api/conversations/<conversation_id:str>/unwatch": (None, 403, 204),
    "POST /api/conversations/<conversation_id:str>/whisper": ({"client_id": "c", "text": "先安抚"}, 403, 201),
    "POST /api/conversations/<conversation_id:str>/join": (None, 403, 204),
    "POST /api/conversations/<conversation_id:str>/leave": (None, 403, 204),
    "POST /api/conversations/<conversation_id:str>/join/messages": ({"client_id": "c", "text": "您好"}, 403, 409),
    "POST /api/conversations/<conversation_id:str>/reassign": ({"to": "K0105", "note": ""}, 403, 200),
    "POST /api/agents/<agent_id:str>/reassign": ({"to": "", "note": ""}, 403, 200),
    "GET /api/wall": (None, 403, 200),
    "GET /api/search": (None, 403, 200),
    "POST /api/search/export": ({**NO_FILTERS, "reason": "核对投诉"}, 403, 200),
    "GET /api/searches": (None, 403, 200),
    "POST /api/searches": ({**NO_FILTERS, "name": "投诉"}, 403, 201),
    "POST /api/searches/<search_id:str>/delete": (None, 403, 204),
    "GET /api/figures": (None, 403, 200),
    "POST /api/figures/export": (
        {"first": "2026-11-21", "last": "2026-11-21", "by": "day", "reason": "月报"},
        403,
        400,
    ),
    "GET /api/follow-ups": (None, 403, 200),
    "POST /api/follow-ups/<follow_up_id:str>/claim": (None, 403, 404),
    "POST /api/follow-ups/<follow_up_id:str>/result": ({"outcome": "declined", "cause": "", "note": ""}, 403, 404),
    "GET /api/hours": (None, 200, 200),
    "POST /api/hours/<skill:str>": (WEEK, 403, 200),
    "POST /api/hours/<skill:str>/reset": ({}, 403, 200),
    "POST /api/hours-days": (STORM, 403, 200),
    "POST /api/hours-days/<day_id:str>/drop": ({}, 403, 404),
    "GET /api/panel/choices": (None, 200, 200),
    "GET /api/conversations/<conversation_id:str>/customer": (None, 403, 200),
    "GET /api/conversations/<conversation_id:str>/customer/orders/<order_no:str>": (None, 403, 503),
    "GET /api/conversations/<conversation_id:str>/customer/slots": (None, 403, 400),
    "POST /api/conversations/<conversation_id:str>/acts/<name:str>": (URGE, 409, 503),
    "GET /api/conversations/<conversation_id:str>/contacts": (None, 403, 200),
    "GET /api/conversations/<conversation_id:str>/contacts/<past_id:str>": (None, 403, 200),
    "GET /api/notices": (None, 200, 200),
    "GET /api/notices/<family:str>/<subject:str>": (None, 404, 404),
    "GET /api/notices/<family:str>/<subject:str>/sheet": (None, 403, 200),
    "GET /api/contact-faults": (None, 200, 200),
    "GET /api/contact-faults/sheet": (None, 403, 200),
    "POST /api/contact-faults/<fault_id:str>": ({"state": "mended", "reason": "their wish"}, 409, 409),
    "GET /api/notices/<family:str>/<subject:str>/unconfirmed": (None, 403, 200),
    "GET /api/notice-information": (None, 403, 200),
    "POST /api/notice-information": ({"title": "t", "text": "words", "areas": ""}, 403, 204),
    "GET /api/notice-calls": (None, 200, 200),
    "POST /api/notice-calls/<call_id:str>/phone": (None, 404, 404),
    "POST /api/notice-calls/<call_id:str>": ({"reached": False, "spoken_to": ""}, 409, 409),
}
WRITES = sorted(call for call in MATRIX if call.startswith("POST"))
OPEN = {f"{route.method} {route.path}" for route in ROUTES if route.access is Access.OPEN}
# What the roles that serve nobody may call: everything else they are refused, also what is made tomorrow.
EVERYBODY = {f"{route.method} {route.path}" for route in ROUTES if re.match("/api/me(/|$)", route.path)} | {
    "POST /api/logout"
}
ALSO = {
    "quality": {
        "GET /api/conversations",
        "GET /api/conversations/<conversation_id:str>",
        "GET /api/conversations/<conversation_id:str>/messages",
        "GET /api/media/<media_id:str>",
        "GET /api/search",
        "GET /api/searches",
        "POST /api/searches",
        "POST /api/searches/<search_id:str>/delete",
    },
    "editor": {
        "GET /api/canned",
        "POST /api/canned",
        "GET /api/canned/all",
        "POST /api/canned/<canned_id:str>",
        "GET /api/canned/<canned_id:str>/versions",
        "POST /api/canned/<canned_id:str>/decision",
        "POST /api/canned/<canned_id:str>/retire",
        "GET /api/knowledge-drafts",
        "POST /api/knowledge-drafts/<draft_id:str>/acceptance",
        "POST /api/knowledge-drafts/<draft_id:str>/rejection",
        "GET /api/suggestions/figures",
    },
    "administrator": {call for call in MATRIX if "/api/accounts" in call},
    "auditor": {call for call in MATRIX if "/api/audit" in call or "/api/alarms" in call},
}


async def _call(person: Person, call: str, chat: Chat, headers: dict[str, str]) -> Any:
    method, path = call.split(" ")
    path = path.replace("<conversation_id:str>", chat.id).replace("<media_id:str>", PICTURE)
    path = path.replace("/agents/<agent_id:str>", "/agents/K0105").replace("<skill:str>", "billing")
    path = path.replace("<order_no:str>", "F1").replace("<name:str>", "urge").replace("<past_id:str>", chat.id)
    path = path.replace("<family:str>", "outage").replace("<subject:str>", "T1")
    path = re.sub(r"<\w+:str>", "1", path)
    path = f"{path}?words=a" if path == f"/api/conversations/{chat.id}/search" else path
    return await person.call(method, path, body=MATRIX[call][0], headers=headers)


async def _statuses_without_a_change(person: Person, chat: Chat, *, place: int) -> dict[str, int]:
    """What reads and what will be refused answer, one after the other at one desk."""
    calls = [call for call in sorted(MATRIX) if call not in WRITES or MATRIX[call][place] >= 300]
    return {call: (await _call(person, call, chat, person.page_headers())).status for call in calls}


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


async def test_a_stranger_reaches_nothing(stranger: Person, served: Chat) -> None:
    closed = sorted(set(MATRIX) - OPEN)

    answers = {call: await _call(stranger, call, served, stranger.page_headers()) for call in closed}

    assert {call: answer.code for call, answer in answers.items()} == dict.fromkeys(closed, "console.session.missing")
    assert {answer.status for answer in answers.values()} == {401}


async def test_an_agent_reads_no_colleagues_chat(agent: Person, served: Chat) -> None:
    statuses = await _statuses_without_a_change(agent, served, place=1)

    assert statuses == {call: MATRIX[call][1] for call in statuses}


@pytest.mark.parametrize("call", [call for call in sorted(MATRIX) if MATRIX[call][1] < 300 and call in WRITES])
async def test_an_agent_changes_what_is_theirs(call: str, agent: Person, served: Chat) -> None:
    answer = await _call(agent, call, served, agent.page_headers())

    assert answer.status == MATRIX[call][1]


async def test_a_supervisor_reads_all(supervisor: Person, served: Chat) -> None:
    statuses = await _statuses_without_a_change(supervisor, served, place=2)

    assert statuses == {call: MATRIX[call][2] for call in statuses}


@pytest.mark.parametrize("call", [call for call in sorted(MATRIX) if MATRIX[call][2] < 300 and call in WRITES])
async def test_a_supervisor_takes_over_and_changes(call: str, supervisor: Person, served: Chat) -> None:
    answer = await _call(supervisor, call, served, supervisor.page_headers())

    assert answer.status == MATRIX[call][2]


@pytest.mark.parametrize("role", sorted(ALSO))
async def test_a_role_reaches_what_its_row_says_and_nothing_else(
    role: str, server: DeskServer, served: Chat, database: Pool, passwords: Passwords
) -> None:
    person = await server.hire(database, passwords, "X0001", "陆问秋", role=role)
    refused = set()
    for call in sorted(set(MATRIX) - OPEN):
        await person.log_in()
        answer = await _call(person, call, served, person.page_headers())
        if answer.code == "console.not_allowed":
            refused.add(call)
    await person.leave()

    assert set(MATRIX) - OPEN - refused == EVERYBODY | ALSO[role]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None], ids=["foreign", "null", "missing"])
async def test_a_write_from_another_page_is_refused(origin: str | None, supervisor: Person, served: Chat) -> None:
    headers = {"X-CSRF-Token": supervisor.csrf} | ({"Origin": origin} if origin else {})

    answers = {call: await _call(supervisor, call, served, headers) for call in WRITES}

    assert {call: answer.code for call, answer in answers.items()} == dict.fromkeys(WRITES, "console.origin.refused")
    assert {answer.status for answer in answers.values()} == {403}


@pytest.mark.parametrize("token", ["", "wrong"], ids=["missing", "wrong"])
async def test_a_write_without_the_sessions_token_is_refused(token: str, supervisor: Person, served: Chat) -> None:
    headers = {"Origin": supervisor.server.url, "X-CSRF-Token": token}
    guarded = [call for call in WRITES if call not in OPEN]

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
