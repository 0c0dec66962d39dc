"""The state machine of a request for a person, on a real database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from conversation.identity import AgentIdentity
from conversation.message import Delivery, Role
from conversation.reply import HandoffRequest
from handoff import ledger, transcript, voice
from handoff.desk import Desk
from handoff.errors import (
    AlreadyAccepted,
    HandoffError,
    NotOwner,
    NotWaiting,
    UnknownConversation,
    UnknownEscalation,
)
from handoff.routing.offers import age
from handoff.waiting.measures import ahead_of
from runtime.postgres import Pool, transaction
from tests.component.handoff.chats import Chat, StepClock

ASKED = HandoffRequest("billing", "asked", 5, {"intent": "query_bill", "orders": ["F26112100012"]})
ANGRY = HandoffRequest("complaint", "complaint", 3, {"intent": "complain", "orders": ["F26112100031"]})


async def test_a_request_queues_the_customer_and_tells_the_place(desk: Desk, chat: Chat) -> None:
    change = await desk.request(chat.id, ASKED)

    assert await chat.owner() == ("queue", 1, None)
    assert change.escalation.state.value == "waiting"
    assert (await chat.lines())[-1] == ("system", desk.escalations.phrases.say("utter_human_queued_first"))
    assert await chat.events() == ["escalation.requested"]


async def test_a_customer_behind_others_is_told_how_many(
    desk: Desk, chat: Chat, database: Pool, clock: StepClock
) -> None:
    late = Chat(database, clock, "visitor-2")
    await late.write("转人工")
    await desk.request(chat.id, ASKED)

    await desk.request(late.id, ASKED)

    assert "前面还有 1 位" in (await late.lines())[-1][1]


async def test_an_urgent_request_comes_before_an_older_one(
    desk: Desk, chat: Chat, database: Pool, clock: StepClock
) -> None:
    urgent = Chat(database, clock, "visitor-2")
    await urgent.write("电线掉下来了")
    waiting = (await desk.request(chat.id, ASKED)).escalation
    danger = (await desk.request(urgent.id, HandoffRequest("billing", "danger", 0))).escalation

    async with transaction(database) as connection:
        places = [await ahead_of(connection, escalation, clock.now()) for escalation in (danger, waiting)]

    assert places == [0, 1]


async def test_who_was_moved_forward_by_a_long_wait_is_counted_as_ahead(
    desk: Desk, chat: Chat, database: Pool, clock: StepClock
) -> None:
    angry = Chat(database, clock, "visitor-2")
    await angry.write("怎么还没人")
    patient = (await desk.request(chat.id, ASKED)).escalation
    upset = (await desk.request(angry.id, HandoffRequest("billing", "mood", ASKED.priority - 1))).escalation

    async with transaction(database) as connection:
        before = [await ahead_of(connection, one, clock.now()) for one in (patient, upset)]
        await age(connection, patient.escalation_id, at=clock.now(), urgency=ASKED.priority - 1)
        aged = await ledger.get(connection, patient.escalation_id)
        after = [await ahead_of(connection, one, clock.now()) for one in (aged, upset)]

    assert (before, after) == ([1, 0], [0, 1])


async def test_a_second_request_raises_the_first_and_joins_what_is_known(desk: Desk, chat: Chat) -> None:
    first = (await desk.request(chat.id, ASKED)).escalation

    second = (await desk.request(chat.id, ANGRY)).escalation

    assert second.escalation_id == first.escalation_id
    assert (second.priority, second.skill, second.reason) == (3, "complaint", "complaint")
    assert second.summary["orders"] == ["F26112100012", "F26112100031"]
    assert await chat.owner() == ("queue", 1, None)
    assert await chat.events() == ["escalation.requested", "escalation.raised"]


async def test_a_calmer_second_request_keeps_the_priority(desk: Desk, chat: Chat) -> None:
    await desk.request(chat.id, ANGRY)

    second = (await desk.request(chat.id, ASKED)).escalation

    assert (second.priority, second.skill) == (3, "complaint")
    assert await chat.events() == ["escalation.requested", "escalation.repeated"]


async def test_a_request_while_an_agent_serves_leaves_the_agent_the_chat(
    desk: Desk, chat: Chat, jiang: AgentIdentity
) -> None:
    await desk.take_over(chat.id, jiang)

    await desk.request(chat.id, ANGRY)

    assert await chat.owner() == ("agent", 1, "K0104")


async def test_accepting_gives_the_chat_to_the_agent_and_says_so(desk: Desk, chat: Chat, jiang: AgentIdentity) -> None:
    waiting = (await desk.request(chat.id, ASKED)).escalation

    change = await desk.accept(waiting.escalation_id, jiang)

    assert await chat.owner() == ("agent", 2, "K0104")
    assert change.escalation.state.value == "serving"
    assert (await chat.lines())[-1] == ("system", "客服 江一苇 已接入，接下来由 江一苇 为您服务。")
    assert await chat.events() == ["escalation.requested", "escalation.accepted"]


async def test_accepting_suppresses_what_the_bot_has_not_delivered(
    desk: Desk, chat: Chat, jiang: AgentIdentity, database: Pool, clock: StepClock
) -> None:
    waiting = (await desk.request(chat.id, ASKED)).escalation
    async with transaction(database) as connection:
        await voice.speak_as_bot(connection, chat.id, 1, [{"text": "稍等"}], clock.now(), 1)

    await desk.accept(waiting.escalation_id, jiang)

    deliveries = await database.fetch("select delivery from messages where role = 'bot'")
    assert [row["delivery"] for row in deliveries] == ["suppressed"]


async def test_a_turn_older_than_an_agents_visit_stays_unsaid(
    desk: Desk, chat: Chat, jiang: AgentIdentity, database: Pool, clock: StepClock
) -> None:
    await desk.take_over(chat.id, jiang)
    await desk.return_to_bot(chat.id, jiang, "")

    async with transaction(database) as connection:
        late = await voice.speak_as_bot(connection, chat.id, 0, [{"text": "稍等"}], clock.now(), 1)
        fresh = await voice.speak_as_bot(connection, chat.id, 2, [{"text": "我在"}], clock.now(), 1)

    assert [line.delivery.value for line in (*late, *fresh) if line.delivery] == ["suppressed", "pending"]


async def test_a_turn_that_crosses_the_queue_is_said(desk: Desk, chat: Chat, database: Pool, clock: StepClock) -> None:
    await desk.request(chat.id, ASKED)
    await desk.leave_queue(chat.id)

    async with transaction(database) as connection:
        (line,) = await voice.speak_as_bot(connection, chat.id, 0, [{"text": "我在"}], clock.now(), 1)

    assert line.delivery is Delivery.PENDING


async def test_of_two_agents_who_accept_at_once_one_wins_and_the_other_is_told_who(
    desk: Desk, chat: Chat, jiang: AgentIdentity, gu: AgentIdentity
) -> None:
    waiting = (await desk.request(chat.id, ASKED)).escalation

    results = await asyncio.gather(
        *(desk.accept(waiting.escalation_id, agent) for agent in (jiang, gu)), return_exceptions=True
    )

    winners = [result.ownership.agent for result in results if not isinstance(result, BaseException)]
    losers = [result for result in results if isinstance(result, AlreadyAccepted)]
    assert len(winners) == len(losers) == 1
    assert losers[0].agent == winners[0]
    assert await chat.events() == ["escalation.requested", "escalation.accepted"]


async def test_accepting_twice_changes_nothing(desk: Desk, chat: Chat, jiang: AgentIdentity) -> None:
    waiting = (await desk.request(chat.id, ASKED)).escalation
    await desk.accept(waiting.escalation_id, jiang)
    before = await chat.lines()

    await desk.accept(waiting.escalation_id, jiang)

    assert await chat.owner() == ("agent", 2, "K0104")
    assert await chat.lines() == before


async def test_a_request_that_was_left_cannot_be_accepted(desk: Desk, chat: Chat, jiang: AgentIdentity) -> None:
    waiting = (await desk.request(chat.id, ASKED)).escalation
    await desk.leave_queue(chat.id)

    with pytest.raises(NotWaiting):
        await desk.accept(waiting.escalation_id, jiang)

    assert await chat.owner() == ("bot", 2, None)


async def test_leaving_the_queue_gives_the_chat_back_to_the_bot(desk: Desk, chat: Chat) -> None:
    await desk.request(chat.id, ASKED)

    change = await desk.leave_queue(chat.id)

    assert change.escalation.state.value == "abandoned"
    assert await chat.events() == ["escalation.requested", "escalation.abandoned"]
    assert (await chat.lines())[-1] == ("system", desk.escalations.phrases.say("utter_human_abandoned"))


async def test_an_agent_takes_a_chat_nobody_asked_a_person_for(desk: Desk, chat: Chat, jiang: AgentIdentity) -> None:
    change = await desk.take_over(chat.id, jiang)

    assert await chat.owner() == ("agent", 1, "K0104")
    assert (change.escalation.state.value, change.escalation.reason) == ("serving", "takeover")


async def test_an_agent_cannot_take_a_colleagues_chat(
    desk: Desk, chat: Chat, jiang: AgentIdentity, gu: AgentIdentity
) -> None:
    await desk.take_over(chat.id, jiang)

    with pytest.raises(AlreadyAccepted) as refused:
        await desk.take_over(chat.id, gu)

    assert refused.value.agent == jiang
    assert await chat.owner() == ("agent", 1, "K0104")


async def test_a_supervisor_takes_a_chat_from_an_agent(
    desk: Desk, chat: Chat, jiang: AgentIdentity, gu: AgentIdentity
) -> None:
    await desk.take_over(chat.id, jiang)

    change = await desk.take_over(chat.id, gu, displace=True)

    assert await chat.owner() == ("agent", 2, "K0105")
    assert change.escalation.agent == gu
    assert "已接手" in (await chat.lines())[-1][1]


async def test_returning_keeps_the_note_for_the_bots_next_turn(
    desk: Desk, chat: Chat, jiang: AgentIdentity, database: Pool
) -> None:
    await desk.take_over(chat.id, jiang)

    change = await desk.return_to_bot(chat.id, jiang, "已答应今天 18 点前回电")

    kept = await database.fetchval("select return_note from conversations where conversation_id = $1", chat.id)
    assert kept == "已答应今天 18 点前回电"
    assert await chat.owner() == ("bot", 2, None)
    assert change.escalation.state.value == "returned"
    assert [role for role, _ in (await chat.lines())[-2:]] == ["note", "system"]
    assert await chat.events() == ["escalation.taken_over", "escalation.returned"]


async def test_the_customer_never_sees_the_note(desk: Desk, chat: Chat, jiang: AgentIdentity, database: Pool) -> None:
    await desk.take_over(chat.id, jiang)
    await desk.return_to_bot(chat.id, jiang, "客户很急")

    async with transaction(database) as connection:
        shown = await transcript.read(connection, chat.id, for_customer=True)

    assert Role.NOTE not in {line.role for line in shown}


async def test_closing_ends_the_request_and_tells_the_customer(desk: Desk, chat: Chat, jiang: AgentIdentity) -> None:
    await desk.take_over(chat.id, jiang)

    change = await desk.close(chat.id, jiang, "已恢复供电")

    assert change.escalation.state.value == "closed"
    assert await chat.owner() == ("bot", 2, None)
    assert "已结束本次人工服务" in (await chat.lines())[-1][1]


async def test_after_closing_the_customer_may_ask_again(desk: Desk, chat: Chat, jiang: AgentIdentity) -> None:
    await desk.take_over(chat.id, jiang)
    await desk.close(chat.id, jiang, "")

    change = await desk.request(chat.id, ASKED)

    assert change.ownership.owner.value == "queue"
    assert change.ownership.epoch == 3


Attempt = Callable[[Desk, Chat, AgentIdentity], Awaitable[object]]


@pytest.mark.parametrize(
    "attempt",
    [
        pytest.param(lambda desk, chat, agent: desk.return_to_bot(chat.id, agent, ""), id="return"),
        pytest.param(lambda desk, chat, agent: desk.close(chat.id, agent, ""), id="close"),
        pytest.param(lambda desk, chat, agent: desk.say(chat.id, agent, "c1", "您好"), id="say"),
        pytest.param(lambda desk, chat, agent: desk.typing(chat.id, agent, on=True), id="typing"),
    ],
)
async def test_only_the_owner_acts_and_others_are_told_who_it_is(
    attempt: Attempt, desk: Desk, chat: Chat, jiang: AgentIdentity, gu: AgentIdentity
) -> None:
    await desk.take_over(chat.id, jiang)

    with pytest.raises(NotOwner) as refused:
        await attempt(desk, chat, gu)

    assert refused.value.agent == jiang
    assert await chat.owner() == ("agent", 1, "K0104")


@pytest.mark.parametrize(
    ("attempt", "refusal"),
    [
        pytest.param(lambda desk, agent: desk.accept(404, agent), UnknownEscalation, id="accept"),
        pytest.param(lambda desk, agent: desk.take_over("web:none", agent), UnknownConversation, id="take_over"),
        pytest.param(lambda desk, agent: desk.close("web:none", agent, ""), UnknownConversation, id="close"),
        pytest.param(lambda desk, agent: desk.say("web:none", agent, "c", "x"), UnknownConversation, id="say"),
        pytest.param(lambda desk, agent: desk.request("web:none", ASKED), UnknownConversation, id="request"),
        pytest.param(lambda desk, agent: desk.leave_queue("web:none"), UnknownConversation, id="leave"),
    ],
)
async def test_what_does_not_exist_is_refused_by_name(
    attempt: Callable[[Desk, AgentIdentity], Awaitable[object]],
    refusal: type[HandoffError],
    desk: Desk,
    jiang: AgentIdentity,
) -> None:
    with pytest.raises(refusal) as refused:
        await attempt(desk, jiang)

    assert refused.value.code == "handoff.unknown"


async def test_writing_to_a_waiting_customer_takes_the_chat(desk: Desk, chat: Chat, jiang: AgentIdentity) -> None:
    await desk.request(chat.id, ASKED)

    said = await desk.say(chat.id, jiang, "c1", "您好，我来处理")

    assert said.taken is not None
    assert await chat.owner() == ("agent", 2, "K0104")
    assert [role for role, _ in await chat.lines()] == ["customer", "system", "system", "agent"]


async def test_a_resent_line_of_the_agent_is_one_line(desk: Desk, chat: Chat, jiang: AgentIdentity) -> None:
    await desk.take_over(chat.id, jiang)

    said = await asyncio.gather(*(desk.say(chat.id, jiang, "same", "您好") for _ in range(3)))

    assert len({each.line.seq for each in said}) == 1
    assert (await chat.lines()).count(("agent", "您好")) == 1


async def test_a_resent_note_is_one_note(desk: Desk, chat: Chat, jiang: AgentIdentity) -> None:
    notes = [await desk.note(chat.id, jiang, "same", "老客户") for _ in range(2)]

    assert notes[0].seq == notes[1].seq
    assert await chat.owner() == ("bot", 0, None)
