"""What a customer reads who asks for a person when nobody is there, on a real database."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta

import pytest

from conversation.reply import HandoffRequest
from handoff import ledger
from handoff.desk import Desk
from handoff.escalations import Escalations
from handoff.hours import book
from handoff.hours.calendar import SpecialDays, Week
from handoff.hours.duty import HumanHours
from handoff.hours.spans import parse_spans
from runtime.bus import Bus
from runtime.clock import SHANGHAI
from runtime.postgres import Pool, transaction
from tests.component.handoff.chats import START, Chat, StepClock, timekeeper

BILL = HandoffRequest("billing", "asked", 5)
FAULT = HandoffRequest("fault", "asked", 5)


@pytest.fixture
def night_desk(database: Pool, bus: Bus, clock: StepClock, escalations: Escalations) -> Desk:
    """The desk at eleven in the evening."""
    clock.advance(timedelta(hours=13))
    return Desk(database, bus, clock, Escalations(escalations.phrases, HumanHours.parse("08:00-20:00")))


async def test_at_night_the_hours_are_told_and_no_place_in_a_queue(night_desk: Desk, chat: Chat) -> None:
    await night_desk.request(chat.id, BILL)

    told = (await chat.lines())[-1][1]
    assert "8:00-20:00" in told
    assert "第一位" not in told
    assert (await chat.owner())[0] == "queue"


async def test_a_fault_is_answered_at_night_as_by_day(night_desk: Desk, chat: Chat) -> None:
    await night_desk.request(chat.id, FAULT)

    assert (await chat.lines())[-1][1] == night_desk.escalations.phrases.say("utter_human_queued_first")


async def test_who_asks_again_at_night_reads_the_hours_again(night_desk: Desk, chat: Chat) -> None:
    await night_desk.request(chat.id, BILL)
    await night_desk.request(chat.id, BILL)

    assert "8:00-20:00" in (await chat.lines())[-1][1]


async def test_the_promise_stands_with_the_request_and_is_not_put_off(night_desk: Desk, chat: Chat) -> None:
    first = (await night_desk.request(chat.id, BILL)).escalation
    told = (await chat.lines())[-1][1]
    await night_desk.request(chat.id, BILL)

    promised = await night_desk.pool.fetchval(
        "select promised_at from escalations where escalation_id = $1", first.escalation_id
    )
    assert promised == datetime(2026, 11, 22, 9, 0, tzinfo=SHANGHAI)
    assert "明天 8:00-20:00" in told
    assert "明天 9:00前" in told


async def test_hours_of_a_skill_replace_the_default(night_desk: Desk, chat: Chat) -> None:
    late = Week(*(parse_spans("08:00-23:59") for _ in range(3)))
    async with transaction(night_desk.pool) as connection:
        await book.set_week(connection, "billing", late, by="S0001", at=START)

    await night_desk.request(chat.id, BILL)

    assert (await chat.lines())[-1][1] == night_desk.escalations.phrases.say("utter_human_queued_first")


async def test_an_operators_day_closes_the_desk_by_day(desk: Desk, chat: Chat) -> None:
    storm = SpecialDays("", date(2026, 11, 21), date(2026, 11, 22), (), "台风")
    async with transaction(desk.pool) as connection:
        await book.add_days(connection, storm, by="S0001", at=START)

    await desk.request(chat.id, BILL)

    assert "11月23日 0:00" in (await chat.lines())[-1][1]


async def test_when_people_are_back_the_request_is_there_with_its_age_and_told_once(
    night_desk: Desk, chat: Chat, bus: Bus, clock: StepClock
) -> None:
    asked = (await night_desk.request(chat.id, BILL)).escalation
    keeper = timekeeper(night_desk, bus, clock)
    before = len(await chat.lines())

    await keeper.round()
    clock.advance(timedelta(hours=9, minutes=1))
    await asyncio.gather(keeper.round(), timekeeper(night_desk, bus, clock).round())

    lines = await chat.lines()
    assert [text for _, text in lines[before:]] == ["人工客服上班了，您之前的留言排在第一位，同事一接手就在这里回您。"]
    async with transaction(night_desk.pool) as connection:
        standing = await ledger.open_in(connection, chat.id)
    assert standing
    assert standing.requested_at == asked.requested_at


async def test_a_promise_that_runs_out_is_put_before_a_supervisor_once(
    night_desk: Desk, chat: Chat, bus: Bus, clock: StepClock
) -> None:
    await night_desk.request(chat.id, BILL)
    clock.advance(timedelta(hours=9, minutes=51))

    for _ in range(2):
        await timekeeper(night_desk, bus, clock).round()

    notes = [text for role, text in await chat.lines() if role == "note"]
    assert len(notes) == 1
    assert "9:00" in notes[0]
    assert (await chat.events()).count("escalation.promise_due") == 1
