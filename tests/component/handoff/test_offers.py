"""Offers: one agent is asked until a moment, the customer still waits, and nobody is asked in vain for ever."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from conversation.identity import AgentIdentity
from conversation.reply import HandoffRequest
from handoff import voice
from handoff.desk import Desk
from handoff.errors import AlreadyAccepted, NotOffered, NotWaiting, NotYours
from handoff.routing import offer_book, presence
from handoff.routing.picking import Pick
from handoff.routing.presence import Status
from runtime.postgres import Pool, transaction
from tests.component.handoff.chats import Chat, StepClock, hire, seat
from tests.component.handoff.floors import a_router, last_detail, offered_to

ASKED = HandoffRequest("billing", "asked", 5)
DANGER = HandoffRequest("danger", "danger", 0)


@pytest.fixture
async def lin(database: Pool, clock: StepClock) -> AgentIdentity:
    """An agent for bills who is ready."""
    agent = await hire(database, "K0106", "林栖", skills=("billing",))
    await seat(database, agent, clock)
    return agent


@pytest.fixture
async def he(database: Pool, clock: StepClock) -> AgentIdentity:
    """Another one."""
    agent = await hire(database, "K0107", "何川", skills=("billing",))
    await seat(database, agent, clock)
    return agent


@pytest.fixture
async def liu(database: Pool, clock: StepClock) -> AgentIdentity:
    """A supervisor who is ready."""
    agent = await hire(database, "S0001", "柳沉舟", skills=("all",), role="supervisor")
    await seat(database, agent, clock)
    return agent


async def test_an_offer_leaves_the_customer_in_the_queue_and_the_bot_at_work(
    desk: Desk, chat: Chat, lin: AgentIdentity, database: Pool, clock: StepClock
) -> None:
    await desk.request(chat.id, ASKED)

    await a_router(desk).round()

    assert await offered_to(database, chat.id) == lin.agent_id
    assert await chat.owner() == ("queue", 1, None)
    async with transaction(database) as connection:
        (line,) = await voice.speak_as_bot(connection, chat.id, 1, [{"text": "我在"}], clock.now(), 1)
        (standing,) = await offer_book.of_agent(connection, lin.agent_id)
    assert line.delivery is not None
    assert line.delivery.value == "pending"
    assert standing.why["asked"] == {"skill": "billing"}


async def test_an_offer_that_is_accepted_is_served(desk: Desk, chat: Chat, lin: AgentIdentity, database: Pool) -> None:
    asked = (await desk.request(chat.id, ASKED)).escalation
    await a_router(desk).round()

    change = await desk.accept(asked.escalation_id, lin)

    assert (change.escalation.state.value, change.escalation.offer) == ("serving", None)
    assert await chat.owner() == ("agent", 2, lin.agent_id)
    assert (await chat.events())[-2:] == ["escalation.offered", "escalation.accepted"]


async def test_a_declined_offer_goes_to_the_next_and_keeps_its_place(
    desk: Desk, chat: Chat, lin: AgentIdentity, he: AgentIdentity, database: Pool
) -> None:
    asked = (await desk.request(chat.id, ASKED)).escalation
    router = a_router(desk)
    await router.round()

    change = await desk.decline(asked.escalation_id, lin, "正在通话")
    await router.round()

    assert (change.escalation.urgency, change.escalation.requested_at) == (asked.urgency, asked.requested_at)
    assert await offered_to(database, chat.id) == he.agent_id
    assert (await last_detail(database, chat.id, "escalation.declined"))["said"] == "正在通话"
    considered = (await last_detail(database, chat.id, "escalation.offered"))["path"]["considered"]
    assert {each["agent"]["id"]: each["why"] for each in considered if each["outcome"] == "out"} == {
        lin.agent_id: ["resting"]
    }


async def test_declining_twice_or_after_the_lapse_changes_nothing(
    desk: Desk, chat: Chat, lin: AgentIdentity, clock: StepClock
) -> None:
    asked = (await desk.request(chat.id, ASKED)).escalation
    router = a_router(desk)
    await router.round()
    clock.advance(timedelta(seconds=desk.rules.offer_s))
    await router.round()

    await desk.decline(asked.escalation_id, lin, "late")
    await desk.decline(asked.escalation_id, lin, "later")

    assert (await chat.events())[-1] == "escalation.lapsed"


async def test_who_was_never_asked_cannot_decline(
    desk: Desk, chat: Chat, lin: AgentIdentity, he: AgentIdentity
) -> None:
    asked = (await desk.request(chat.id, ASKED)).escalation
    await a_router(desk).round()

    with pytest.raises(NotOffered):
        await desk.decline(asked.escalation_id, he, "")
    await desk.accept(asked.escalation_id, lin)
    with pytest.raises(AlreadyAccepted) as refused:
        await desk.decline(asked.escalation_id, he, "")
    assert refused.value.agent == lin


async def test_an_offer_lapses_and_rests_and_comes_back(
    desk: Desk, chat: Chat, lin: AgentIdentity, database: Pool, clock: StepClock
) -> None:
    await desk.request(chat.id, ASKED)
    router = a_router(desk, seen_s=10_000)
    await router.round()

    clock.advance(timedelta(seconds=desk.rules.offer_s))
    await router.round()
    assert await offered_to(database, chat.id) is None

    clock.advance(timedelta(seconds=desk.rules.rest_s))
    await router.round()
    assert await offered_to(database, chat.id) == lin.agent_id


async def test_after_offers_in_vain_the_supervisor_is_asked(
    desk: Desk, chat: Chat, lin: AgentIdentity, he: AgentIdentity, liu: AgentIdentity, database: Pool
) -> None:
    asked = (await desk.request(chat.id, ASKED)).escalation
    router = a_router(desk, tries=2)
    for agent in (lin, he):
        await router.round()
        assert await offered_to(database, chat.id) == agent.agent_id
        await desk.decline(asked.escalation_id, agent, "忙")

    await router.round()

    assert await offered_to(database, chat.id) == liu.agent_id
    assert (await last_detail(database, chat.id, "escalation.alerted"))["reason"] == "nobody_takes"


async def test_who_waits_too_long_calls_the_supervisor_and_moves_forward(
    desk: Desk, chat: Chat, database: Pool, clock: StepClock
) -> None:
    await desk.request(chat.id, ASKED)
    router = a_router(desk)

    clock.advance(timedelta(seconds=desk.rules.age_step_s))
    await router.round()

    assert sorted((await chat.events())[1:]) == ["escalation.aged", "escalation.alerted"]
    row = await database.fetchrow("select priority, raised_to from escalations where conversation_id = $1", chat.id)
    assert (row["priority"], row["raised_to"]) == (5, 4)


async def test_danger_reaches_who_is_busy_or_has_another_skill(
    desk: Desk, chat: Chat, database: Pool, clock: StepClock
) -> None:
    other = await hire(database, "K0108", "方远", skills=("points",), max_chats=0)
    await seat(database, other, clock, Status.BUSY)
    await desk.request(chat.id, DANGER)

    await a_router(desk).round()

    assert await offered_to(database, chat.id) == other.agent_id


@pytest.mark.parametrize("role", ["quality", "editor", "administrator", "auditor"])
async def test_who_serves_nobody_is_offered_nothing_not_even_danger(
    role: str, desk: Desk, chat: Chat, database: Pool, clock: StepClock
) -> None:
    other = await hire(database, "X0001", "陆问秋")
    await database.execute("update agents set role = $1", role)
    await seat(database, other, clock)
    await desk.request(chat.id, DANGER)

    await a_router(desk).round()

    assert await offered_to(database, chat.id) is None


async def test_danger_comes_back_to_whoever_let_it_go_when_nobody_else_is_there(
    desk: Desk, chat: Chat, lin: AgentIdentity, database: Pool
) -> None:
    asked = (await desk.request(chat.id, DANGER)).escalation
    router = a_router(desk)
    await router.round()
    await desk.decline(asked.escalation_id, lin, "忙")

    await router.round()

    assert await offered_to(database, chat.id) == lin.agent_id
    assert "escalation.alerted" in await chat.events()


@pytest.mark.parametrize("status", [Status.BUSY, Status.AWAY, Status.OFFLINE])
async def test_who_is_not_ready_is_offered_nothing(
    status: Status, desk: Desk, chat: Chat, lin: AgentIdentity, database: Pool, clock: StepClock
) -> None:
    await seat(database, lin, clock, status)
    await desk.request(chat.id, ASKED)

    await a_router(desk).round()

    assert await offered_to(database, chat.id) is None


async def test_a_desk_that_is_not_seen_is_closed(
    desk: Desk, chat: Chat, lin: AgentIdentity, database: Pool, clock: StepClock
) -> None:
    await desk.request(chat.id, ASKED)
    router = a_router(desk)

    clock.advance(timedelta(seconds=desk.rules.seen_s))
    await router.round()
    assert await offered_to(database, chat.id) is None

    async with transaction(database) as connection:
        await presence.beat(connection, [lin.agent_id], at=clock.now(), every_s=1)
    await router.round()
    assert await offered_to(database, chat.id) == lin.agent_id


async def test_routers_of_several_processes_never_give_more_than_an_agent_takes(
    desk: Desk, lin: AgentIdentity, database: Pool, clock: StepClock
) -> None:
    await database.execute("update agents set max_chats = 2 where agent_id = $1", lin.agent_id)
    for number in range(6):
        chat = Chat(database, clock, f"crowd-{number}")
        await chat.write("转人工")
        await desk.request(chat.id, ASKED)

    await asyncio.gather(*(a_router(desk).round() for _ in range(4)))

    assert await database.fetchval("select count(*) from escalations where state = 'offered'") == 2


async def test_the_customer_comes_back_to_the_agent_who_knows_them(
    desk: Desk, chat: Chat, lin: AgentIdentity, he: AgentIdentity, database: Pool
) -> None:
    await desk.take_over(chat.id, he)
    await desk.close(chat.id, he, "done")
    await desk.request(chat.id, ASKED)

    await a_router(desk).round()

    assert await offered_to(database, chat.id) == he.agent_id
    (chosen, *_) = (await last_detail(database, chat.id, "escalation.offered"))["path"]["considered"]
    assert chosen["why"][0] == "known"


async def test_a_linked_door_leads_to_the_same_agent(
    desk: Desk, chat: Chat, lin: AgentIdentity, he: AgentIdentity, database: Pool, clock: StepClock
) -> None:
    await desk.take_over(chat.id, he)
    await desk.close(chat.id, he, "done")
    other = Chat(database, clock, "same-person")
    await other.write("转人工")
    await database.execute(
        "insert into identity_links (link_id, conversation_id, source_id, way, made_at)"
        " values ('l', $1, $2, 'code', $3)",
        other.id,
        chat.id,
        clock.now(),
    )
    await desk.request(other.id, ASKED)

    await a_router(desk).round()

    assert await offered_to(database, other.id) == he.agent_id


async def test_an_agent_picks_from_the_queue_what_is_of_their_skills(
    desk: Desk, chat: Chat, lin: AgentIdentity, jiang: AgentIdentity, liu: AgentIdentity
) -> None:
    asked = (await desk.request(chat.id, ASKED)).escalation
    strict = Desk(desk.pool, desk.bus, desk.clock, desk.escalations, pick=Pick.SKILLS)

    with pytest.raises(NotYours):
        await strict.accept(asked.escalation_id, jiang)
    await strict.accept(asked.escalation_id, lin)

    assert (await chat.owner())[2] == lin.agent_id


async def test_without_picking_only_an_offer_leads_to_a_chat_but_danger_is_everybodys(
    desk: Desk, chat: Chat, lin: AgentIdentity, jiang: AgentIdentity, database: Pool, clock: StepClock
) -> None:
    asked = (await desk.request(chat.id, ASKED)).escalation
    closed = Desk(desk.pool, desk.bus, desk.clock, desk.escalations, pick=Pick.OFF)
    with pytest.raises(NotYours):
        await closed.accept(asked.escalation_id, lin)

    await a_router(desk).round()
    await closed.accept(asked.escalation_id, lin)
    burning = Chat(database, clock, "visitor-2")
    await burning.write("电线冒火")
    danger = (await desk.request(burning.id, DANGER)).escalation
    await closed.accept(danger.escalation_id, jiang)

    assert [(await each.owner())[2] for each in (chat, burning)] == [lin.agent_id, jiang.agent_id]


async def test_who_picks_faster_than_the_asked_agent_wins_and_the_asked_one_is_told(
    desk: Desk, chat: Chat, lin: AgentIdentity, he: AgentIdentity, database: Pool
) -> None:
    asked = (await desk.request(chat.id, ASKED)).escalation
    await a_router(desk).round()

    results = await asyncio.gather(
        *(desk.accept(asked.escalation_id, agent) for agent in (he, lin)), return_exceptions=True
    )

    owner = (await chat.owner())[2]
    (refusal,) = (each for each in results if isinstance(each, AlreadyAccepted))
    assert refusal.agent is not None
    assert refusal.agent.agent_id == owner


async def test_an_offer_of_who_left_the_queue_is_over(
    desk: Desk, chat: Chat, lin: AgentIdentity, database: Pool
) -> None:
    asked = (await desk.request(chat.id, ASKED)).escalation
    await a_router(desk).round()

    await desk.leave_queue(chat.id)

    with pytest.raises(NotWaiting):
        await desk.accept(asked.escalation_id, lin)
    async with transaction(database) as connection:
        assert await offer_book.of_agent(connection, lin.agent_id) == []


async def test_manual_mode_offers_nothing_and_lapses_all_the_same(
    desk: Desk, chat: Chat, lin: AgentIdentity, database: Pool, clock: StepClock
) -> None:
    await desk.request(chat.id, ASKED)

    await replace(a_router(desk), offering=False).round()

    assert await offered_to(database, chat.id) is None
