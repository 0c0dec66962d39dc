"""A service is offered behind a customer's thanks where it fits, once in a month, and never where anything is wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from bot.dialogue import Answer, Question
from bot.trackers import NewEvents
from conversation.errand import Errand
from conversation.message import Role
from conversation.reply import Button, Card, HandoffRequest, Reply, Turn
from handoff import transcript
from handoff.extras import ledger
from runtime.bus import Bus
from runtime.clock import SystemClock
from runtime.postgres import Pool, transaction
from tests.fakes.bot import LIN, PHRASES, ScriptedThinker, Worker, worker

BILL = Turn((Reply("10月电费 187.30 元。", (), Card("bill", "账单", (("电费", "187.30 元"),))),))
WHO_GETS_WHAT = {
    "charger_insurance": ["home", "charger"],
    "supply_guard": ["business", "public_service"],
    "temporary_share": ["business", "temporary_applied"],
    "solar": ["home", "rural"],
}
OFFERS = {PHRASES.say(f"utter_extra_{name}"): name for name in WHO_GETS_WHAT}


def told(facts: Sequence[str], *, troubles: Sequence[str] = (), wanted: bool = True) -> Turn:
    """What the action says of the accounts."""
    return Turn(profile={"standings": [{"facts": list(facts), "troubles": list(troubles), "wanted": wanted}]})


@dataclass
class Company:
    """Says how the accounts stand, and counts how often it was asked."""

    turn: Turn | None = field(default_factory=lambda: told(["home", "rural"]))
    asked: list[Errand] = field(default_factory=list)
    meanwhile: Callable[[], Any] | None = None

    async def consult(self, conversation_id: str, errand: Errand) -> Turn | None:
        self.asked.append(errand)
        if self.meanwhile:
            await self.meanwhile()
        return self.turn


INTENTS = {
    "查电费": "bill_query",
    "停电了": "outage_report",
    "我要投诉": "complaint_submit",
    "进度呢": "ticket_progress_query",
}


def think(question: Question) -> Answer:
    """Bills are shown, faults and complaints taken, thanks returned."""
    intent = next((name for said, name in INTENTS.items() if said in question.text), "small_talk")
    parsed = {"intent": {"name": intent}}
    at = SystemClock().now().timestamp()
    event = {"event": "user", "text": question.text, "parse_data": parsed, "timestamp": at}
    turn = BILL if intent == "bill_query" else Turn((Reply(f"回:{question.text}。"),))
    return Answer(turn, NewEvents(100 * int(question.message_id.rpartition("/")[2]), (event,)))


@dataclass
class Talk:
    """A bot at work, and its company."""

    worker: Worker
    company: Company
    pool: Pool

    async def say(self, *texts: str) -> None:
        for text in texts:
            await self.worker.say(text, f"id-{text}-{len(self.worker.thinker.asked)}-{len(self.company.asked)}")
            await self.worker.settled()

    async def lines(self) -> list[str]:
        rows = await self.pool.fetch("select body->>'text' as text from messages where role = 'bot' order by seq")
        return [row["text"] for row in rows]

    async def offers(self) -> list[str]:
        return [OFFERS[line] for line in await self.lines() if line in OFFERS]


@pytest_asyncio.fixture
async def talk(database: Pool, bus: Bus, database_url: str) -> AsyncIterator[Talk]:
    company = Company()
    made = worker(database, bus, database_url, ScriptedThinker(think), consults=company)
    made.thinker.gate.set()
    yield Talk(made, company, database)
    await made.settled()
    await made.locks.close()


@pytest.mark.parametrize(("name", "facts"), WHO_GETS_WHAT.items(), ids=list(WHO_GETS_WHAT))
async def test_thanks_behind_a_bill_are_followed_by_the_offer_that_fits_once(
    talk: Talk, name: str, facts: list[str]
) -> None:
    talk.company.turn = told(facts)

    await talk.say("查电费", "谢谢", "查电费", "多谢", "好的")

    assert await talk.offers() == [name]
    line = await talk.pool.fetchval("select body from messages where body ? 'extra'")
    assert [button["label"] for button in line["buttons"]] == ["了解一下", "不需要"]
    assert len(talk.company.asked) == 1


async def fault_in_talk(talk: Talk) -> None:
    await talk.say("家里停电了")


async def complaint_in_talk(talk: Talk) -> None:
    await talk.say("我要投诉")


async def annoyed_before(talk: Talk) -> None:
    await talk.say("你们什么破系统，烦死了！！")


async def at_a_person(talk: Talk) -> None:
    house = talk.worker.house
    async with transaction(talk.pool) as connection:
        await house.escalations.request(
            connection, LIN.conversation_id, HandoffRequest("billing", "asked"), at=house.clock.now()
        )


async def _told(talk: Talk, kind: str) -> None:
    now = talk.worker.house.clock.now()
    async with transaction(talk.pool) as connection:
        await transcript.lock(connection, LIN.conversation_id)
        body = {"text": "通知", "told": {"id": 1, "kind": kind, "subject": "T1"}}
        await transcript.append(connection, LIN.conversation_id, Role.BOT, body, at=now, epoch=0)


async def told_of_an_outage(talk: Talk) -> None:
    await _told(talk, "outage_fault")


async def told_of_arrears(talk: Talk) -> None:
    await _told(talk, "arrears_letter")


async def wants_none(talk: Talk) -> None:
    await talk.say("以后别再推荐了")


async def _made(talk: Talk, days: int, **given: Any) -> None:
    async with transaction(talk.pool) as connection:
        at = talk.worker.house.clock.now() - timedelta(days=days)
        number = await ledger.offered(connection, LIN.conversation_id, "solar", at=at, **given)
        assert number


async def had_one_by_notice(talk: Talk) -> None:
    await _made(talk, 20, way=ledger.NOTICE)


async def gentle(talk: Talk) -> None:
    await talk.pool.execute('update conversations set profile = \'{"risks": ["gentle"]}\'')


def company_says(*troubles: str, wanted: bool = True, also: str = "") -> Callable[[Talk], Any]:
    async def change(talk: Talk) -> None:
        (first,) = talk.company.turn.profile["standings"] if talk.company.turn else ({},)
        facts = [*first["facts"], *([also] if also else [])]
        talk.company.turn = told(facts, troubles=troubles, wanted=wanted)

    return change


async def company_away(talk: Talk) -> None:
    talk.company.turn = None


STATES: dict[str, Callable[[Talk], Any]] = {
    "a fault was reported in the talk": fault_in_talk,
    "a complaint was made in the talk": complaint_in_talk,
    "annoyed a moment ago": annoyed_before,
    "waits for a person": at_a_person,
    "was told of an outage": told_of_an_outage,
    "was told of arrears": told_of_arrears,
    "wants no offers": wants_none,
    "had one by notice this month": had_one_by_notice,
    "is served gently": gentle,
    "open fault": company_says("fault"),
    "running outage": company_says("outage"),
    "open complaint": company_says("complaint"),
    "arrears": company_says("arrears"),
    "cut off": company_says("cut_off"),
    "life support": company_says(also="life_support"),
    "lives alone": company_says(also="alone"),
    "on benefits": company_says(also="welfare"),
    "turned the topic off": company_says(wanted=False),
    "the company does not answer": company_away,
}


@pytest.mark.parametrize(("name", "facts"), WHO_GETS_WHAT.items(), ids=list(WHO_GETS_WHAT))
@pytest.mark.parametrize("state", STATES)
async def test_in_no_such_state_is_anything_offered(talk: Talk, state: str, name: str, facts: list[str]) -> None:
    talk.company.turn = told(facts)
    await talk.say("查电费")
    await STATES[state](talk)

    await talk.say("谢谢", "好的")

    assert await talk.offers() == []


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (["谢谢"], "no business was finished"),
        (["查电费", "你是谁"], "no thanks"),
        (["查电费"], "no thanks yet"),
    ],
)
async def test_it_has_one_place(talk: Talk, said: list[str], why: str) -> None:
    await talk.say(*said)

    assert await talk.offers() == [], why
    assert talk.company.asked == []


@pytest.mark.parametrize(
    "turn",
    [
        Turn((Reply("哪一户？"),)),
        Turn((Reply("选一个", (Button("甲", "甲"),)),)),
        Turn((Reply("稍等"),), HandoffRequest("billing", "asked")),
        Turn((Reply("没回应"),), company_down=True),
    ],
    ids=["question", "buttons", "hand-off", "company down"],
)
async def test_nothing_is_put_behind_what_is_open(talk: Talk, turn: Turn) -> None:
    await talk.say("查电费")
    talk.worker.thinker.think = lambda question: replace(think(question), turn=turn)

    await talk.say("谢谢")

    assert await talk.offers() == []


async def test_what_begins_while_the_company_is_asked_still_stops_it(talk: Talk) -> None:
    async def complains() -> None:
        now = talk.worker.house.clock.now()
        await talk.pool.execute(
            "insert into trigger_marks (conversation_id, kind, topic, at) values ($1, 'contact', 'outage_report', $2)",
            LIN.conversation_id,
            now,
        )

    talk.company.meanwhile = complains

    await talk.say("查电费", "谢谢")

    assert len(talk.company.asked) == 1
    assert await talk.offers() == []


async def test_a_no_is_remembered_and_the_next_month_brings_another(talk: Talk) -> None:
    talk.company.turn = told(["home", "rural", "charger"])
    await talk.say("查电费", "谢谢", "不需要")

    assert (await talk.lines())[-1] == PHRASES.say("utter_extra_no")
    assert [question.text for question in talk.worker.thinker.asked] == ["查电费", "谢谢"]
    await _a_month_passes(talk)
    await talk.say("查电费", "谢谢")
    assert await talk.offers() == ["charger_insurance", "solar"]


async def test_no_more_offers_is_for_good(talk: Talk) -> None:
    await talk.say("查电费", "谢谢", "别再推荐了")

    assert (await talk.lines())[-1] == PHRASES.say("utter_extra_stop")
    await _a_month_passes(talk)
    await talk.say("查电费", "谢谢")
    assert await talk.offers() == ["solar"]


async def test_more_of_it_is_told_with_a_way_to_a_person(talk: Talk) -> None:
    await talk.say("查电费", "谢谢", "了解一下")

    assert (await talk.lines())[-1] == PHRASES.say("utter_extra_solar_more")
    assert await talk.pool.fetchval("select answer from extra_offers") == "more"


async def test_a_no_to_something_else_is_the_dialogues(talk: Talk) -> None:
    await talk.say("查电费", "谢谢", "查电费", "不需要")

    assert talk.worker.thinker.asked[-1].text == "不需要"
    assert await talk.pool.fetchval("select answer from extra_offers") is None


async def test_who_is_eligible_for_nothing_is_looked_up_once_a_day(talk: Talk) -> None:
    talk.company.turn = told(["home"])

    await talk.say("查电费", "谢谢", "查电费", "谢谢")

    assert len(talk.company.asked) == 1
    assert await talk.offers() == []


async def test_the_cap_counts_for_the_person_behind_all_their_doors(talk: Talk) -> None:
    now = talk.worker.house.clock.now()
    async with transaction(talk.pool) as connection:
        await transcript.open_conversation(connection, LIN.conversation_id, at=now)
        await transcript.open_conversation(connection, "wechat:wx_lin", at=now)
        await connection.execute(
            "insert into identity_links (link_id, conversation_id, source_id, way, made_at) values"
            " ('L1', $1, 'wechat:wx_lin', 'code', $2)",
            *(LIN.conversation_id, now),
        )
        await ledger.offered(connection, "wechat:wx_lin", "solar", at=now - timedelta(days=3))

    await talk.say("查电费", "谢谢")

    assert await talk.offers() == []


async def _a_month_passes(talk: Talk) -> None:
    span: Any = timedelta(days=32)
    await talk.pool.execute("update extra_offers set at = at - $1::interval", span)
    assert isinstance(talk.worker.house.clock.now(), datetime)
