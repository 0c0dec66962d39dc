"""A flood of events: each once, in its order, none lost, whatever is beside it and whoever dies."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from notices.errors import TooMuch
from notices.gathering import Gathering
from notices.kinds import the_book
from runtime import embedded, postgres
from runtime.clock import SystemClock
from runtime.embedded import EmbeddedPostgres, EmbeddedRedis
from runtime.postgres import Pool
from tests.component.notices.company import Company, Room
from tests.component.notices.conftest import TestClock
from tests.component.notices.flooding import EACH, OUTAGES, Flood, body_of, calls, door, lives, numbers, wire
from tests.fakes.store_line import line_to_postgres

PROJECT = Path(__file__).parent.parent.parent.parent
ALL = list(range(1, OUTAGES * EACH + 1))


@pytest.mark.parametrize("seed", range(3))
async def test_a_flood_twice_and_in_any_order_comes_in_once_and_ends_where_the_company_is(
    database: Pool, room: Room, company: Company, clock: TestClock, seed: int
) -> None:
    workers = [room, Room(database, clock, company, the_book())]
    async with door(database, clock) as url:
        flood = Flood(url, clock)
        await flood.bring(calls(lives(company, clock.at), random.Random(seed)))

    while any(await asyncio.gather(*(worker.subjects.apply() for worker in workers))):
        pass

    assert await numbers(database) == ALL
    ends = await database.fetch("select subject, last_event_no, over from notice_subjects")
    wanted = {(f"T{number}", OUTAGES * (EACH - 1) + number + 1, True) for number in range(OUTAGES)}
    assert {tuple(row) for row in ends} == wanted
    assert await database.fetchval("select count(*) from notice_events where state = 'waiting'") == 0


async def test_a_forged_call_among_good_ones_is_refused_and_holds_nobody_up(
    database: Pool, company: Company, clock: TestClock
) -> None:
    events = lives(company, clock.at)
    forged = company.outage("restored", "T-FORGED")
    async with door(database, clock) as url:
        good, bad = Flood(url, clock), Flood(url, clock, secret="somebody else's")
        async with aiohttp.ClientSession() as session:
            answers = await asyncio.gather(
                good.bring([[event] for event in events]), *(bad.post(session, body_of([forged])) for _ in range(20))
            )

    assert answers[1:] == [401] * 20
    assert await numbers(database) == ALL
    assert await database.fetchval("select count(*) from notice_unreadable") == 0


@pytest.mark.parametrize(
    "odd",
    [
        {"data": {"eta": float("nan")}},
        {"subject": "T\ud800"},
        {"account_no": "1\x00"},
        {"event_id": "9" * 5000},
        {"at": "0001-01-01T00:00:00+08:00"},
        {"area_ids": "TA-1", "data": None},
        {"data": json.loads("[" * 400 + "]" * 400)},
    ],
    ids=["no number", "half a character", "a null", "no event number", "no moment", "no data", "not an object"],
)
async def test_one_broken_event_leaves_those_beside_it_alone_and_is_kept_for_a_person(
    database: Pool, company: Company, clock: TestClock, odd: dict[str, Any]
) -> None:
    events = [company.outage("raised", f"T{number}") for number in range(20)]
    whole = [wire(event) for event in events]
    broken = {**whole[9], "event_id": "77", **odd}
    bodies = [json.dumps({"events": [*whole[:5], broken, *whole[5:10]]}), json.dumps(broken)]
    bodies += [json.dumps(one) for one in whole[10:]]

    async with door(database, clock) as url, aiohttp.ClientSession() as session:
        flood = Flood(url, clock)
        answers = await asyncio.gather(*(flood.post(session, body.encode()) for body in bodies))

    assert set(answers) == {204}
    assert await numbers(database) == list(range(1, 21))
    assert await database.fetchval("select sum(times) from notice_unreadable") == 2


async def test_a_row_that_postgresql_refuses_leaves_those_of_its_commit_alone(
    database: Pool, room: Room, company: Company
) -> None:
    await refuse(database, "notice_events", "new.subject = 'T13'")
    await refuse(database, "notice_facts", "new.subject = 'T7'")
    for number in range(20):
        company.outage("raised", f"T{number}")

    await room.intake.take(company.told, "webhook")
    await room.settle()

    assert await numbers(database) == [number for number in range(1, 21) if number != 14]
    assert "T13" in await database.fetchval("select body from notice_unreadable")
    states = {number: state for number, (state, _) in (await room.events()).items()}
    assert {number for number, state in states.items() if state == "aside"} == {8}
    assert set(states.values()) == {"applied", "aside"}


async def refuse(pool: Pool, table: str, when: str) -> None:
    await pool.execute(
        f"""create function refuse_{table}() returns trigger language plpgsql as
        $$ begin raise check_violation using message = 'not this one'; end $$;
        create trigger refuse before insert on {table} for each row when ({when})
        execute function refuse_{table}()"""
    )


async def test_a_worker_killed_in_the_middle_has_lost_nothing_that_it_said_yes_to(
    database_url: str, database: Pool, redis_server: EmbeddedRedis, company: Company, tmp_path: Path
) -> None:
    clock, port = SystemClock(), embedded.free_port()
    flood = Flood(f"http://127.0.0.1:{port}/events", clock)
    told = calls(lives(company, company.filed), random.Random(1))
    first = start(database_url, redis_server.url, port, tmp_path)
    try:
        bringing = asyncio.create_task(flood.bring(told, at_once=4))
        await asyncio.wait_for(flood.taken.wait(), 60)
        first.send_signal(signal.SIGKILL)
        first.wait(10)
        said_yes = set(flood.acknowledged)
        kept = set(await numbers(database))
        second = start(database_url, redis_server.url, port, tmp_path)
        try:
            await asyncio.wait_for(bringing, 120)
        finally:
            second.terminate()
            second.wait(20)
    finally:
        first.kill()

    assert 0 < len(said_yes) < len(ALL)
    assert said_yes <= kept
    assert await numbers(database) == ALL
    assert second.returncode == 0


def start(database: str, redis: str, port: int, folder: Path) -> subprocess.Popen[bytes]:
    """Starts the real process; its company answers nobody, so that webhooks are all it has."""
    given = {"DATABASE_URL": database, "REDIS_URL": redis, "NOTICES_PORT": str(port), "PYTHONPATH": str(PROJECT)}
    given |= {"UTILITY_URL": "http://127.0.0.1:9", "UTILITY_NOTICES_TOKEN": "t", "NOTICES_SMS_FOLDER": str(folder)}
    given |= {"NOTICES_WEBHOOK_SECRET": "the-subscriber-s-secret", "NOTICES_MAIL_FOLDER": str(folder / "mail")}
    command = (sys.executable, "-W", "ignore", "-m", "notices")
    with (folder / "notices.log").open("ab") as log:
        return subprocess.Popen(command, cwd=PROJECT, env={**os.environ, **given}, stdout=log, stderr=log)


async def test_postgresql_gone_and_back_in_the_middle_loses_nothing(
    database_url: str, database: Pool, postgres_server: EmbeddedPostgres, company: Company, clock: TestClock
) -> None:
    name = database_url.partition("@/")[2].partition("?")[0]
    async with line_to_postgres(postgres_server, name) as (line, url):
        pool = await postgres.connect(url, patience=5)
        async with door(pool, clock) as address:
            flood = Flood(address, clock)
            bringing = asyncio.create_task(flood.bring(calls(lives(company, clock.at), random.Random(2)), at_once=4))
            await asyncio.wait_for(flood.taken.wait(), 30)
            line.cut()
            async with aiohttp.ClientSession() as session:
                refused = await flood.post(session, body_of([company.told[0]]))
            said_yes, kept = set(flood.acknowledged), set(await numbers(database))
            line.mend()
            await asyncio.wait_for(bringing, 60)
        await pool.close()

    assert refused == 503
    assert said_yes <= kept
    assert await numbers(database) == ALL


async def test_a_thousand_estimates_that_nobody_was_told_are_one(
    room: Room, company: Company, clock: TestClock
) -> None:
    first = clock.at + timedelta(hours=2)
    company.outage("raised", eta=first)
    await room.run()
    for number in range(1, 1001):
        company.outage("updated", eta=first + timedelta(minutes=number))

    await room.tell()

    assert await room.kinds() == ["outage_fault", "outage_eta_changed"]
    (said,) = [row["said"] for row in await room.notices(kind="outage_eta_changed", person="wechat:wx_a")]
    newest = first + timedelta(minutes=1000)
    assert (said["old_eta"], said["eta"]) == (first.isoformat(), newest.isoformat())
    assert len(await room.notices()) == 6


async def test_who_was_told_nothing_yet_hears_the_newest_estimate_with_the_first_word(
    room: Room, company: Company, clock: TestClock
) -> None:
    etas = [clock.at + timedelta(hours=2, minutes=number) for number in range(50)]
    for number, eta in enumerate(etas):
        company.outage("updated" if number else "raised", eta=eta)

    await room.tell()

    assert await room.kinds() == ["outage_fault"]
    assert {row["said"]["eta"] for row in await room.notices()} == {etas[-1].isoformat()}


async def test_an_estimate_that_is_again_what_was_told_is_told_to_nobody(
    room: Room, company: Company, clock: TestClock
) -> None:
    first = clock.at + timedelta(hours=2)
    company.outage("raised", eta=first)
    await room.run()
    company.outage("updated", eta=first + timedelta(hours=1))
    company.outage("updated", eta=first)

    await room.run()

    assert await room.kinds() == ["outage_fault"]


async def test_balances_of_one_account_that_came_at_once_are_told_once(room: Room, company: Company) -> None:
    for amount in ("30.00", "20.00", "10.00"):
        data = {"step": "reminded", "amount": amount, "balance": f"-{amount}", "cut_on": "2026-12-01"}
        company.tell("supply.notice", "N1", account_no="1001", data=data)

    await room.run()

    facts = await room.pool.fetch("select state, given->>'amount' as amount from notice_facts order by fact_id")
    assert [tuple(row) for row in facts] == [("folded", "30.00"), ("folded", "20.00"), ("told", "10.00")]


async def test_a_part_that_another_worker_has_is_left_to_it_and_the_others_go_on(
    database: Pool, room: Room, company: Company
) -> None:
    for number in range(20):
        company.outage("raised", f"T{number}")
    await room.intake.take(company.told, "stream")
    mine = await database.fetch("select event_no from notice_events where part = 2 order by event_no")

    async with database.acquire() as other, other.transaction():
        await other.execute("select pg_advisory_xact_lock(hashtext('notices.apply'), 2)")
        await room.settle()
        left = await database.fetch("select event_no from notice_events where state = 'waiting' order by event_no")
    await room.settle()

    assert mine
    assert left == mine
    assert await database.fetchval("select count(*) from notice_events where state <> 'applied'") == 0


async def test_what_waits_is_bounded_by_its_size_too(room: Room, company: Company) -> None:
    small = Gathering(room.intake, most_bytes=1000)
    events = [company.outage("raised", f"T{number}") for number in range(10)]

    answers = await asyncio.gather(*(small.take([event], 400) for event in events), return_exceptions=True)

    assert [type(answer) for answer in answers] == [type(None)] * 2 + [TooMuch] * 8


async def test_a_stop_writes_what_waits_and_lets_nobody_in(database: Pool, room: Room, company: Company) -> None:
    gathering = Gathering(room.intake)
    waiting = [asyncio.create_task(gathering.take([company.outage("raised", f"T{n}")])) for n in range(10)]
    await asyncio.sleep(0)

    await gathering.close()

    assert await asyncio.gather(*waiting) == [None] * 10
    assert await numbers(database) == list(range(1, 11))
    with pytest.raises(TooMuch):
        await gathering.take(company.told[:1])
