"""Who serves a conversation that somebody writes into after its end: every cell of the table, on a real database."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from conversation.facts import NO_FACTS, Facts
from conversation.identity import AgentIdentity
from conversation.reply import HandoffRequest
from handoff import transcript
from handoff.desk import Desk
from handoff.passing.reopening import reopen_for_customer
from runtime.postgres import transaction
from tests.component.handoff.chats import Chat, StepClock, seat

BILL = HandoffRequest("billing", "asked", 4, {"intent": "bill_dispute"})
AGES = {"fresh": timedelta(minutes=5), "recent": timedelta(hours=3), "old": timedelta(days=2)}
# What an operator reads in handoff/rules/reopen.yml, cell by cell; whatever is not here goes to the bot.
EXPECTED = {
    ("closed", "fresh", "online", "open", "same"): "agent",
    ("closed", "fresh", "online", "none", "same"): "agent",
    ("closed", "fresh", "away", "open", "same"): "queue",
    ("closed", "fresh", "away", "none", "same"): "queue",
    ("closed", "recent", "online", "open", "same"): "agent",
    ("closed", "recent", "away", "open", "same"): "queue",
    ("closed", "old", "online", "open", "same"): "queue",
    ("closed", "old", "away", "open", "same"): "queue",
}
CELLS = list(itertools.product(("returned", "closed"), AGES, ("online", "away"), ("open", "none"), ("same", "other")))


async def end(desk: Desk, chat: Chat, agent: AgentIdentity, how: str, facts: Facts = NO_FACTS) -> None:
    """Serves a request and ends it."""
    asked = (await desk.request(chat.id, BILL)).escalation
    await desk.accept(asked.escalation_id, agent)
    if how == "closed":
        await desk.close(chat.id, agent, "", facts)
    else:
        await desk.return_to_bot(chat.id, agent, "", facts)


async def write(desk: Desk, chat: Chat, clock: StepClock, intent: str) -> None:
    """Does in one transaction what the reception does with a turn of this meaning."""
    async with transaction(desk.pool) as connection:
        await transcript.lock(connection, chat.id)
        await reopen_for_customer(connection, chat.id, intent, desk.escalations, at=clock.now())


@pytest.mark.parametrize("cell", CELLS, ids=["-".join(cell) for cell in CELLS])
async def test_a_customers_message_goes_where_the_table_says(
    cell: tuple[str, str, str, str, str], desk: Desk, chat: Chat, jiang: AgentIdentity, clock: StepClock
) -> None:
    ended, age, agent, order, topic = cell
    await end(desk, chat, jiang, ended, Facts(orders=("T26112100003",)) if order == "open" else NO_FACTS)
    clock.advance(AGES[age])
    if agent == "online":
        await seat(desk.pool, jiang, clock)

    await write(desk, chat, clock, "bill_dispute" if topic == "same" else "usage_query")

    owner, _, held = await chat.owner()
    assert owner == EXPECTED.get(cell, "bot")
    assert held == ("K0104" if owner == "agent" else None)
    assert ("escalation.reopened" in await chat.events()) == (owner != "bot")


@pytest.mark.parametrize("intent", ["small_talk", "affirm", "deny"])
async def test_thanks_reopen_nothing(
    intent: str, desk: Desk, chat: Chat, jiang: AgentIdentity, clock: StepClock
) -> None:
    await end(desk, chat, jiang, "closed", Facts(orders=("T26112100003",)))

    await write(desk, chat, clock, intent)

    assert (await chat.owner())[0] == "bot"


async def test_after_a_week_everything_begins_anew(
    desk: Desk, chat: Chat, jiang: AgentIdentity, clock: StepClock
) -> None:
    await end(desk, chat, jiang, "closed", Facts(orders=("T26112100003",)))
    clock.advance(timedelta(days=7, minutes=1))

    await write(desk, chat, clock, "bill_dispute")

    assert (await chat.owner())[0] == "bot"


async def test_an_agent_whose_hands_are_full_is_not_given_the_chat_back(
    desk: Desk, chat: Chat, jiang: AgentIdentity, clock: StepClock
) -> None:
    await seat(desk.pool, jiang, clock)
    await desk.pool.execute("update agents set max_chats = 1")
    await end(desk, chat, jiang, "closed")
    other = Chat(desk.pool, clock, "visitor-2")
    await other.write("转人工")
    await desk.take_over(other.id, jiang)

    await write(desk, chat, clock, "bill_dispute")

    assert (await chat.owner())[0] == "queue"
    assert "接着您上次的事" in (await chat.lines())[-1][1]


async def test_an_agent_who_writes_soon_after_the_end_goes_on_with_the_old_request(
    desk: Desk, chat: Chat, jiang: AgentIdentity, gu: AgentIdentity
) -> None:
    await end(desk, chat, jiang, "closed")

    said = await desk.say(chat.id, gu, "c1", "刚查到了，补充一下")

    assert said.taken
    assert (said.taken.escalation.skill, said.taken.escalation.reason) == ("billing", "reopened")
    assert (said.taken.escalation.priority, said.taken.escalation.summary) == (4, BILL.summary)
    assert await chat.owner() == ("agent", 4, "K0105")


async def test_an_agent_who_writes_days_later_begins_a_new_request(
    desk: Desk, chat: Chat, jiang: AgentIdentity, clock: StepClock
) -> None:
    await end(desk, chat, jiang, "closed")
    clock.advance(timedelta(days=2))

    said = await desk.say(chat.id, jiang, "c1", "您好，回访一下")

    assert said.taken
    assert said.taken.escalation.reason == "takeover"
