"""Promises, orders, call-backs and calls on a clock: who is told when, the customer before it breaks, none after it."""

from __future__ import annotations

import asyncio
import random
from datetime import datetime, timedelta

import pytest

from backend.models import CompanyEvent
from notices.kinds import the_book
from notices.ladders import the_ladders
from notices.watching import Watching
from runtime.clock import SHANGHAI
from runtime.postgres import Pool
from tests.component.notices import watched
from tests.component.notices.company import Company, Room, SilentBus
from tests.component.notices.conftest import NOON, TestClock
from tests.component.notices.watched import CHAT, agent_says, kept, moved, promised, rung, staff

DUE = NOON + timedelta(hours=6)


async def at(room: Room, clock: TestClock, moment: datetime) -> list[str]:
    """Goes to a moment, does what is due, and returns the lines of the chat that are new."""
    before = await room.lines(CHAT)
    clock.at = moment
    await room.tell()
    return (await room.lines(CHAT))[len(before) :]


async def test_before_a_promise_breaks_the_customer_hears_honestly_who_looks_after_it_once(
    room: Room, clock: TestClock
) -> None:
    await staff(room.pool)
    await promised(room, DUE, text="师傅今天18点前到")

    assert await at(room, clock, DUE - timedelta(minutes=16)) == []
    said = await at(room, clock, DUE - timedelta(minutes=15))
    assert await at(room, clock, DUE + timedelta(minutes=30)) == []

    assert [line[:40] for line in said] == [
        "【跟进】之前答应您“师傅今天18点前到”（今天18:00 前），到现在还没办好，"[:40]
    ]
    assert "客服林晓正在跟进" in said[0]
    entries = await room.pool.fetch(
        "select name from escalation_events where conversation_id = $1 order by event_id", CHAT
    )
    assert [row["name"] for row in entries] == ["promise.made", "watch.customer_told"]


async def test_a_promise_that_was_moved_is_told_with_the_old_and_the_new_time(room: Room, clock: TestClock) -> None:
    await staff(room.pool)
    number = await promised(room, DUE)
    clock.pass_(hours=1)
    await room.watch()
    await moved(room, number, DUE + timedelta(hours=3))
    await room.watch()

    assert await at(room, clock, NOON + timedelta(minutes=64)) == []
    said = await at(room, clock, NOON + timedelta(minutes=65))
    assert await at(room, clock, DUE + timedelta(hours=3)) == []
    assert [line[:45] for line in said] == [
        "【时间有变】之前答应您“师傅今天到”（今天18:00 前），现在要到 今天21:00 前，"[:45]
    ]


async def test_a_corrected_reading_of_the_agents_words_is_no_move(room: Room, clock: TestClock) -> None:
    await staff(room.pool)
    number = await promised(room, DUE, confirmed=False)
    await room.watch()
    await moved(room, number, DUE + timedelta(hours=1))

    assert await at(room, clock, NOON + timedelta(minutes=30)) == []
    assert "今天19:00 前" in (await at(room, clock, DUE + timedelta(minutes=45)))[0]


async def test_an_agent_who_told_the_new_time_leaves_nothing_to_say(room: Room, clock: TestClock) -> None:
    await staff(room.pool)
    number = await promised(room, DUE)
    await room.watch()
    await moved(room, number, DUE + timedelta(hours=3))
    clock.pass_(minutes=1)
    await room.watch()
    clock.pass_(minutes=1)
    await agent_says(room, "改到晚上九点")

    assert await at(room, clock, NOON + timedelta(minutes=30)) == []
    assert await at(room, clock, DUE) == []


async def test_nothing_comes_between_an_agent_and_the_customer_who_are_talking(room: Room, clock: TestClock) -> None:
    await staff(room.pool)
    await promised(room, DUE)
    clock.at = DUE - timedelta(minutes=18)
    await agent_says(room, "我在催")

    assert await at(room, clock, DUE - timedelta(minutes=15)) == []
    assert await at(room, clock, DUE - timedelta(minutes=9)) == []
    assert len(await at(room, clock, DUE - timedelta(minutes=8))) == 1


async def test_a_kept_promise_is_the_end_even_when_its_sentence_was_on_its_way(room: Room, clock: TestClock) -> None:
    await staff(room.pool)
    number = await promised(room, DUE)
    clock.at = DUE - timedelta(minutes=10)
    await room.watch()
    await room.spread()
    await kept(room, number)

    await room.send()

    assert await room.lines(CHAT) == []
    assert [row["outcome"] for row in await room.notices()] == ["void"]
    assert await at(room, clock, DUE + timedelta(hours=5)) == []
    assert await rung(room) == []


async def test_a_sentence_that_reached_nobody_is_told_to_whoever_made_the_promise_once(
    room: Room, clock: TestClock
) -> None:
    await staff(room.pool)
    await promised(room, DUE)
    room.reach.shut["wechat"] = "no_quota"

    await at(room, clock, DUE - timedelta(minutes=15))
    for _ in range(2):
        await room.watch()

    assert await rung(room) == [("owner", "promise", "a1")]
    assert await room.pool.fetchval("select customer_told_at from watches") is None


