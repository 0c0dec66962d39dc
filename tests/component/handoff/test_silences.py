"""Who says nothing while a person serves: reminders and rules, once each, on a real database."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from conversation.identity import AgentIdentity, ChannelName, ChannelUser
from conversation.message import InboundMessage
from conversation.reply import HandoffRequest
from handoff import transcript
from handoff.desk import Desk
from runtime.bus import Bus
from runtime.postgres import Pool, transaction
from tests.component.handoff.chats import Chat, StepClock, timekeeper

ASKED = HandoffRequest("general", "asked", 5)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def served(desk: Desk, chat: Chat, jiang: AgentIdentity) -> Chat:
    """A chat an agent serves, whose customer has the last word."""
    asked = (await desk.request(chat.id, ASKED)).escalation
    await desk.accept(asked.escalation_id, jiang)
    return chat


async def notes(chat: Chat) -> list[str]:
    return [text for role, text in await chat.lines() if role == "note"]


async def told(chat: Chat) -> list[str]:
    return [text for role, text in await chat.lines() if role == "system"]


async def test_a_silent_agent_is_reminded_then_the_supervisor_then_the_customer_is_told_and_waits_again(
    desk: Desk, served: Chat, bus: Bus, clock: StepClock
) -> None:
    keeper = timekeeper(desk, bus, clock)

    for minutes in (2, 2, 1, 5):
        clock.advance(minutes * MINUTE)
        await keeper.round()

    assert (await served.events())[2:] == [
        "escalation.agent_reminded",
        "escalation.supervisor_reminded",
        "escalation.customer_told_of_delay",
        "escalation.requeued",
    ]
    assert (await served.owner())[0] == "queue"
    assert "江一苇" in (await notes(served))[1]
    assert "已重新排在第一位" in (await told(served))[-1]


async def test_an_agent_who_answers_is_not_reminded(
    desk: Desk, served: Chat, jiang: AgentIdentity, bus: Bus, clock: StepClock
) -> None:
    keeper = timekeeper(desk, bus, clock)
    await keeper.round()
    await desk.say(served.id, jiang, "c1", "您好，我来看一下")

    clock.advance(3 * MINUTE)
    await keeper.round()

    assert await notes(served) == []


async def test_a_silent_customer_is_asked_once_and_then_given_back_to_the_bot(
    desk: Desk, served: Chat, jiang: AgentIdentity, bus: Bus, clock: StepClock
) -> None:
    keeper = timekeeper(desk, bus, clock)
    await desk.say(served.id, jiang, "c1", "请问是哪一户")

    for minutes in (5, 5, 5, 6):
        clock.advance(minutes * MINUTE)
        await keeper.round()

    assert [text for text in await told(served) if "您还在吗" in text] == [
        "您还在吗？客服 江一苇 在等您的回复；不着急，方便时接着说就行。"
    ]
    assert (await served.owner())[0] == "bot"
    assert (await served.events())[-2:] == ["escalation.silence_returned", "escalation.returned"]
    note = await desk.pool.fetchval("select return_note from conversations where conversation_id = $1", served.id)
    assert note is None


async def test_a_customer_who_writes_again_is_asked_anew_later(
    desk: Desk, served: Chat, jiang: AgentIdentity, bus: Bus, clock: StepClock
) -> None:
    keeper = timekeeper(desk, bus, clock)
    await desk.say(served.id, jiang, "c1", "请问是哪一户")
    clock.advance(6 * MINUTE)
    await keeper.round()
    await served.write("织女苑 3 栋")
    await desk.say(served.id, jiang, "c2", "好的，还有别的吗")
    await keeper.round()

    clock.advance(6 * MINUTE)
    await keeper.round()

    assert len([text for text in await told(served) if "您还在吗" in text]) == 2
    assert (await served.owner())[0] == "agent"


async def test_several_processes_take_a_step_once(desk: Desk, served: Chat, bus: Bus, clock: StepClock) -> None:
    keepers = [timekeeper(desk, bus, clock) for _ in range(4)]
    clock.advance(3 * MINUTE)

    await asyncio.gather(*(keeper.round() for keeper in keepers))

    assert len(await notes(served)) == 1


async def test_after_an_hour_of_downtime_the_steps_come_one_after_the_other(
    desk: Desk, served: Chat, bus: Bus, clock: StepClock
) -> None:
    clock.advance(timedelta(hours=1))
    keeper = timekeeper(desk, bus, clock)

    await keeper.round()
    await keeper.round()

    assert (await served.events())[2:] == ["escalation.agent_reminded"]
    for _ in range(3):
        clock.advance(2 * MINUTE)
        await keeper.round()
    assert (await served.owner())[0] == "queue"


async def test_a_new_agent_has_the_time_of_a_fresh_question(
    desk: Desk, served: Chat, gu: AgentIdentity, bus: Bus, clock: StepClock
) -> None:
    keeper = timekeeper(desk, bus, clock)
    for minutes in (2, 2, 1, 5):
        clock.advance(minutes * MINUTE)
        await keeper.round()
    waiting = await desk.pool.fetchval("select escalation_id from escalations")
    await desk.accept(waiting, gu)
    before = await notes(served)

    await keeper.round()
    clock.advance(MINUTE)
    await keeper.round()

    assert await notes(served) == before


async def test_reminders_leave_a_wechat_customers_lines_to_people(
    desk: Desk, database: Pool, jiang: AgentIdentity, bus: Bus, clock: StepClock
) -> None:
    user = ChannelUser(ChannelName.WECHAT, "openid-1")
    async with transaction(database) as connection:
        await transcript.receive(connection, InboundMessage(user, "m1", "转人工"), at=clock.now())
    await desk.take_over(user.conversation_id, jiang)
    await desk.say(user.conversation_id, jiang, "c1", "请问是哪一户")
    await database.execute(
        "update messages set delivery = 'sent', cost = 1, sent_at = $1 where role <> 'customer'", clock.now()
    )

    clock.advance(6 * MINUTE)
    await timekeeper(desk, bus, clock).round()

    events = await database.fetch("select name from escalation_events order by event_id")
    assert events[-1]["name"] == "escalation.reminder_spared"
    assert await database.fetchval("select count(*) from messages where delivery = 'pending'") == 0
