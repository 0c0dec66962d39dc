"""The lost agent: the customer goes back to the front of the queue, and comes back to the agent who returns."""

from __future__ import annotations

from datetime import timedelta

from conversation.identity import AgentIdentity
from conversation.reply import HandoffRequest
from handoff.desk import Desk
from handoff.routing import presence
from handoff.routing.presence import Status
from runtime.postgres import Pool, transaction
from tests.component.handoff.chats import Chat, StepClock, seat
from tests.component.handoff.floors import a_router, offered_to

ASKED = HandoffRequest("general", "asked", 5)


async def test_an_agent_who_is_gone_loses_the_chat_after_the_grace(
    desk: Desk, chat: Chat, jiang: AgentIdentity, database: Pool, clock: StepClock
) -> None:
    asked = (await desk.request(chat.id, ASKED)).escalation
    await seat(database, jiang, clock)
    await desk.accept(asked.escalation_id, jiang)
    router = a_router(desk)

    clock.advance(timedelta(seconds=desk.rules.seen_s))
    await router.round()
    assert (await chat.owner())[2] == jiang.agent_id

    clock.advance(timedelta(seconds=desk.rules.grace_s))
    await router.round()

    assert await chat.owner() == ("queue", 3, None)
    row = await database.fetchrow("select * from escalations where conversation_id = $1", chat.id)
    assert (row["state"], row["raised_to"], row["priority"], row["previous_agent_id"]) == (
        "waiting",
        2,
        5,
        jiang.agent_id,
    )
    assert row["requested_at"] == asked.requested_at
    assert (await chat.events())[-1] == "escalation.reclaimed"
    assert (await chat.lines())[-1] == ("system", desk.escalations.phrases.say("utter_human_left_first"))


async def test_who_logs_out_is_given_the_grace_from_then(
    desk: Desk, chat: Chat, jiang: AgentIdentity, database: Pool, clock: StepClock
) -> None:
    await seat(database, jiang, clock)
    await desk.take_over(chat.id, jiang)
    await seat(database, jiang, clock, Status.OFFLINE)

    clock.advance(timedelta(seconds=desk.rules.grace_s))
    await a_router(desk).round()

    assert (await chat.owner())[0] == "queue"


async def test_who_comes_back_in_time_keeps_the_chat(
    desk: Desk, chat: Chat, jiang: AgentIdentity, database: Pool, clock: StepClock
) -> None:
    await seat(database, jiang, clock)
    await desk.take_over(chat.id, jiang)
    await seat(database, jiang, clock, Status.OFFLINE)
    async with transaction(database) as connection:
        await presence.arrive(connection, jiang.agent_id, at=clock.now())

    clock.advance(timedelta(seconds=desk.rules.grace_s / 2))
    await a_router(desk, seen_s=desk.rules.grace_s).round()

    assert (await chat.owner())[2] == jiang.agent_id


async def test_who_comes_back_too_late_is_asked_first(
    desk: Desk, chat: Chat, jiang: AgentIdentity, gu: AgentIdentity, database: Pool, clock: StepClock
) -> None:
    await seat(database, jiang, clock)
    await desk.take_over(chat.id, jiang)
    clock.advance(timedelta(minutes=5))
    router = a_router(desk)
    await router.round()
    assert (await chat.owner())[0] == "queue"

    for agent in (gu, jiang):
        await seat(database, agent, clock)
    await router.round()

    assert await offered_to(database, chat.id) == jiang.agent_id


async def test_whoever_may_work_no_more_loses_the_chat_at_once(
    desk: Desk, chat: Chat, jiang: AgentIdentity, database: Pool
) -> None:
    await desk.take_over(chat.id, jiang)
    await database.execute("update agents set active = false where agent_id = $1", jiang.agent_id)

    await a_router(desk).round()

    assert (await chat.owner())[0] == "queue"


async def test_an_agent_without_a_desk_of_ours_keeps_the_chat(
    desk: Desk, chat: Chat, jiang: AgentIdentity, clock: StepClock
) -> None:
    await desk.take_over(chat.id, jiang)

    clock.advance(timedelta(days=1))
    await a_router(desk).round()

    assert (await chat.owner())[2] == jiang.agent_id