async def test_a_promise_nobody_kept_reaches_the_manager_on_duty(database: Pool, room: Room, clock: TestClock) -> None:
    await staff(room.pool)
    room.watching = Watching(database, SilentBus(), clock, the_book(), the_ladders(), duty=("m1",))
    await promised(room, DUE)

    await at(room, clock, DUE + timedelta(minutes=59))
    assert await rung(room) == []
    await at(room, clock, DUE + timedelta(minutes=60))
    assert await rung(room) == [("duty", "promise", "m1")]


async def test_an_order_climbs_with_the_companys_own_warnings_and_its_customer_hears_before_the_limit(
    room: Room, company: Company, clock: TestClock
) -> None:
    await staff(room.pool)
    await promised(room, DUE + timedelta(days=30))
    await room.pool.execute(
        "insert into escalations (conversation_id, state, skill, priority, reason, agent_id, requested_at, ended_at)"
        " values ($1, 'closed', 'complaint', 3, 'asked', 'a1', $2, $2)",
        *(CHAT, clock.at),
    )
    due = datetime(2026, 11, 23, 16, tzinfo=SHANGHAI)
    watched.order(company, clock, "opened", due)
    await room.tell()
    for percent in (50, 50, 80):
        watched.order(company, clock, "warned", due, percent=percent, step="x")
        await room.tell()

    assert await rung(room) == [("owner", "order", "a1"), ("lead", "order", "s1")]
    said = await at(room, clock, due - timedelta(minutes=60))
    assert said[0].startswith("【进度说明】工单 T26112100001 的时限是 今天16:00，现在还没办完")
    watched.order(company, clock, "warned", due, percent=100, step="x")
    assert await at(room, clock, due + timedelta(minutes=1)) == []
    assert (await rung(room))[2:] == [("duty", "order", "s1")]


async def test_an_order_that_was_answered_in_time_ends_quietly_and_one_that_stands_is_not_late(
    room: Room, company: Company, clock: TestClock
) -> None:
    await staff(room.pool)
    due = datetime(2026, 11, 23, 16, tzinfo=SHANGHAI)
    watched.order(company, clock, "opened", due)
    await room.tell()
    watched.order(company, clock, "advanced", None, status="dispatched")
    assert await at(room, clock, due + timedelta(hours=1)) == []
    watched.order(company, clock, "replied", due + timedelta(days=2), status="replied")

    assert len(await at(room, clock, due + timedelta(hours=2))) == 1
    assert await at(room, clock, due + timedelta(days=2)) == []
    assert await rung(room) == []


async def test_a_fault_climbs_until_the_crew_is_there_and_its_customer_hears_by_its_steps(
    room: Room, company: Company, clock: TestClock
) -> None:
    await staff(room.pool)
    due = clock.at + timedelta(minutes=45)
    watched.order(company, clock, "opened", due, kind="fault", status="reported")
    await room.tell()
    for percent in (50, 80):
        watched.order(company, clock, "warned", due, kind="fault", percent=percent, step="x")
        await room.tell()
    assert await rung(room) == [("owner", "fault", "s1"), ("lead", "fault", "s1")]

    said = await at(room, clock, due)

    assert not any("时限" in text for text in said)
    assert (await rung(room))[2:] == [("duty", "fault", "s1")]


@pytest.mark.parametrize("status", ["on_site", "merged"])
async def test_of_a_fault_whose_crew_is_there_or_that_follows_another_nobody_is_rung(
    status: str, room: Room, company: Company, clock: TestClock
) -> None:
    await staff(room.pool)
    due = clock.at + timedelta(minutes=45)
    watched.order(company, clock, "opened", due, kind="fault", status="reported")
    await room.tell()
    main = "F26112100009" if status == "merged" else None

    watched.order(company, clock, "advanced", due, kind="fault", status=status, parent_no=main)

    await at(room, clock, due + timedelta(minutes=1))
    assert await rung(room) == []


async def test_the_limit_of_an_order_that_ends_at_midnight_is_told_before_the_night(
    room: Room, company: Company, clock: TestClock
) -> None:
    due = datetime(2026, 11, 23, 0, tzinfo=SHANGHAI)
    watched.order(company, clock, "opened", due)
    await room.tell()

    assert await at(room, clock, datetime(2026, 11, 22, 20, 59, tzinfo=SHANGHAI)) == []
    assert len(await at(room, clock, datetime(2026, 11, 22, 21, 0, tzinfo=SHANGHAI))) == 1


