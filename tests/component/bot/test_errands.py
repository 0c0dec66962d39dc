"""Requests kept for later, on a real PostgreSQL: kept with the turn, done once, told by one voice, or given up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from bot.dialogue import Answer
from bot.messenger import Fate, Outcome
from bot.reception.errand_book import GIVE_UP_AFTER, LONGEST_PAUSE, pause
from bot.reception.errands import ErrandDesk
from bot.trackers import NewEvents
from conversation.errand import Errand
from conversation.events import Owner
from conversation.identity import AgentIdentity
from conversation.message import Line, Role
from conversation.reply import HandoffRequest, Reply, Turn
from handoff import transcript
from handoff.card.takeover import takeover_card
from handoff.escalations import Escalations
from runtime.bus import Bus
from runtime.clock import SystemClock
from runtime.postgres import Pool, transaction
from tests.builders import FixedClock
from tests.fakes.bot import LIN, PHRASES, ScriptedThinker, Worker, worker

AGENT = AgentIdentity("K0104", "江一苇")
HANDOFF = {
    "skill": "fault",
    "reason": "errand_failed",
    "priority": 5,
    "summary": {"intent": "outage_report", "slots": [{"name": "address", "label": "地址", "value": "织女苑3栋"}]},
}
MESSAGE = {"text": "不留电话", "metadata": {"message_id": f"{LIN.conversation_id}/1"}}
REPORT = Errand("action_report_fault", "outage_report", "报修停电", {"address": "织女苑3栋"}, MESSAGE, HANDOFF)
DONE = Outcome(Fate.DONE, Turn((Reply("您之前要办的「报修停电」有结果："), Reply("已报修，工单号 F26112100099。"))))
DOWN = Outcome(Fate.LATER, why="backend.unavailable")


@dataclass
class ScriptedRunner:
    """Ends every errand as it is told, and notes what it was asked."""

    outcome: Outcome = DONE
    asked: list[tuple[str, int, Errand]] = field(default_factory=list)
    meanwhile: Callable[[], Any] | None = None

    async def run(self, conversation_id: str, errand_id: int, errand: Errand) -> Outcome:
        self.asked.append((conversation_id, errand_id, errand))
        await asyncio.sleep(0)
        if self.meanwhile:
            await self.meanwhile()
        return self.outcome


@dataclass
class Stand:
    """A worker with a clock moved by hand, and the customer whose report is kept."""

    worker: Worker
    clock: FixedClock
    runner: ScriptedRunner
    desk: ErrandDesk
    pool: Pool

    async def keep(self, *errands: Errand, text: str = "不留电话") -> None:
        turn = Turn((Reply("记下了"),), errands=errands or (REPORT,))
        self.worker.thinker.think = lambda _: Answer(turn, NewEvents(0, ()))
        await self.worker.say(text)
        await self.worker.settled()

    async def after(self, **time: float) -> None:
        self.clock.at += timedelta(**time)
        await self.desk.round()

    async def take_over(self) -> None:
        async with transaction(self.pool) as connection:
            await Escalations(PHRASES).take_over(connection, LIN.conversation_id, AGENT, at=self.clock.now())

    async def give_back(self) -> None:
        async with transaction(self.pool) as connection:
            await Escalations(PHRASES).return_to_bot(
                connection, LIN.conversation_id, AGENT, "办好了", at=self.clock.now()
            )

    async def said(self, role: Role = Role.BOT) -> list[str]:
        """What was said after the turn that kept the errand."""
        async with transaction(self.pool) as connection:
            lines: list[Line] = await transcript.read(connection, LIN.conversation_id, for_customer=False)
        return [line.text for line in lines if line.role is role and line.text != "记下了"]

    async def errands(self) -> list[dict[str, Any]]:
        return [dict(row) for row in await self.pool.fetch("select * from errands order by errand_id")]

    async def owner(self) -> Owner:
        async with transaction(self.pool) as connection:
            return (await transcript.ownership(connection, LIN.conversation_id)).owner


@pytest_asyncio.fixture
async def stand(database: Pool, bus: Bus, database_url: str) -> AsyncIterator[Stand]:
    made = worker(database, bus, database_url, ScriptedThinker())
    made.thinker.gate.set()
    await database.execute(
        "insert into agents (agent_id, name, role, password_hash) values ('K0104', '江一苇', 'agent', 'x')"
    )
    clock, runner = FixedClock(SystemClock().now()), ScriptedRunner()
    yield Stand(made, clock, runner, ErrandDesk(replace(made.house, clock=clock), runner), database)
    await made.settled()
    await made.locks.close()


async def test_what_was_said_to_be_kept_is_in_the_store(stand: Stand) -> None:
    await stand.keep()

    (errand,) = await stand.errands()
    assert (errand["state"], errand["action"], errand["body"]) == ("waiting", REPORT.action, REPORT.to_wire())


async def test_a_turn_that_is_not_committed_keeps_nothing(stand: Stand, database: Pool) -> None:
    await database.execute("alter table messages add constraint no_answer check (role <> 'bot')")

    await stand.keep()

    assert await stand.errands() == []


async def test_the_same_request_is_kept_once_and_another_beside_it(stand: Stand) -> None:
    await stand.keep()
    await stand.keep(replace(REPORT, message={"text": "再说一遍"}), text="再说一遍")
    await stand.keep(replace(REPORT, slots={"address": "松果村口"}), text="还有一处")

    assert [errand["body"]["slots"]["address"] for errand in await stand.errands()] == ["织女苑3栋", "松果村口"]


async def test_a_kept_request_is_done_and_told_when_the_company_is_back(stand: Stand) -> None:
    await stand.keep()

    await stand.after(seconds=10)

    assert await stand.said() == [reply.text for reply in DONE.turn.replies]
    assert [errand["state"] for errand in await stand.errands()] == ["done"]
    assert stand.runner.asked[0][2] == REPORT


async def test_nothing_is_tried_before_its_time(stand: Stand) -> None:
    await stand.keep()

    await stand.after(seconds=1)

    assert stand.runner.asked == []


async def test_two_workers_do_it_once(stand: Stand, database: Pool) -> None:
    await stand.keep()
    other = ErrandDesk(replace(stand.worker.house, clock=stand.clock), stand.runner)
    stand.clock.at += timedelta(seconds=10)

    await asyncio.gather(stand.desk.round(), other.round(), stand.desk.round(), other.round())

    assert len(stand.runner.asked) == 1
    assert len(await stand.said()) == 2


async def test_a_worker_that_was_too_slow_does_not_tell_it_again(stand: Stand) -> None:
    other = ErrandDesk(replace(stand.worker.house, clock=stand.clock), ScriptedRunner())

    async def lose_the_lease() -> None:
        stand.clock.at += timedelta(minutes=3)
        await other.round()

    await stand.keep()
    stand.runner.meanwhile = lose_the_lease
    await stand.after(seconds=10)

    assert len(await stand.said()) == 2


async def test_a_company_still_down_is_asked_again_later_and_the_customer_left_alone(stand: Stand) -> None:
    await stand.keep()
    stand.runner.outcome = DOWN

    await stand.after(seconds=10)
    await stand.after(seconds=1)

    (errand,) = await stand.errands()
    assert (len(stand.runner.asked), errand["attempts"], errand["last_error"]) == (1, 1, "backend.unavailable")
    assert await stand.said() == []

    stand.runner.outcome = DONE
    await stand.after(seconds=60)
    assert len(await stand.said()) == 2


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 5), (2, 10), (4, 40), (7, 300), (500, 300)])
def test_pauses_grow_up_to_five_minutes_and_differ(attempt: int, seconds: int) -> None:
    pauses = [pause(attempt).total_seconds() for _ in range(200)]

    assert seconds * 0.75 <= min(pauses) < max(pauses) <= seconds * 1.25
    assert max(pauses) <= LONGEST_PAUSE.total_seconds() * 1.25


async def test_after_a_day_it_is_said_honestly_and_a_person_gets_all_of_it(stand: Stand, database: Pool) -> None:
    await stand.keep()
    stand.runner.outcome = DOWN

    await stand.after(seconds=GIVE_UP_AFTER.total_seconds() + 10)

    assert [errand["state"] for errand in await stand.errands()] == ["given_up"]
    assert "报修停电" in (await stand.said())[0]
    assert await stand.owner() is Owner.QUEUE
    assert await database.fetchval("select summary from escalations") == HANDOFF["summary"]


async def test_what_cannot_be_done_goes_to_a_person_at_once(stand: Stand, database: Pool) -> None:
    await stand.keep()
    stand.runner.outcome = Outcome(Fate.BROKEN, why="KeyError")

    await stand.after(seconds=10)

    assert await database.fetchval("select reason from escalations") == "errand_failed"


async def test_a_refusal_is_told_and_the_customer_decides(stand: Stand) -> None:
    await stand.keep()
    stand.runner.outcome = Outcome(Fate.REFUSED, Turn((Reply("没有被受理"),)), "account.closed")

    await stand.after(seconds=10)

    assert await stand.said() == ["没有被受理"]
    assert await stand.owner() is Owner.BOT
    assert [errand["state"] for errand in await stand.errands()] == ["refused"]


async def test_while_a_person_has_the_word_the_result_is_a_note_and_told_afterwards(stand: Stand) -> None:
    await stand.keep()
    await stand.take_over()

    await stand.after(seconds=10)
    await stand.after(seconds=10)
    assert await stand.said() == []
    notes = await stand.said(Role.NOTE)
    assert len(notes) == 1
    assert "F26112100099" in notes[0]

    await stand.give_back()
    await stand.after(seconds=1)
    await stand.after(seconds=1)
    assert await stand.said() == [reply.text for reply in DONE.turn.replies]


async def test_the_desk_sees_what_the_bot_still_has_to_do(stand: Stand, database: Pool) -> None:
    await stand.keep()
    async with transaction(database) as connection:
        before = (await takeover_card(connection, LIN.conversation_id, PHRASES)).promises

    await stand.after(seconds=10)

    async with transaction(database) as connection:
        after = (await takeover_card(connection, LIN.conversation_id, PHRASES)).promises
    assert "报修停电" in before[0]["text"]
    assert after == ()


async def test_who_waits_for_a_person_hears_the_result(stand: Stand, database: Pool) -> None:
    await stand.keep()
    async with transaction(database) as connection:
        request = HandoffRequest("fault", "asked")
        await Escalations(PHRASES).request(connection, LIN.conversation_id, request, at=stand.clock.now())

    await stand.after(seconds=10)

    assert len(await stand.said()) == 2
    assert await stand.owner() is Owner.QUEUE


async def test_a_request_no_longer_wanted_is_not_done(stand: Stand) -> None:
    await stand.keep()
    turn = Turn((Reply("好的，不再去办"),), dropped=(1,))
    stand.worker.thinker.think = lambda _: Answer(turn, NewEvents(0, ()))
    await stand.worker.say("算了")
    await stand.worker.settled()

    await stand.after(seconds=10)

    assert stand.runner.asked == []
    assert [errand["state"] for errand in await stand.errands()] == ["dropped"]


async def test_what_was_done_before_it_could_be_dropped_is_told(stand: Stand, database: Pool) -> None:
    async def drop() -> None:
        await database.execute("update errands set state = 'dropped'")

    await stand.keep()
    stand.runner.meanwhile = drop
    await stand.after(seconds=10)

    assert [errand["state"] for errand in await stand.errands()] == ["done"]
    assert len(await stand.said()) == 2


async def test_the_actions_are_told_what_waits(stand: Stand) -> None:
    await stand.keep()
    await stand.worker.say("办了吗")
    await stand.worker.settled()

    waiting = [{"id": 1, "action": "action_report_fault", "wish": "报修停电"}]
    assert "errands" not in stand.worker.thinker.asked[0].metadata
    assert stand.worker.thinker.asked[1].metadata["errands"] == waiting


async def test_a_runner_that_breaks_leaves_the_errand_for_the_next_try(stand: Stand) -> None:
    async def fail() -> None:
        raise RuntimeError("nobody foresaw it")

    await stand.keep()
    stand.runner.meanwhile = fail
    await stand.after(seconds=10)
    stand.runner.meanwhile = None
    await stand.after(minutes=2)

    assert [errand["state"] for errand in await stand.errands()] == ["done"]


async def test_pages_hear_of_the_result(stand: Stand) -> None:
    heard: list[str] = []

    async def hear(_: str, event: dict[str, Any]) -> None:
        heard.append(event["kind"])

    await stand.keep()
    stand.worker.front.on_event(hear)
    await stand.after(seconds=10)

    assert "message" in heard
