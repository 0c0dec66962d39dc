"""Passing a conversation on: only a yes moves it, and the giver owns it until then."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from conversation.identity import AgentIdentity
from conversation.reply import HandoffRequest
from handoff.desk import Desk
from handoff.errors import (
    AlreadyAccepted,
    NotOwner,
    NotYours,
    TransferOver,
    TransferPending,
    UnknownTarget,
    UnknownTransfer,
)
from handoff.passing import transfer_book
from handoff.passing.transfer_book import Transfer
from runtime.postgres import Pool, transaction
from tests.component.handoff.chats import Chat, StepClock, hire
from tests.component.handoff.floors import a_router

ASKED = HandoffRequest("billing", "asked", 5)


@pytest.fixture
async def lin(database: Pool) -> AgentIdentity:
    """An agent with the skill that is asked for."""
    return await hire(database, "K0106", "林栖", skills=("billing",))


@pytest.fixture
async def he(database: Pool) -> AgentIdentity:
    """Another one."""
    return await hire(database, "K0107", "何川", skills=("billing",))


async def _asked(database: Pool, desk: Desk, chat: Chat, giver: AgentIdentity, to: str, note: str = "") -> Transfer:
    await desk.take_over(chat.id, giver)
    await desk.transfer(chat.id, giver, to, note)
    async with transaction(database) as connection:
        (transfer,) = await transfer_book.of_agent(connection, giver.agent_id)
    return transfer


async def test_the_giver_owns_the_chat_until_the_colleague_says_yes(
    desk: Desk, chat: Chat, jiang: AgentIdentity, gu: AgentIdentity, database: Pool
) -> None:
    transfer = await _asked(database, desk, chat, jiang, gu.agent_id, "要查账单，客户着急")

    assert await chat.owner() == ("agent", 1, jiang.agent_id)
    assert (await chat.lines())[-1] == ("note", "要查账单，客户着急")

    await desk.accept_transfer(transfer.transfer_id, gu)

    assert await chat.owner() == ("agent", 2, gu.agent_id)
    assert (await chat.events())[1:] == ["escalation.transfer_asked", "escalation.transferred"]
    assert "顾南乔 已接手" in (await chat.lines())[-1][1]
    with pytest.raises(NotOwner):
        await desk.transfer(chat.id, jiang, "general", "")


async def test_who_is_asked_may_decline_and_the_giver_keeps_the_chat(
    desk: Desk, chat: Chat, jiang: AgentIdentity, gu: AgentIdentity, database: Pool
) -> None:
    transfer = await _asked(database, desk, chat, jiang, gu.agent_id)

    await desk.decline_transfer(transfer.transfer_id, gu, "正在处理投诉")
    await desk.decline_transfer(transfer.transfer_id, gu, "again")

    assert await chat.owner() == ("agent", 1, jiang.agent_id)
    assert (await chat.events()).count("escalation.transfer_declined") == 1
    with pytest.raises(TransferOver) as refused:
        await desk.accept_transfer(transfer.transfer_id, gu)
    assert refused.value.fields["outcome"] == "declined"


async def test_the_giver_withdraws_and_only_the_giver(
    desk: Desk, chat: Chat, jiang: AgentIdentity, gu: AgentIdentity, database: Pool
) -> None:
    transfer = await _asked(database, desk, chat, jiang, gu.agent_id)
    with pytest.raises(NotYours):
        await desk.withdraw_transfer(transfer.transfer_id, gu)

    await desk.withdraw_transfer(transfer.transfer_id, jiang)
    await desk.withdraw_transfer(transfer.transfer_id, jiang)

    assert (await chat.events()).count("escalation.transfer_withdrawn") == 1
    with pytest.raises(TransferOver):
        await desk.accept_transfer(transfer.transfer_id, gu)


async def test_a_silent_colleague_leaves_the_chat_with_the_giver(
    desk: Desk, chat: Chat, jiang: AgentIdentity, gu: AgentIdentity, database: Pool, clock: StepClock
) -> None:
    transfer = await _asked(database, desk, chat, jiang, gu.agent_id)
    router = a_router(desk)
    await router.round()
    assert (await chat.events())[-1] == "escalation.transfer_asked"

    clock.advance(timedelta(seconds=desk.rules.transfer_s))
    await router.round()

    assert (await chat.events())[-1] == "escalation.transfer_lapsed"
    assert await chat.owner() == ("agent", 1, jiang.agent_id)
    with pytest.raises(TransferOver):
        await desk.accept_transfer(transfer.transfer_id, gu)


async def test_a_transfer_to_a_skill_is_whoevers_of_them_says_yes_first(
    desk: Desk, chat: Chat, jiang: AgentIdentity, lin: AgentIdentity, he: AgentIdentity, database: Pool
) -> None:
    transfer = await _asked(database, desk, chat, jiang, "billing")
    assert await chat.owner() == ("agent", 1, jiang.agent_id)

    results = await asyncio.gather(
        *(desk.accept_transfer(transfer.transfer_id, agent) for agent in (lin, he)), return_exceptions=True
    )

    (refusal,) = (each for each in results if isinstance(each, AlreadyAccepted))
    owner = (await chat.owner())[2]
    assert owner in {lin.agent_id, he.agent_id}
    assert refusal.agent is not None
    assert refusal.agent.agent_id == owner


async def test_one_no_leaves_a_skills_transfer_to_the_others(
    desk: Desk, chat: Chat, jiang: AgentIdentity, lin: AgentIdentity, he: AgentIdentity, database: Pool
) -> None:
    transfer = await _asked(database, desk, chat, jiang, "billing")

    await desk.decline_transfer(transfer.transfer_id, lin, "忙")

    async with transaction(database) as connection:
        desks = [await transfer_book.of_agent(connection, agent.agent_id) for agent in (lin, he)]
    assert [len(each) for each in desks] == [0, 1]
    await desk.accept_transfer(transfer.transfer_id, he)
    assert (await chat.owner())[2] == he.agent_id


async def test_whoever_has_not_the_skill_is_not_asked(
    desk: Desk, chat: Chat, jiang: AgentIdentity, gu: AgentIdentity, lin: AgentIdentity, database: Pool
) -> None:
    transfer = await _asked(database, desk, chat, jiang, "billing")

    for act in (
        desk.accept_transfer(transfer.transfer_id, gu),
        desk.decline_transfer(transfer.transfer_id, gu, ""),
        desk.accept_transfer(transfer.transfer_id, jiang),
    ):
        with pytest.raises(NotYours):
            await act

    assert await chat.owner() == ("agent", 1, jiang.agent_id)


async def test_a_chat_is_passed_on_to_one_at_a_time(
    desk: Desk, chat: Chat, jiang: AgentIdentity, gu: AgentIdentity, lin: AgentIdentity, database: Pool
) -> None:
    await _asked(database, desk, chat, jiang, gu.agent_id)

    await desk.transfer(chat.id, jiang, gu.agent_id, "again")
    with pytest.raises(TransferPending):
        await desk.transfer(chat.id, jiang, lin.agent_id, "")

    assert (await chat.events()).count("escalation.transfer_asked") == 1


@pytest.mark.parametrize("way", ["close", "return", "displace"])
async def test_a_chat_that_goes_another_way_is_passed_on_no_more(
    way: str, desk: Desk, chat: Chat, jiang: AgentIdentity, gu: AgentIdentity, lin: AgentIdentity, database: Pool
) -> None:
    transfer = await _asked(database, desk, chat, jiang, gu.agent_id)

    if way == "close":
        await desk.close(chat.id, jiang, "done")
    elif way == "return":
        await desk.return_to_bot(chat.id, jiang, "done")
    else:
        await desk.take_over(chat.id, lin, displace=True)

    with pytest.raises(TransferOver) as refused:
        await desk.accept_transfer(transfer.transfer_id, gu)
    assert refused.value.fields["outcome"] == "void"


async def test_nobody_takes_what_is_passed_to_nobody(desk: Desk, chat: Chat, jiang: AgentIdentity) -> None:
    await desk.take_over(chat.id, jiang)

    with pytest.raises(UnknownTarget):
        await desk.transfer(chat.id, jiang, "juggling", "")
    with pytest.raises(UnknownTransfer):
        await desk.accept_transfer(404, jiang)

    assert (await chat.owner())[::2] == ("agent", jiang.agent_id)
