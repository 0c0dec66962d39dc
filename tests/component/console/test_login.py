"""Logging in: back-off by account and address, one-time codes, the second factor, sessions and step-up."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pyotp
import pytest
from argon2 import PasswordHasher

from console.server.login_settings import LoginSettings
from console.server.passwords import Passwords
from runtime.postgres import Pool
from tests.component.console.desk_server import PASSWORD, Answer, DeskServer, Person
from tests.component.handoff.chats import StepClock

NEW = "quiet-river-7"


@pytest.fixture
def login_settings() -> LoginSettings:
    return LoginSettings(address_guesses=12, idle_minutes=30)


async def _enrol(person: Person, clock: StepClock) -> tuple[pyotp.TOTP, list[str]]:
    secret = (await person.post("/api/me/totp")).body["secret"]
    totp = pyotp.TOTP(secret)
    codes = (await person.post("/api/me/totp/confirm", {"code": totp.at(clock.now())})).body["recovery_codes"]
    clock.advance(timedelta(seconds=60))
    return totp, codes


async def _second_step(person: Person, code: str, password: str = PASSWORD) -> Answer:
    first = await person.post("/api/login", {"username": person.identity.agent_id, "password": password})
    answer = await person.post("/api/login/code", {"ticket": first.body["ticket"], "code": code})
    person.csrf = answer.body.get("csrf", person.csrf)
    return answer


async def test_each_lock_is_twice_as_long_as_the_one_before(agent: Person, clock: StepClock) -> None:
    for _ in range(5):
        await agent.log_in("wrong")
    clock.advance(timedelta(minutes=15))
    for _ in range(5):
        await agent.log_in("wrong")
    clock.advance(timedelta(minutes=16))
    still = await agent.log_in()
    clock.advance(timedelta(minutes=15))
    open_again = await agent.log_in()

    assert (still.status, open_again.status) == (401, 200)


async def test_an_address_that_guesses_many_names_has_to_wait(
    server: DeskServer, agent: Person, stranger: Person, clock: StepClock
) -> None:
    for number in range(12):
        await stranger.post("/api/login", {"username": f"K9{number:03}", "password": "x"})

    waits = await agent.log_in()
    clock.advance(timedelta(minutes=16))
    later = await agent.log_in()

    assert (waits.status, waits.code) == (429, "console.login.too_many")
    assert 0 < int(waits.headers["Retry-After"]) <= 15 * 60
    assert later.status == 200


async def test_a_hash_of_less_work_is_made_anew_at_log_in(
    server: DeskServer, database: Pool, passwords: Passwords
) -> None:
    person = await server.hire(database, passwords, "K0110", "沈一")
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, hash_len=16).hash(PASSWORD)
    await database.execute("update agents set password_hash = $1 where agent_id = 'K0110'", weak)

    await person.log_in()

    stored = await database.fetchval("select password_hash from agents where agent_id = 'K0110'")
    assert stored != weak
    assert await passwords.matches(stored, PASSWORD)
    await person.leave()


@pytest.mark.parametrize(
    ("new", "code"),
    [
        pytest.param("short-1", "console.password.short", id="short"),
        pytest.param("my-k0104-word", "console.password.personal", id="number"),
        pytest.param("江一苇的密码abcdef", "console.password.personal", id="name"),
        pytest.param("abababababab", "console.password.simple", id="few_characters"),
        pytest.param("0123456789", "console.password.simple", id="counting"),
        pytest.param(PASSWORD, "console.password.used_before", id="the_same"),
    ],
)
async def test_a_password_that_breaks_a_rule_is_refused_by_name(agent: Person, new: str, code: str) -> None:
    answer = await agent.post("/api/me/password", {"old": PASSWORD, "new": new})

    assert (answer.status, answer.code) == (400, code)


async def test_the_last_five_passwords_do_not_come_again(agent: Person) -> None:
    words = [PASSWORD, *(f"quiet-river-{number}" for number in range(5))]
    for old, new in zip(words, words[1:], strict=False):
        assert (await agent.post("/api/me/password", {"old": old, "new": new})).status == 204

    fifth = await agent.post("/api/me/password", {"old": words[-1], "new": words[1]})
    sixth = await agent.post("/api/me/password", {"old": words[-1], "new": PASSWORD})

    assert (fifth.code, sixth.status) == ("console.password.used_before", 204)


async def test_a_wrong_old_password_changes_nothing(agent: Person) -> None:
    answer = await agent.post("/api/me/password", {"old": "wrong", "new": NEW})

    assert (answer.status, (await agent.log_in()).status) == (401, 200)


async def test_a_first_password_must_be_changed_before_anything_else(agent: Person, database: Pool) -> None:
    await database.execute("update agents set must_change = true")
    me, queue = await agent.get("/api/me"), await agent.get("/api/queue")

    await agent.post("/api/me/password", {"old": PASSWORD, "new": NEW})

    assert (me.body["must"], queue.code) == ("password", "console.must_first")
    assert (await agent.get("/api/queue")).status == 200


async def test_the_second_factor_is_asked_after_the_password(agent: Person, clock: StepClock) -> None:
    totp, _ = await _enrol(agent, clock)

    first = await agent.log_in()
    done = await _second_step(agent, totp.at(clock.now()))

    assert (first.status, first.body["step"], "csrf" in first.body) == (202, "code", False)
    assert (done.status, done.body["totp"]) == (200, True)


@pytest.mark.parametrize(("seconds", "status"), [(-90, 401), (-30, 200), (30, 200), (90, 401)])
async def test_a_clock_that_is_half_a_minute_off_is_forgiven(
    agent: Person, clock: StepClock, seconds: int, status: int
) -> None:
    totp, _ = await _enrol(agent, clock)
    clock.advance(timedelta(minutes=5))

    done = await _second_step(agent, totp.at(clock.now() + timedelta(seconds=seconds)))

    assert done.status == status


async def test_a_code_counts_once_also_when_sent_twice_at_once(
    server: DeskServer, agent: Person, clock: StepClock
) -> None:
    totp, _ = await _enrol(agent, clock)
    first = await agent.log_in()
    body = {"ticket": first.body["ticket"], "code": totp.at(clock.now())}

    answers = await asyncio.gather(*(agent.post("/api/login/code", body) for _ in range(4)))
    again = await _second_step(agent, body["code"])

    assert sorted(answer.status for answer in answers) == [200, 401, 401, 401]
    assert (again.status, again.code) == (401, "console.code.wrong")


async def test_a_recovery_code_counts_once(agent: Person, clock: StepClock, database: Pool) -> None:
    _, codes = await _enrol(agent, clock)

    first, again = await _second_step(agent, codes[0]), await _second_step(agent, codes[0])

    stored = await database.fetch("select code_hash from recovery_codes")
    assert (first.status, again.status, len(stored)) == (200, 401, 10)
    assert codes[0].replace("-", "") not in "".join(row["code_hash"] for row in stored)


async def test_guessing_codes_ends_the_ticket_and_locks_the_account(agent: Person, clock: StepClock) -> None:
    totp, _ = await _enrol(agent, clock)
    ticket = (await agent.log_in()).body["ticket"]

    guesses = [await agent.post("/api/login/code", {"ticket": ticket, "code": f"00000{n}"}) for n in range(6)]
    right = await agent.post("/api/login/code", {"ticket": ticket, "code": totp.at(clock.now())})

    assert guesses[-1].code == right.code == "console.ticket.over"
    assert (await agent.log_in()).status == 401


async def test_the_secret_is_sealed_in_the_database(agent: Person, database: Pool) -> None:
    secret = (await agent.post("/api/me/totp")).body["secret"]

    assert secret not in await database.fetchval("select sealed from agent_totp")


async def test_a_second_factor_cannot_be_replaced_from_an_open_desk(agent: Person, clock: StepClock) -> None:
    await _enrol(agent, clock)

    answers = [await agent.post("/api/me/totp"), await agent.post("/api/me/totp/confirm", {"code": "000000"})]

    assert [(answer.status, answer.code) for answer in answers] == [(409, "console.totp.exists")] * 2


async def test_who_needs_a_second_factor_sets_it_up_first(agent: Person, database: Pool, clock: StepClock) -> None:
    await database.execute("update agents set totp_required = true")
    due = await agent.get("/api/queue")

    await _enrol(agent, clock)

    assert due.code == "console.must_first"
    assert (await agent.get("/api/queue")).status == 200


async def test_a_desk_without_a_hand_on_it_goes_idle(agent: Person, clock: StepClock) -> None:
    clock.advance(timedelta(minutes=25))
    await agent.post("/api/me/active")
    clock.advance(timedelta(minutes=25))
    read = await agent.get("/api/queue")
    clock.advance(timedelta(minutes=6))
    idle = await agent.get("/api/queue")

    assert (read.status, idle.status, idle.code) == (200, 401, "console.session.expired")


async def test_an_agent_sees_and_ends_own_sessions(agent: Person, colleague: Person) -> None:
    await agent.log_in()
    (now, before) = (await agent.get("/api/me/sessions")).body["sessions"]

    foreign = await colleague.post(f"/api/me/sessions/{now['id']}/end")
    ended = await agent.post(f"/api/me/sessions/{now['id']}/end")

    assert (now["current"], now["live"], now["address"], now["way"]) == (True, True, "127.0.0.1", "password")
    assert (before["live"], before["ended_why"]) == (False, "replaced")
    assert (foreign.status, ended.status, (await agent.get("/api/me")).status) == (404, 204, 401)
