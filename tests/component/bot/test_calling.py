"""Triggers and moods through the real reception: what is said first, who is called, and what is only written down."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from bot.dialogue import Answer, Question
from bot.trackers import NewEvents
from conversation.identity import AgentIdentity
from conversation.reply import HandoffRequest, Reply, Turn
from handoff import transcript
from runtime.bus import Bus
from runtime.postgres import Pool, transaction
from tests.fakes.bot import LIN, PHRASES, ScriptedThinker, Worker, worker


class Talk:
    """One customer before a dialogue that understands what it is told to."""

    def __init__(self, made: Worker, pool: Pool) -> None:
        self.made = made
        self.pool = pool
        self.intent, self.turn = "bill_query", Turn((Reply("上个月 190.20 元"),))
        made.thinker.think = self._answer
        self._count = 0

    def _answer(self, question: Question) -> Answer:
        said = {"event": "user", "parse_data": {"intent": {"name": self.intent}}}
        return Answer(self.turn, NewEvents(int(question.message_id.rpartition("/")[2]), (said,)))

    async def say(self, text: str) -> list[tuple[str, str]]:
        """Writes and returns the lines that came of it."""
        self._count += 1
        seq = await self.made.say(text, f"m{self._count}")
        await self.made.settled()
        async with transaction(self.pool) as connection:
            lines = await transcript.read(connection, LIN.conversation_id, after=seq, for_customer=False)
        return [(line.role.value, line.text) for line in lines]

    async def request(self) -> Any:
        """The latest request for a person."""
        return await self.pool.fetchrow("select * from escalations order by escalation_id desc limit 1")

    async def mood(self) -> int:
        """What is written of the mood."""
        return int(await self.pool.fetchval("select mood from conversations"))


@pytest_asyncio.fixture
async def talk(database: Pool, bus: Bus, database_url: str) -> AsyncIterator[Talk]:
    made = worker(database, bus, database_url, ScriptedThinker())
    made.thinker.gate.set()
    yield Talk(made, database)
    await made.settled()
    await made.locks.close()


async def test_anger_is_met_with_an_apology_first_and_a_person_with_priority(talk: Talk) -> None:
    lines = await talk.say("你们太过分了！！乱扣电费")

    request = await talk.request()
    apology = PHRASES.say("utter_reception_called_anger")
    assert lines[0] == ("bot", f"{apology}\n上个月 190.20 元")
    assert lines[-1][0] == "system"
    assert (request["reason"], request["priority"], request["skill"]) == ("anger", 3, "billing")
    assert await talk.mood() == 3


@pytest.mark.parametrize("intent", ["nlu_fallback", "ask_channel_info"])
async def test_who_is_angry_and_names_no_matter_hears_the_apology_alone_and_gets_the_complaint_desk(
    talk: Talk, intent: str
) -> None:
    talk.intent, talk.turn = intent, Turn((Reply("没听懂，换个说法"), Reply("您刚才还想投诉")))

    lines = await talk.say("你们这什么垃圾服务！！没人管！！")

    assert [text for role, text in lines if role == "bot"] == [PHRASES.say("utter_reception_called_anger")]
    assert (await talk.request())["skill"] == "complaint"


async def test_who_is_angry_in_the_queue_is_only_made_more_urgent(talk: Talk) -> None:
    talk.turn = Turn((Reply("好的"),), HandoffRequest("billing", "asked", 5))
    await talk.say("转人工")
    talk.turn = Turn((Reply("190.20 元"),))

    lines = await talk.say("气死我了！！")

    assert lines[0] == ("bot", "190.20 元")
    assert (await talk.request())["priority"] == 3
    assert await talk.pool.fetchval("select count(*) from escalations") == 1


async def test_what_an_action_asks_for_keeps_its_reason_when_it_is_as_urgent(talk: Talk) -> None:
    talk.turn = Turn((Reply("已登记"),), HandoffRequest("complaint", "complaint", 3))

    lines = await talk.say("气死我了！！我要投诉")

    assert lines[0] == ("bot", "已登记")
    assert (await talk.request())["reason"] == "complaint"


async def test_the_mood_is_written_while_an_agent_owns_the_chat(talk: Talk) -> None:
    await talk.say("你好")
    assert await talk.mood() == 1
    await talk.pool.execute(
        "insert into agents (agent_id, name, role, password_hash) values ('K0104', '江一苇', 'agent', 'x')"
    )
    async with transaction(talk.pool) as connection:
        agent = AgentIdentity("K0104", "江一苇")
        escalations, at = talk.made.house.escalations, talk.made.house.clock.now()
        await escalations.take_over(connection, LIN.conversation_id, agent, at=at)

    lines = await talk.say("垃圾公司，气死我了")

    assert await talk.mood() == 3
    assert lines == []


async def test_the_third_contact_on_one_matter_gets_a_person_and_three_lines_of_one_talk_do_not(talk: Talk) -> None:
    talk.intent = "repair_progress_query"
    for _ in range(3):
        await talk.say("师傅到哪了")
    assert await talk.request() is None

    for _ in range(2):
        await talk.pool.execute("update trigger_marks set at = at - $1::interval", timedelta(hours=2))
        await talk.pool.execute("update messages set created_at = created_at - $1::interval", timedelta(hours=2))
        lines = await talk.say("师傅到哪了")

    assert (await talk.request())["reason"] == "third_contact"
    assert lines[0][1].startswith(PHRASES.say("utter_reception_called_third_contact"))


async def test_a_company_that_is_down_three_times_calls_a_person(talk: Talk) -> None:
    talk.turn = Turn((Reply("系统连不上"),), company_down=True)
    await talk.say("查电费")
    await talk.say("查一下余额")
    assert await talk.request() is None

    await talk.say("再查一次")

    assert (await talk.request())["reason"] == "backend_down"


async def test_a_large_customer_who_is_annoyed_is_not_left_to_the_bot(talk: Talk) -> None:
    talk.turn = Turn((Reply("190.20 元"),), profile={"risks": ["key_account"]})
    await talk.say("上个月电费")

    await talk.say("怎么还没好，等了半天")

    request = await talk.request()
    assert (request["reason"], request["priority"]) == ("key_account", 2)


async def test_a_listed_word_goes_to_the_skill_of_its_list_in_any_script(talk: Talk) -> None:
    await talk.say("再這樣我就找記者")

    request = await talk.request()
    assert (request["reason"], request["skill"]) == ("word_media", "complaint")


async def test_facts_are_told_to_the_dialogue_for_days(talk: Talk) -> None:
    await talk.say("你好")
    kept = {"done": [], "promised": [], "orders": ["F26112100012"], "slots": {}, "agent": "江一苇"}
    at = talk.made.house.clock.now().isoformat()
    await talk.pool.execute("update conversations set return_facts = $1", {**kept, "at": at})

    await talk.say("师傅到哪了")
    await talk.say("师傅到哪了")

    asked = talk.made.thinker.asked[-2:]
    assert [question.metadata["facts"]["orders"] for question in asked] == [["F26112100012"]] * 2
