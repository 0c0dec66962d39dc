"""Accounts: made, changed and closed by administrators, who give their password again for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from console.server.passwords import Passwords
from conversation.reply import HandoffRequest
from handoff.desk import Desk
from runtime.postgres import Pool
from tests.component.console.desk_server import PASSWORD, DeskServer, Person
from tests.component.handoff.chats import Chat, StepClock

NEW = {"agent_id": "K0200", "name": "白露", "role": "agent", "skills": "fault, billing", "max_chats": 3}
NEXT = "quiet-river-7"


@pytest_asyncio.fixture
async def administrator(server: DeskServer, database: Pool, passwords: Passwords) -> AsyncIterator[Person]:
    person = await server.hire(database, passwords, "D0001", "叶知秋", role="administrator")
    await person.log_in()
    yield person
    await person.leave()


def _wanted(**changes: Any) -> dict[str, Any]:
    return {"name": "江一苇", "role": "agent", "active": True, "totp_required": False, **changes}


async def test_a_new_colleague_logs_in_by_a_code_that_counts_once(server: DeskServer, administrator: Person) -> None:
    code = (await administrator.post("/api/accounts", NEW)).body["code"]
    person = Person(server, "K0200")

    first = await person.log_in(code)
    again = await person.log_in(code)
    changed = await person.post("/api/me/password", {"old": code, "new": NEXT})
    later = await person.log_in(NEXT)
    await person.leave()

    assert (first.status, first.body["must"], again.status, changed.status) == (200, "password", 401, 204)
    assert (later.status, later.body["must"]) == (200, None)


async def test_a_code_counts_for_a_day(server: DeskServer, administrator: Person, clock: StepClock) -> None:
    code = (await administrator.post("/api/accounts", NEW)).body["code"]
    clock.advance(timedelta(hours=25))
    person = Person(server, "K0200")

    answer = await person.log_in(code)
    await person.leave()

    assert answer.status == 401


async def test_a_reset_ends_the_session_and_the_old_password(administrator: Person, agent: Person) -> None:
    code = (await administrator.post("/api/accounts/K0104/reset")).body["code"]

    out, old, fresh = await agent.get("/api/me"), await agent.log_in(), await agent.log_in(code)

    assert (out.status, old.status, fresh.body["must"]) == (401, 401, "password")


async def test_who_leaves_is_out_and_their_chats_wait_again(
    administrator: Person, agent: Person, colleague: Person, chat: Chat, desk: Desk
) -> None:
    number = (await desk.request(chat.id, HandoffRequest("fault", "asked"))).escalation.escalation_id
    await agent.post(f"/api/escalations/{number}/accept")

    answer = await administrator.post("/api/accounts/K0104", _wanted(active=False))

    assert answer.body == {"requeued": 1}
    assert (await chat.owner())[0] == "queue"
    assert (await agent.get("/api/me")).status == 401
    assert [one["id"] for one in (await colleague.get("/api/queue")).body["escalations"]] == [number]


async def test_a_chat_of_a_skill_nobody_else_has_waits_for_everybody(
    administrator: Person, server: DeskServer, database: Pool, passwords: Passwords, chat: Chat, desk: Desk
) -> None:
    only = await server.hire(database, passwords, "K0300", "程野", skills=("application",))
    await desk.request(chat.id, HandoffRequest("application", "asked"))
    await desk.take_over(chat.id, only.identity)

    answer = await administrator.post("/api/accounts/K0300", _wanted(name="程野", active=False))
    await only.leave()

    assert answer.body == {"requeued": 1}
    assert await database.fetchval("select skill from escalations") == "general"


async def test_a_new_role_counts_at_once_and_ends_the_session(administrator: Person, agent: Person) -> None:
    await administrator.post("/api/accounts/K0104", _wanted(role="auditor"))

    out = await agent.get("/api/me")
    await agent.log_in()

    assert out.status == 401
    assert ((await agent.get("/api/queue")).status, (await agent.get("/api/audit")).status) == (403, 200)


async def test_the_last_administrator_stays(administrator: Person) -> None:
    answer = await administrator.post("/api/accounts/D0001", _wanted(name="叶知秋", role="auditor"))

    assert (answer.status, answer.code) == (409, "console.account.last_administrator")


async def test_a_dangerous_act_asks_for_the_password_again(administrator: Person, clock: StepClock) -> None:
    clock.advance(timedelta(minutes=11))

    asked = await administrator.post("/api/accounts", NEW)
    wrong = await administrator.post("/api/me/confirm", {"password": "wrong"})
    right = await administrator.post("/api/me/confirm", {"password": PASSWORD})
    done = await administrator.post("/api/accounts", NEW)

    assert (asked.status, asked.code) == (403, "console.confirm.needed")
    assert (wrong.status, right.status, done.status) == (401, 204, 201)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({"role": "god"}, "console.account.role", id="role"),
        pytest.param({"agent_id": "a b"}, "console.account.number", id="number"),
        pytest.param({"max_chats": "3"}, "console.field.type", id="type"),
        pytest.param({"password": "x"}, "console.fields.unknown", id="unknown"),
    ],
)
async def test_an_account_that_cannot_be_is_refused(administrator: Person, change: dict[str, Any], code: str) -> None:
    answer = await administrator.post("/api/accounts", {**NEW, **change})

    assert (answer.status, answer.code) == (400, code)


async def test_a_number_is_given_once(administrator: Person) -> None:
    await administrator.post("/api/accounts", NEW)

    again = await administrator.post("/api/accounts", NEW)

    assert (again.status, again.code) == (409, "console.account.taken")


async def test_accounts_are_listed_with_the_rights_of_each_role(administrator: Person, agent: Person) -> None:
    listed = (await administrator.get("/api/accounts")).body

    assert {each["id"]: each["role"] for each in listed["accounts"]} == {"K0104": "agent", "D0001": "administrator"}
    assert listed["rights"]["administrator"] == ["accounts", "self"]
    assert "password" not in str(listed["accounts"][0].keys())
