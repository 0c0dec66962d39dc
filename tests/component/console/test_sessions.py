"""Log-in, lockout, one session per agent."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from runtime.postgres import Pool
from tests.component.console.desk_server import PASSWORD, DeskServer, Person
from tests.component.handoff.chats import StepClock


async def test_logging_in_tells_who_i_am(agent: Person) -> None:
    me = await agent.get("/api/me")

    assert me.body["agent"] == {
        "id": "K0104",
        "name": "江一苇",
        "role": "agent",
        "skills": ["billing", "fault"],
        "max_chats": 4,
    }
    assert me.body["csrf"] == agent.csrf


async def test_the_cookie_is_kept_from_scripts_and_other_sites(agent: Person) -> None:
    cookie = (await agent.log_in()).headers["Set-Cookie"]

    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}


async def test_only_a_hash_of_the_token_is_stored(agent: Person, database: Pool) -> None:
    token = (await agent.log_in()).headers["Set-Cookie"].split(";")[0].partition("=")[2]

    stored = await database.fetchval("select string_agg(token_hash, ' ') from agent_sessions")

    assert token not in stored


@pytest.mark.parametrize(
    ("username", "password"),
    [pytest.param("K0104", "wrong", id="wrong_password"), pytest.param("K9999", PASSWORD, id="unknown_name")],
)
async def test_a_wrong_login_does_not_tell_what_was_wrong(agent: Person, username: str, password: str) -> None:
    answer = await agent.post("/api/login", {"username": username, "password": password})

    assert (answer.status, answer.code) == (401, "console.login.failed")


async def test_five_wrong_passwords_lock_the_account_for_fifteen_minutes(agent: Person, clock: StepClock) -> None:
    for _ in range(5):
        await agent.log_in("wrong")

    locked = await agent.log_in()
    clock.advance(timedelta(minutes=15))
    later = await agent.log_in()

    assert (locked.code, later.status) == ("console.login.failed", 200)


async def test_guesses_made_at_once_are_counted_one_by_one(agent: Person, database: Pool) -> None:
    await asyncio.gather(*(agent.log_in("wrong") for _ in range(12)))

    row = await database.fetchrow("select failed_logins, locked_until from agents where agent_id = 'K0104'")
    assert row["failed_logins"] == 5
    assert row["locked_until"] is not None


async def test_a_right_password_forgets_the_wrong_ones(agent: Person, database: Pool) -> None:
    for _ in range(4):
        await agent.log_in("wrong")

    await agent.log_in()

    assert await database.fetchval("select failed_logins from agents where agent_id = 'K0104'") == 0


async def test_a_second_login_ends_the_first_session(server: DeskServer, agent: Person) -> None:
    elsewhere = Person(server, "K0104")
    await elsewhere.log_in()

    first, second = await agent.get("/api/me"), await elsewhere.get("/api/me")
    await elsewhere.leave()

    assert (first.status, first.code) == (401, "console.session.replaced")
    assert second.status == 200


async def test_a_session_ends_by_time(agent: Person, clock: StepClock) -> None:
    clock.advance(timedelta(hours=12))

    answer = await agent.get("/api/me")

    assert (answer.status, answer.code) == (401, "console.session.expired")


async def test_after_logging_out_the_old_cookie_is_worth_nothing(agent: Person) -> None:
    cookie = {"Cookie": f"gridtalk_session={_token(agent)}"}
    await agent.post("/api/logout")

    answer = await agent.get("/api/me", **cookie)

    assert (answer.status, answer.code) == (401, "console.session.missing")


async def test_a_dismissed_agent_is_out_at_once(agent: Person, database: Pool) -> None:
    await database.execute("update agents set active = false")

    assert (await agent.get("/api/me")).status == 401
    assert (await agent.log_in()).status == 401


async def test_logins_are_audited_with_numbers_masked(agent: Person, database: Pool) -> None:
    await agent.post("/api/login", {"username": "13800001011", "password": "x"})

    rows = await database.fetch("select actor, action from audit order by audit_id")

    assert [tuple(row) for row in rows] == [("K0104", "login"), ("138****1011", "login.failed")]


def _token(person: Person) -> str:
    return next(cookie.value for cookie in person.http.cookie_jar)
