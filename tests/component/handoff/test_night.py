"""What a customer reads who asks for a person when nobody is there, on a real database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversation.reply import HandoffRequest
from handoff.desk import Desk
from handoff.duty import HumanHours
from handoff.escalations import Escalations
from runtime.bus import Bus
from runtime.postgres import Pool
from tests.component.handoff.chats import Chat, StepClock

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
