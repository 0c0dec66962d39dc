"""Going on in another door on a real PostgreSQL: codes, guessing, memory, the person in charge, two workers at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from bot.dialogue import Answer
from bot.identity.codes import LONG_DIGITS, SHORT_DIGITS, WRONG_TRIES
from bot.trackers import NewEvents
from connectors.shared.errors import TooMany
from conversation.events import Owner
from conversation.identity import AgentIdentity, ChannelName, ChannelUser
from conversation.message import Role
from conversation.reply import HandoffRequest, Reply, Turn
from handoff import ledger, transcript
from handoff.escalations import Escalations
from runtime.bus import Bus
from runtime.clock import SystemClock
from runtime.postgres import Pool, transaction
from tests.fakes.bot import LIN, PHRASES, PUBLIC_URL, ScriptedThinker, Worker, worker

PHONE = ChannelUser(ChannelName.WECHAT, "oLIN-in-wechat")
STRANGER = ChannelUser(ChannelName.WECHAT, "oSTRANGER")
AGENT = AgentIdentity("K0104", "江一苇")
UNKNOWN = PHRASES.say("utter_door_resume_unknown")


@pytest_asyncio.fixture
async def house(database: Pool, bus: Bus, database_url: str) -> AsyncIterator[Worker]:
    made = worker(database, bus, database_url, ScriptedThinker())
    made.thinker.gate.set()
    await database.execute(
        "insert into agents (agent_id, name, role, password_hash) values ('K0104', '江一苇', 'agent', 'x')"
    )
    yield made
    await made.settled()
    await made.locks.close()


async def say(house: Worker, text: str, user: ChannelUser) -> None:
    await house.say(text, f"id-{user.user_id}-{text}-{id(text)}", user)
    await house.settled()


async def shown(pool: Pool, user: ChannelUser) -> list[tuple[str, str]]:
    async with transaction(pool) as connection:
        lines = await transcript.read(connection, user.conversation_id, for_customer=True)
    return [(line.role.value, line.text) for line in lines]


async def last(pool: Pool, user: ChannelUser) -> str:
    return (await shown(pool, user))[-1][1]


async def remember(pool: Pool, user: ChannelUser, *events: dict[str, Any]) -> None:
    async with transaction(pool) as connection:
        await transcript.open_conversation(connection, user.conversation_id, at=SystemClock().now())
        start = await connection.fetchval(
            "select coalesce(max(position), 0) from tracker_events where conversation_id = $1", user.conversation_id
        )
        for position, event in enumerate(events, start=start + 1):
            await connection.execute(
                "insert into tracker_events (conversation_id, position, session_start, event) values ($1, $2, $3, $4)",
                user.conversation_id,
                position,
                event["event"] == "session_started",
                event,
            )


async def memory(pool: Pool, user: ChannelUser) -> list[dict[str, Any]]:
    rows = await pool.fetch(
        """select event from tracker_events where conversation_id = $1 and position >=
        (select max(position) from tracker_events where conversation_id = $1 and session_start) order by position""",
        user.conversation_id,
    )
    return [row["event"] for row in rows]


START = {"event": "session_started"}
FORM = {"event": "active_loop", "name": "outage_form"}
SLOT = {"event": "slot", "name": "address", "value": "织女苑"}


async def test_a_form_begun_on_the_web_goes_on_in_wechat(house: Worker, database: Pool) -> None:
    await say(house, "我家停电了", LIN)
    await remember(database, LIN, START, FORM, SLOT)
    code = (await house.resume.make_code(LIN)).code

    await say(house, f"继续 {code}", PHONE)

    assert await memory(database, PHONE) == [START, FORM, SLOT]
    assert [event["event"] for event in await memory(database, LIN)] == ["session_started", "action"]
    assert [text for _, text in await shown(database, PHONE)] == [
        f"继续 {code}",
        PHRASES.say("utter_door_resume_form", door="网页"),
        "回:我家停电了",
    ]
    assert await last(database, LIN) == PHRASES.say("utter_door_resume_left", door="微信")
    assert [question.text for question in house.thinker.asked] == ["我家停电了"]


async def test_the_desk_reads_where_it_came_from(house: Worker, database: Pool) -> None:
    await say(house, "我家停电了", LIN)
    code = (await house.resume.make_code(LIN)).code

    await say(house, f"继续 {code}", PHONE)

    async with transaction(database) as connection:
        lines = await transcript.read(connection, PHONE.conversation_id, for_customer=False)
    notes = [line.text for line in lines if line.role is Role.NOTE]
    assert len(notes) == 1
    assert LIN.conversation_id in notes[0]
    assert "客户：我家停电了" in notes[0]


async def test_a_form_that_is_open_here_stays_when_nothing_is_open_there(house: Worker, database: Pool) -> None:
    await remember(database, LIN, START)
    await remember(database, PHONE, START, FORM)
    code = (await house.resume.make_code(LIN)).code

    await say(house, f"继续 {code}", PHONE)

    assert await memory(database, PHONE) == [START, FORM]
    assert await last(database, PHONE) == PHRASES.say("utter_door_resume_taken", door="网页")


async def test_where_a_form_is_open_in_both_the_one_here_waits_for_the_other(house: Worker, database: Pool) -> None:
    here = {"form": "bill_form", "topic": "bill_query", "slots": ["account_no", "month"]}
    known = [("form_at_hand", here), ("account_no", "6201011006117"), ("month", None)]
    slots = [{"event": "slot", "name": name, "value": value} for name, value in known]
    await remember(database, PHONE, START, {"event": "active_loop", "name": "bill_form"}, *slots)
    await remember(database, LIN, START, FORM, {"event": "slot", "name": "paused_form", "value": "points_form"})
    code = (await house.resume.make_code(LIN)).code

    await say(house, f"继续 {code}", PHONE)

    carried = await memory(database, PHONE)
    held = {"form": "bill_form", "topic": "bill_query", "slots": {"account_no": "6201011006117"}}
    assert carried[1] == FORM
    assert carried[-1]["value"] == [held, "points_form"]


@pytest.mark.parametrize("spoil", ["wrong", "old", "used", "voided"])
async def test_every_code_that_does_not_count_gets_the_same_sentence(house: Worker, database: Pool, spoil: str) -> None:
    code = (await house.resume.make_code(LIN)).code
    if spoil == "wrong":
        code = f"{(int(code) + 1) % 10**SHORT_DIGITS:0{SHORT_DIGITS}d}"
    if spoil == "old":
        await database.execute("update resume_codes set expires_at = now() - interval '1 second'")
    if spoil == "used":
        await say(house, f"继续 {code}", PHONE)
    if spoil == "voided":
        await house.resume.make_code(LIN)

    await say(house, f"继续 {code}", STRANGER)

    assert await shown(database, STRANGER) == [("customer", f"继续 {code}"), ("system", UNKNOWN)]
    assert await memory(database, STRANGER) == []


async def test_who_guesses_too_often_is_not_let_in_with_the_right_code_either(house: Worker, database: Pool) -> None:
    code = (await house.resume.make_code(LIN)).code
    for number in range(WRONG_TRIES):
        await say(house, f"继续 {(int(code) + 1 + number) % 10**SHORT_DIGITS:06d}", STRANGER)

    await say(house, f"继续 {code}", STRANGER)

    assert await last(database, STRANGER) == PHRASES.say("utter_door_resume_throttled")
    await say(house, f"继续 {code}", PHONE)
    assert await last(database, PHONE) == PHRASES.say("utter_door_resume_taken", door="网页")


async def test_an_hour_later_a_guesser_may_try_again(house: Worker, database: Pool) -> None:
    code = (await house.resume.make_code(LIN)).code
    for number in range(WRONG_TRIES):
        await say(house, f"继续 {(int(code) + 1 + number) % 10**SHORT_DIGITS:06d}", STRANGER)
    await database.execute("update resume_tries set at = at - interval '61 minutes'")

    await say(house, f"继续 {code}", STRANGER)

    assert await last(database, STRANGER) == PHRASES.say("utter_door_resume_taken", door="网页")


async def test_two_workers_taking_one_code_at_once_one_wins(
    house: Worker, database: Pool, bus: Bus, database_url: str
) -> None:
    other = worker(database, bus, database_url, ScriptedThinker())
    other.thinker.gate.set()
    code = (await house.resume.make_code(LIN)).code

    await asyncio.gather(say(house, f"继续 {code}", PHONE), say(other, f"继续 {code}", STRANGER))

    answers = sorted([await last(database, PHONE), await last(database, STRANGER)])
    assert answers == sorted([PHRASES.say("utter_door_resume_taken", door="网页"), UNKNOWN])
    assert await database.fetchval("select count(*) from identity_links") == 1
    await other.locks.close()


async def test_a_visitor_may_not_take_a_short_code(house: Worker, database: Pool) -> None:
    visitor = ChannelUser(ChannelName.WEB, "v" + "2" * 32)
    code = (await house.resume.make_code(LIN)).code

    await say(house, f"继续 {code}", visitor)

    assert await last(database, visitor) == UNKNOWN


async def test_from_wechat_the_talk_goes_on_in_the_web_by_a_link(house: Worker, database: Pool) -> None:
    await remember(database, PHONE, START, FORM)
    await say(house, "换到网页", PHONE)
    told = await last(database, PHONE)
    code = told.partition("#resume=")[2][:LONG_DIGITS]

    await say(house, f"继续 {code}", LIN)

    assert f"{PUBLIC_URL}/#resume={code}" in told
    assert await memory(database, LIN) == [START, FORM]


async def test_codes_are_kept_only_as_hashes_and_not_without_end(house: Worker, database: Pool) -> None:
    codes = [(await house.resume.make_code(LIN)).code for _ in range(10)]

    with pytest.raises(TooMany):
        await house.resume.make_code(LIN)

    kept = await database.fetch("select digest from resume_codes")
    assert not {row["digest"] for row in kept} & set(codes)
    assert len(set(codes)) == 10


async def test_a_code_is_no_use_in_its_own_conversation(house: Worker, database: Pool) -> None:
    code = (await house.resume.make_code(PHONE)).code

    await say(house, f"继续 {code}", PHONE)

    assert await last(database, PHONE) == PHRASES.say("utter_door_resume_same")


async def ask_for_person(pool: Pool, user: ChannelUser, *, accept: bool = False) -> None:
    escalations, at = Escalations(PHRASES), SystemClock().now()
    async with transaction(pool) as connection:
        await transcript.open_conversation(connection, user.conversation_id, at=at)
        request = HandoffRequest("fault", "asked", 4, {})
        asked = await escalations.request(connection, user.conversation_id, request, at=at - timedelta(minutes=5))
        if accept:
            await escalations.accept(connection, asked.escalation.escalation_id, AGENT, at=at)


async def test_the_place_in_the_queue_moves_with_the_customer(house: Worker, database: Pool) -> None:
    await ask_for_person(database, LIN)
    code = (await house.resume.make_code(LIN)).code

    await say(house, f"继续 {code}", PHONE)

    async with transaction(database) as connection:
        here = await ledger.open_in(connection, PHONE.conversation_id)
        there = await ledger.open_in(connection, LIN.conversation_id)
        owners = [(await transcript.ownership(connection, one.conversation_id)).owner for one in (PHONE, LIN)]
    assert here is not None
    assert there is None
    assert (here.priority, here.skill, owners) == (4, "fault", [Owner.QUEUE, Owner.BOT])
    assert SystemClock().now() - here.requested_at > timedelta(minutes=4)
    assert PHRASES.say("utter_door_resume_queued") in await last(database, PHONE)


async def test_the_agent_moves_with_the_customer_and_has_the_word(house: Worker, database: Pool) -> None:
    await say(house, "我家停电了", LIN)
    await ask_for_person(database, LIN, accept=True)
    await remember(database, LIN, START, FORM)
    code = (await house.resume.make_code(LIN)).code

    await say(house, f"继续 {code}", PHONE)
    await say(house, "在吗", PHONE)

    async with transaction(database) as connection:
        owned = await transcript.ownership(connection, PHONE.conversation_id)
        names = [entry.name for entry in await ledger.timeline(connection, PHONE.conversation_id)]
    assert owned.agent == AGENT
    assert names == ["escalation.moved"]
    assert [text for _, text in await shown(database, PHONE)] == [
        f"继续 {code}",
        PHRASES.say("utter_door_resume_agent", door="网页", agent=AGENT.name),
        "在吗",
    ]


async def test_where_both_wait_for_a_person_the_old_one_stays_and_that_is_said(house: Worker, database: Pool) -> None:
    await ask_for_person(database, LIN, accept=True)
    await ask_for_person(database, PHONE)
    code = (await house.resume.make_code(LIN)).code

    await say(house, f"继续 {code}", PHONE)

    async with transaction(database) as connection:
        there = await transcript.ownership(connection, LIN.conversation_id)
    assert there.agent == AGENT
    assert PHRASES.say("utter_door_resume_person_stays", door="网页") in await last(database, PHONE)


async def links(pool: Pool) -> list[tuple[str, str, str]]:
    rows = await pool.fetch("select conversation_id, source_id, way from identity_links order by made_at")
    return [(row["conversation_id"], row["source_id"], row["way"]) for row in rows]


async def test_a_code_lets_the_taker_know_the_makers_accounts_and_not_the_other_way_round(
    house: Worker, database: Pool
) -> None:
    code = (await house.resume.make_code(LIN)).code
    await say(house, f"继续 {code}", PHONE)

    assert await links(database) == [(PHONE.conversation_id, LIN.conversation_id, "code")]
    await say(house, "两边通用", PHONE)
    assert (LIN.conversation_id, PHONE.conversation_id, "consent") in await links(database)
    await say(house, "两边通用", STRANGER)
    assert await last(database, STRANGER) == "回:两边通用"


async def test_the_next_turn_tells_the_actions_of_the_link(house: Worker) -> None:
    code = (await house.resume.make_code(LIN)).code
    await say(house, f"继续 {code}", PHONE)

    await say(house, "我绑定了哪些户号", PHONE)

    told = house.thinker.asked[-1].metadata["links"]
    assert [link["source"] for link in told] == [LIN.conversation_id]


async def test_a_turn_that_runs_in_the_old_door_ends_before_the_move(house: Worker, database: Pool) -> None:
    house.thinker.gate.clear()
    await house.say("我家停电了", "slow-one", LIN)
    await house.thinking()
    code = (await house.resume.make_code(LIN)).code
    await house.say(f"继续 {code}", "take-it", PHONE)
    house.thinker.gate.set()
    await house.settled()

    texts = [text for _, text in await shown(database, LIN)]
    assert texts.index("回:我家停电了") < texts.index(PHRASES.say("utter_door_resume_left", door="微信"))


async def test_a_link_the_company_was_told_of_is_not_told_again(house: Worker, database: Pool) -> None:
    code = (await house.resume.make_code(LIN)).code
    await say(house, f"继续 {code}", PHONE)
    link_id = await database.fetchval("select link_id from identity_links")
    house.thinker.think = lambda _: Answer(Turn((Reply("好的"),), settled=(link_id,)), NewEvents(0, ()))

    await say(house, "查电费", PHONE)
    await say(house, "再查一次", PHONE)

    assert [("links" in question.metadata) for question in house.thinker.asked[-2:]] == [True, False]


async def test_a_turn_that_is_overtaken_by_the_move_runs_again_on_the_new_memory(
    house: Worker, database: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.identity.resume._PATIENCE_S", 0.1)
    await remember(database, LIN, START, FORM, SLOT)
    bases = [3, 6]
    said = {"event": "user", "text": "我家停电了"}
    house.thinker.think = lambda _: Answer(Turn((Reply("收到"),)), NewEvents(bases.pop(0), (said,)))
    house.thinker.gate.clear()
    await house.say("我家停电了", "overtaken", LIN)
    await house.thinking()
    code = (await house.resume.make_code(LIN)).code
    await house.say(f"继续 {code}", "take-it", PHONE)
    # The move needs the dialogue for nothing: only the overtaken turn still runs.
    await asyncio.gather(house.desk._serving[PHONE.conversation_id])

    house.thinker.gate.set()
    await house.settled()

    assert [line for line in await shown(database, LIN) if line[0] == "bot"] == [("bot", "收到")]
    assert [event["event"] for event in await memory(database, LIN)] == ["session_started", "action", "user"]
    assert await memory(database, PHONE) == [START, FORM, SLOT]