async def test_a_call_back_is_watched_until_somebody_has_called(room: Room, company: Company, clock: TestClock) -> None:
    await staff(room.pool)
    for number in ("B1", "B2"):
        company.tell("callback.asked", number, data={**watched.ASKED, "call_by": DUE.isoformat()})
    await room.tell()
    company.tell("callback.done", "B2", data={})

    said = await at(room, clock, DUE - timedelta(minutes=15))
    await at(room, clock, DUE)

    assert [line[:22] for line in said] == ["【回电说明】之前说 今天18:00 前给您回"]
    assert await rung(room) == [("lead", "callback", "s1"), ("duty", "callback", "s1")]


async def test_the_word_of_the_night_is_watched_until_somebody_comes(room: Room, clock: TestClock) -> None:
    await staff(room.pool)
    await promised(room, DUE + timedelta(days=9))
    query = (
        "insert into escalations (conversation_id, state, skill, priority, reason, requested_at, promised_at)"
        " values ($1, 'waiting', 'billing', 5, 'asked', $2, $3)"
    )
    await room.pool.execute(query, CHAT, clock.at, DUE)

    said = await at(room, clock, DUE - timedelta(minutes=5))

    assert said[0].startswith("【跟进】之前说 今天18:00 前有人回复您，现在还没轮到")
    await room.pool.execute("update escalations set state = 'abandoned', ended_at = $1", DUE)
    await at(room, clock, DUE + timedelta(hours=2))
    assert await rung(room) == [("lead", "reply", "s1")]


async def test_a_call_for_care_that_nobody_made_is_raised_and_one_that_was_made_is_not(
    room: Room, company: Company, clock: TestClock
) -> None:
    await staff(room.pool)
    company.home("7001", area="TA-1", phone="13800007001", tags=["life_support"])
    company.home("7002", area="TA-1", phone="13800007002", tags=["life_support"])
    company.outage("raised")
    await room.tell()
    done = "update notice_calls set done_at = $1, done_by = 'a1', reached = true where account_no = '7002'"
    await room.pool.execute(done, clock.at)

    await at(room, clock, NOON + timedelta(minutes=9))
    assert await rung(room) == []
    await at(room, clock, NOON + timedelta(minutes=10))
    assert await rung(room) == [("lead", "call", "s1")]
    await at(room, clock, NOON + timedelta(minutes=20))
    assert await rung(room) == [("lead", "call", "s1"), ("duty", "call", "s1")]


@pytest.mark.parametrize("seed", range(10))
async def test_in_any_order_with_restarts_and_jumps_of_the_clock_each_step_is_told_once_and_none_after_the_end(
    database: Pool, clock: TestClock, seed: int
) -> None:
    chance = random.Random(seed)
    company = Company(clock)
    await staff(database)
    room = Room(database, clock, company, the_book())
    spans = [timedelta(minutes=chance.randrange(20, 300)) for _ in range(6)]
    numbers = [await promised(room, clock.at + span, text=f"{span}") for span in spans]
    for what, percent in (("opened", 0), ("warned", 50), ("warned", 80), ("warned", 100)):
        watched.order(company, clock, what, clock.at + timedelta(hours=5), percent=percent)
    events = [event for event in company.told for _ in range(chance.randrange(1, 3))]
    chance.shuffle(events)
    ended: dict[int, list[str]] = {}
    for _ in range(14):
        await _round(database, company, clock, [events.pop()] if events else [])
        clock.pass_(minutes=chance.choice([0, 1, 7, 45, 90]) - chance.choice([0, 0, 3]))
        if numbers and chance.random() < 0.4:
            number = numbers.pop(chance.randrange(len(numbers)))
            await kept(room, number)
            ended[number] = await _said_of(database, number)
    clock.pass_(hours=30)
    for _ in range(3):
        await _round(database, company, clock, events)

    for number, before in ended.items():
        assert await _said_of(database, number) == before
    for number in numbers:
        said = await _said_of(database, number)
        assert (said.count("duty"), said.count("customer") <= 1) == (1, True)
    orders = await database.fetch("select kind from pings where about = 'order'")
    assert sorted(row["kind"] for row in orders) == ["watch_duty", "watch_lead", "watch_owner"]


async def _round(database: Pool, company: Company, clock: TestClock, events: list[CompanyEvent]) -> None:
    """Two workers, those of before having died, take events in and do what is due at the same time."""
    workers = [Room(database, clock, company, the_book()) for _ in range(2)]
    await workers[0].intake.take(events, "webhook")
    await workers[0].settle()
    await asyncio.gather(*(worker.watch() for worker in workers))
    await asyncio.gather(*(worker.spread() for worker in workers))
    await asyncio.gather(*(worker.send() for worker in workers))


async def _said_of(database: Pool, number: int) -> list[str]:
    """What was told of a promise up to now, with repeats."""
    pings = await database.fetch(
        "select g.kind from pings g join promises p on p.text = g.text where g.about = 'promise' and p.promise_id = $1",
        number,
    )
    lines = await database.fetch("select 1 from messages where body->'told'->>'subject' = $1", f"promise/{number}")
    return [row["kind"].removeprefix("watch_") for row in pings] + ["customer"] * len(lines)
