"""Beside the turns: suggestions for the agent who has the word, and promises heard in what an agent says."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from bot.promises.ear import PromiseEar
from bot.reception.advice import AdviceDesk
from bot.reception.claim import Claim
from conversation.events import Owner
from conversation.identity import AgentIdentity
from handoff.desk import Desk
from handoff.desk_help import promises, suggestions
from handoff.desk_help.suggestions import Suggestion, SuggestionKind
from handoff.escalations import Escalations
from handoff.phrases import Phrases
from runtime.bus import Bus
from runtime.postgres import Pool, transaction
from tests.component.handoff.chats import Chat, StepClock, hire
from tests.conftest import PROJECT


@pytest.fixture
def clock() -> StepClock:
    return StepClock()


@pytest.fixture
async def jiang(database: Pool) -> AgentIdentity:
    return await hire(database, "K0104", "江一苇")


@pytest.fixture
async def served(database: Pool, bus: Bus, clock: StepClock, jiang: AgentIdentity) -> tuple[Chat, Desk]:
    """A chat an agent serves, and the desk's hands."""
    chat = Chat(database, clock, "visitor-1")
    await chat.write("第二档多少钱")
    desk = Desk(database, bus, clock, Escalations(Phrases.load(PROJECT / "domain" / "human.yml")))
    await desk.take_over(chat.id, jiang)
    return chat, desk


@dataclass
class SlowAdviser:
    """Answers once it is let."""

    let: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[str] = field(default_factory=list)

    async def advise(self, conversation_id: str, text: str, message_id: str) -> list[Suggestion]:
        self.asked.append(text)
        await self.let.wait()
        return [Suggestion(SuggestionKind.KNOWLEDGE, f"e{n}", f"第{n}条", f"答{n}", score=0.5) for n in range(4)]


def _claim(chat: Chat, text: str, clock: StepClock) -> Claim:
    return Claim(chat.id, 1, text, 1, "web", "visitor-1", Owner.AGENT, 1, clock.now(), None)


async def test_nobody_waits_for_suggestions_and_three_are_kept(
    database: Pool, bus: Bus, clock: StepClock, served: tuple[Chat, Desk]
) -> None:
    adviser = SlowAdviser()
    desk = AdviceDesk(database, bus, clock, adviser)

    desk.look_for(_claim(served[0], "第二档多少钱", clock))  # returns at once, though the adviser does not
    desk.look_for(_claim(served[0], "嗯", clock))
    adviser.let.set()
    await desk.drain()

    async with transaction(database) as connection:
        found = await suggestions.current(connection, served[0].id)
    assert adviser.asked == ["第二档多少钱"]
    assert [one["text"] for one in found] == ["答0", "答1", "答2"]


async def test_a_promise_is_heard_once_by_several_workers_and_also_afterwards(
    database: Pool, bus: Bus, clock: StepClock, served: tuple[Chat, Desk], jiang: AgentIdentity
) -> None:
    chat, desk = served
    await desk.say(chat.id, jiang, "a", "您放心，今天18点前到")
    await desk.say(chat.id, jiang, "b", "请稍等")

    heard = await asyncio.gather(*(PromiseEar(database, bus, clock).round() for _ in range(3)))
    again = await PromiseEar(database, bus, clock).round()

    async with transaction(database) as connection:
        found = await promises.of_conversation(connection, chat.id)
    assert (sum(heard), again) == (2, 0)
    assert [(one.text, one.due_at.hour, one.agent_id, one.confirmed) for one in found] == [
        ("今天18点前到", 18, "K0104", False)
    ]
    assert "promise.made" in await chat.events()


async def test_a_customer_line_is_no_promise(
    database: Pool, bus: Bus, clock: StepClock, served: tuple[Chat, Desk]
) -> None:
    await served[0].write("我明天上午给您回电")

    assert await PromiseEar(database, bus, clock).round() == 0
