"""Ratings in words through the real reception: read while a survey is open, never in the way of a question."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from bot.dialogue import Answer, Question
from bot.trackers import NewEvents
from conversation.identity import AgentIdentity, ChannelName, ChannelUser
from conversation.message import Role
from conversation.reply import Button, Card, Reply, Turn
from handoff import transcript
from handoff.desk import Desk
from runtime.bus import Bus
from runtime.postgres import Pool, transaction
from tests.component.handoff.chats import StepClock, hire
from tests.fakes.bot import LIN, PHRASES, ScriptedThinker, Worker, worker

WECHAT = ChannelUser(ChannelName.WECHAT, "oABC123")
FOLLOW_UP = "当班班长会在"


@pytest.fixture
def clock() -> StepClock:
    """The clock of the worker and of the desk."""
    return StepClock()


@pytest_asyncio.fixture
async def bot(database: Pool, bus: Bus, database_url: str, clock: StepClock) -> AsyncIterator[Worker]:
    made = worker(database, bus, database_url, ScriptedThinker(), clock=clock)
    made.thinker.gate.set()
    yield made
    await made.locks.close()


@pytest_asyncio.fixture
async def jiang(database: Pool) -> AgentIdentity:
    return await hire(database, "K0104", "江一苇")


async def _say(bot: Worker, text: str, user: ChannelUser = WECHAT) -> None:
    await bot.say(text, user=user)
    await bot.settled()


async def _serve(
    bot: Worker, bus: Bus, clock: StepClock, agent: AgentIdentity, user: ChannelUser = WECHAT, says: str = "查好了"
) -> None:
    """A customer is served and the service ends, which asks how it was."""
    await _say(bot, "转人工", user)
    desk = Desk(bot.house.pool, bus, clock, bot.house.escalations)
    await desk.take_over(user.conversation_id, agent)
    if says:
        await desk.say(user.conversation_id, agent, "c-1", says)
    await desk.close(user.conversation_id, agent, "")


async def _told(database: Pool, user: ChannelUser = WECHAT) -> list[tuple[Role, str]]:
    async with transaction(database) as connection:
        lines = await transcript.read(connection, user.conversation_id, for_customer=True)
    return [(line.role, line.text) for line in lines]


async def _stars(database: Pool) -> list[tuple[int, str]]:
    rows = await database.fetch("select value, comment from evaluations where kind = 'service'")
    return [(row["value"], row["comment"]) for row in rows]


async def test_wechat_is_asked_in_words_on_the_line_that_says_goodbye_and_the_web_by_its_card(
    bot: Worker, bus: Bus, clock: StepClock, jiang: AgentIdentity, database: Pool
) -> None:
    await _serve(bot, bus, clock, jiang)
    await _serve(bot, bus, clock, jiang, LIN)

    asked = PHRASES.say("utter_human_survey")
    assert asked in (await _told(database))[-1][1]
    assert asked not in (await _told(database, LIN))[-1][1]
    assert await database.fetchval("select count(*) from messages where body ? 'survey'") == 2


@pytest.mark.parametrize(
    ("said", "stars"), [("5", 5), ("⭐⭐⭐⭐", 4), ("还行", 3), ("挺好的", 4), ("五星", 5)], ids=lambda one: str(one)
)
async def test_an_answer_to_the_survey_is_kept_thanked_for_and_not_given_to_the_dialogue(
    said: str, stars: int, bot: Worker, bus: Bus, clock: StepClock, jiang: AgentIdentity, database: Pool
) -> None:
    await _serve(bot, bus, clock, jiang)
    asked = len(bot.thinker.asked)

    await _say(bot, said)

    assert await _stars(database) == [(stars, "")]
    assert len(bot.thinker.asked) == asked
    assert (await _told(database))[-1] == (Role.BOT, PHRASES.say("utter_human_rated", stars=stars))
    events = await database.fetch("select name from escalation_events order by event_id")
    assert events[-1]["name"] == "escalation.evaluated"


async def test_a_rating_with_a_question_gives_stars_and_the_question_is_answered(
    bot: Worker, bus: Bus, clock: StepClock, jiang: AgentIdentity, database: Pool
) -> None:
    await _serve(bot, bus, clock, jiang)

    await _say(bot, "不错，再帮我查下电费")

    assert await _stars(database) == [(4, "再帮我查下电费")]
    assert (await _told(database))[-1] == (Role.BOT, "回:再帮我查下电费")


async def test_a_digit_after_another_question_of_the_bot_is_no_rating(
    bot: Worker, bus: Bus, clock: StepClock, jiang: AgentIdentity, database: Pool
) -> None:
    await _serve(bot, bus, clock, jiang)
    await _say(bot, "查电费")

    await _say(bot, "1")

    assert await _stars(database) == []
    assert bot.thinker.asked[-1].text == "1"


async def test_a_word_of_the_bot_that_asks_nothing_does_not_close_the_survey(
    bot: Worker, bus: Bus, clock: StepClock, jiang: AgentIdentity, database: Pool
) -> None:
    await _serve(bot, bus, clock, jiang)
    async with transaction(database) as connection:
        owned = await transcript.lock(connection, WECHAT.conversation_id)
        told = {"text": "您要的发票已开好。"}
        await transcript.append(connection, WECHAT.conversation_id, Role.BOT, told, at=clock.now(), epoch=owned.epoch)

    await _say(bot, "5")

    assert await _stars(database) == [(5, "")]


async def test_a_named_rating_counts_later_too_and_only_once(
    bot: Worker, bus: Bus, clock: StepClock, jiang: AgentIdentity, database: Pool
) -> None:
    await _serve(bot, bus, clock, jiang)
    await _say(bot, "查电费")
    await _say(bot, "给你打5分")

    await _say(bot, "1星")

    assert await _stars(database) == [(5, "")]
    assert bot.thinker.asked[-1].text == "1星"


async def test_a_survey_that_is_old_is_not_answered_any_more(
    bot: Worker, bus: Bus, clock: StepClock, jiang: AgentIdentity, database: Pool
) -> None:
    await _serve(bot, bus, clock, jiang)
    clock.advance(timedelta(hours=25))

    await _say(bot, "5")

    assert await _stars(database) == []


async def test_without_a_survey_words_of_praise_go_to_the_dialogue(bot: Worker, database: Pool) -> None:
    await _say(bot, "挺好的")

    assert bot.thinker.asked[-1].text == "挺好的"


async def test_danger_in_a_message_is_nobodys_rating(
    bot: Worker, bus: Bus, clock: StepClock, jiang: AgentIdentity, database: Pool
) -> None:
    await _serve(bot, bus, clock, jiang)

    await _say(bot, "差评，电线掉下来了，冒火花")

    assert await _stars(database) == []
    assert await database.fetchval("select count(*) from escalations where skill = 'danger'") == 1


async def test_a_low_score_opens_a_call_and_the_customer_is_told_until_when(
    bot: Worker, bus: Bus, clock: StepClock, jiang: AgentIdentity, database: Pool
) -> None:
    await _serve(bot, bus, clock, jiang)

    await _say(bot, "太差了，等了半天")

    row = await database.fetchrow("select * from follow_ups")
    assert (row["state"], row["conversation_id"]) == ("open", WECHAT.conversation_id)
    assert row["due_at"] - row["opened_at"] <= timedelta(hours=24)
    assert await _stars(database) == [(1, "等了半天")]
    assert FOLLOW_UP in (await _told(database))[-1][1]
    assert "明天 10:0" in (await _told(database))[-1][1]


async def test_who_wants_no_call_is_left_alone(
    bot: Worker, bus: Bus, clock: StepClock, jiang: AgentIdentity, database: Pool
) -> None:
    await _serve(bot, bus, clock, jiang)
    await _say(bot, "1")

    await _say(bot, "不用联系")

    assert await database.fetchval("select state from follow_ups") == "declined"
    assert (await _told(database))[-1][1] == PHRASES.say("utter_human_follow_up_declined")


@pytest.mark.parametrize(
    ("change", "user"),
    [
        ("update conversations set mood = 3", WECHAT),
        ("update messages set created_at = created_at - interval '3 days' where role = 'customer'", WECHAT),
        ("update conversations set unfollowed_at = now()", WECHAT),
        ("update escalations set skill = 'danger'", LIN),
    ],
    ids=["angry and answered by nobody", "outside the window", "has left the account", "danger"],
)
async def test_who_should_not_be_asked_is_not(
    change: str, user: ChannelUser, bot: Worker, bus: Bus, clock: StepClock, jiang: AgentIdentity, database: Pool
) -> None:
    await _say(bot, "转人工", user)
    desk = Desk(database, bus, clock, bot.house.escalations)
    await desk.take_over(user.conversation_id, jiang)
    await database.execute(change)

    await desk.close(user.conversation_id, jiang, "")

    assert await database.fetchval("select count(*) from messages where body ? 'survey'") == 0


async def test_wechat_is_not_asked_twice_within_hours(
    bot: Worker, bus: Bus, clock: StepClock, jiang: AgentIdentity, database: Pool
) -> None:
    await _serve(bot, bus, clock, jiang)
    desk = Desk(database, bus, clock, bot.house.escalations)
    await desk.take_over(WECHAT.conversation_id, jiang)
    await desk.close(WECHAT.conversation_id, jiang, "")

    assert await database.fetchval("select count(*) from messages where body ? 'survey'") == 1


# --- the bot's part --------------------------------------------------------------------------------------------------


def _bill(question: Question) -> Answer:
    events = ({"event": "user", "text": question.text},)
    base = int(question.message_id.rpartition("/")[2])
    card = Card(kind="bill", title="2026年10月电费", rows=(("合计", "190.20 元"),))
    buttons = (Button("交费", "交费"),) if "按钮" in question.text else ()
    return Answer(Turn((Reply("查到了。", buttons, card),)), NewEvents(base, events))


async def _asked_help(database: Pool) -> list[Any]:
    return list(await database.fetch("select seq from messages where body ? 'helped' order by seq"))


async def test_the_bot_asks_below_a_found_bill_once_a_day(bot: Worker, clock: StepClock, database: Pool) -> None:
    bot.thinker.think = _bill
    await _say(bot, "电费按钮")
    await _say(bot, "电费")
    await _say(bot, "上月电费")
    first = await _asked_help(database)
    clock.advance(timedelta(hours=25))
    await _say(bot, "再查电费")

    assert (len(first), len(await _asked_help(database))) == (1, 2)


async def test_the_web_has_thumbs_and_is_not_asked_in_words(bot: Worker, database: Pool) -> None:
    bot.thinker.think = _bill

    await _say(bot, "电费", LIN)

    assert await _asked_help(database) == []


@pytest.mark.parametrize(("said", "value"), [("有用", 1), ("没用", -1)])
async def test_whether_it_helped_is_kept(said: str, value: int, bot: Worker, database: Pool) -> None:
    bot.thinker.think = _bill
    await _say(bot, "电费")

    await _say(bot, said)

    row = await database.fetchrow("select kind, value from evaluations")
    assert (row["kind"], row["value"]) == ("answer", value)
