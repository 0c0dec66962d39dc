"""What every adapter to another agent desk must stand, run over a Chatwoot (our fake of it) and over a desk on paper.

A third adapter joins by one line in `DESKS`: an object that is an OtherDesk, and another that acts as its agents.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from conversation.identity import AgentIdentity
from conversation.reply import HandoffRequest
from handoff.desk import Desk
from handoff.outside.bridge import Bridge
from handoff.outside.chatwoot import Chatwoot
from handoff.outside.errors import EventForged, EventStale
from handoff.outside.inward import OnResolve
from handoff.outside.signature import sign
from runtime.errors import BadRequest
from runtime.postgres import Pool
from tests.component.handoff.chats import Chat, StepClock
from tests.fakes.chatwoot import SECRET, FakeChatwoot
from tests.fakes.paper_desk import PaperDesk

ASKED = HandoffRequest("fault", "asked", 5, {"intent": "outage_report", "orders": ["F26112100012"]})
DANGER = HandoffRequest("danger", "danger", 0)


@asynccontextmanager
async def chatwoot() -> AsyncIterator[tuple[Any, Any]]:
    """A Chatwoot over HTTP."""
    fake = FakeChatwoot()
    adapter = Chatwoot(fake.start())
    try:
        yield adapter, fake
    finally:
        await adapter.close()
        fake.stop()


@asynccontextmanager
async def paper() -> AsyncIterator[tuple[Any, Any]]:
    """A desk in memory: its own agents, its own language."""
    desk = PaperDesk()
    yield desk, desk


DESKS = {"chatwoot": chatwoot, "paper": paper}


@dataclass
class Seam:
    """A customer here, a desk there, and the bridge between."""

    bridge: Bridge
    there: Any
    desk: Desk
    chat: Chat
    clock: StepClock
    pool: Pool

    @property
    def name(self) -> str:
        """What the other desk is called."""
        return self.bridge.inward.other.name

    async def ask(self, request: HandoffRequest = ASKED) -> str:
        """A person is asked for and the other desk told; returns the case's name there."""
        await self.desk.request(self.chat.id, request)
        await self.bridge.settle()
        return await self.ref()

    async def ref(self) -> str:
        """The case's name there."""
        query = "select case_ref from outside_cases order by escalation_id desc limit 1"
        return str(await self.pool.fetchval(query))

    async def hears(self, webhook: tuple[dict[str, str], bytes]) -> int:
        """A webhook comes, and what it asks for is done."""
        new = await self.bridge.receive(*webhook)
        await self.bridge.settle()
        return new

    async def later(self, **span: float) -> None:
        """Time passes, and what is due is done."""
        self.clock.advance(timedelta(**span))
        await self.bridge.settle()

    async def customer_heard(self) -> list[str]:
        """What people at the other desk said to the customer."""
        return [text for role, text in await self.chat.lines() if role == "agent"]


@pytest_asyncio.fixture(params=sorted(DESKS))
async def seam(
    request: pytest.FixtureRequest, desk: Desk, chat: Chat, clock: StepClock, database: Pool
) -> AsyncIterator[Seam]:
    """Each desk in turn behind the same bridge."""
    async with DESKS[request.param]() as (adapter, there):
        phrases = desk.escalations.phrases
        options: Any = {"on_resolve": OnResolve.CLOSE, "alarm_after": timedelta(minutes=2)}
        yield Seam(Bridge.of(adapter, desk, phrases, **options), there, desk, chat, clock, database)


async def test_a_request_comes_with_its_card_its_past_and_the_last_question(seam: Seam) -> None:
    ref = await seam.ask()

    told = seam.there.told(ref)
    assert [kind for kind, _ in told] == ["note", "note", "incoming"]
    assert "F26112100012" in told[0][1]
    assert "家里停电了" in told[1][1]
    assert told[2][1] == "家里停电了"


async def test_lines_go_both_ways_and_the_first_word_takes_the_conversation(seam: Seam) -> None:
    ref = await seam.ask()

    await seam.hears(seam.there.agent_writes(ref, "您好，我来看看", seam.clock.now()))
    await seam.chat.write("快一点")
    await seam.bridge.settle()

    assert await seam.customer_heard() == ["您好，我来看看"]
    assert await seam.chat.owner() == ("agent", 2, f"{seam.name}-12")
    assert ("incoming", "快一点") in seam.there.told(ref)


async def test_what_the_other_desk_said_is_not_told_back_to_it(seam: Seam) -> None:
    ref = await seam.ask()

    await seam.hears(seam.there.agent_writes(ref, "您好", seam.clock.now()))
    for echo in seam.there.echoes(seam.clock.now()):
        await seam.hears(echo)

    assert [text for _, text in seam.there.told(ref)].count("您好") == 1
    assert await seam.customer_heard() == ["您好"]


async def test_the_bot_is_silent_from_the_taking_on(seam: Seam, database: Pool) -> None:
    ref = await seam.ask()

    await seam.hears(seam.there.agent_takes(ref, seam.clock.now()))

    assert (await seam.chat.owner())[0] == "agent"
    assert (await seam.chat.events())[-1] == "escalation.accepted"


async def test_an_event_that_comes_again_is_done_once(seam: Seam) -> None:
    ref = await seam.ask()
    webhook = seam.there.agent_writes(ref, "只说一遍", seam.clock.now())

    assert await seam.hears(webhook) == 1
    assert await seam.hears(webhook) == 0

    assert await seam.customer_heard() == ["只说一遍"]


async def test_a_private_note_there_is_a_note_here(seam: Seam) -> None:
    ref = await seam.ask()

    await seam.hears(seam.there.agent_writes(ref, "客户很急", seam.clock.now(), private=True))

    assert ("note", "客户很急") in await seam.chat.lines()
    assert await seam.customer_heard() == []


async def test_resolving_ends_the_service(seam: Seam) -> None:
    ref = await seam.ask()
    await seam.hears(seam.there.agent_takes(ref, seam.clock.now()))

    await seam.hears(seam.there.agent_resolves(ref, seam.clock.now()))

    assert (await seam.chat.owner())[0] == "bot"
    assert (await seam.chat.events())[-1] == "escalation.closed"


async def test_resolving_what_nobody_served_leaves_the_customer_in_our_queue(seam: Seam) -> None:
    ref = await seam.ask(DANGER)

    await seam.hears(seam.there.agent_resolves(ref, seam.clock.now()))

    assert (await seam.chat.owner())[0] == "queue"


async def test_a_customer_who_leaves_the_queue_is_resolved_there(seam: Seam) -> None:
    ref = await seam.ask()

    await seam.desk.leave_queue(seam.chat.id)
    await seam.bridge.settle()

    assert seam.there.status(ref) == "resolved"


async def test_another_agent_there_takes_over_from_a_colleague_there(seam: Seam) -> None:
    ref = await seam.ask()
    await seam.hears(seam.there.agent_writes(ref, "我是十二号", seam.clock.now()))

    await seam.hears(seam.there.agent_writes(ref, "我是十三号", seam.clock.now(), agent=13))

    assert (await seam.chat.owner())[2] == f"{seam.name}-13"
    assert await seam.customer_heard() == ["我是十二号", "我是十三号"]


async def test_what_our_own_agent_holds_is_not_spoken_into(seam: Seam, jiang: AgentIdentity) -> None:
    ref = await seam.ask()
    await seam.desk.take_over(seam.chat.id, jiang)

    await seam.hears(seam.there.agent_writes(ref, "我也来说一句", seam.clock.now()))

    assert await seam.customer_heard() == []
    assert any(kind == "note" and "江一苇" in text and "我也来说一句" in text for kind, text in seam.there.told(ref))


async def test_writing_after_the_end_reopens_and_goes_on_in_the_same_case(seam: Seam) -> None:
    ref = await seam.ask()
    await seam.hears(seam.there.agent_takes(ref, seam.clock.now()))
    await seam.hears(seam.there.agent_resolves(ref, seam.clock.now()))

    await seam.hears(seam.there.agent_writes(ref, "还有一件事忘了说", seam.clock.now()))
    await seam.chat.write("您说")
    await seam.bridge.settle()

    assert await seam.customer_heard() == ["还有一件事忘了说"]
    assert ("incoming", "您说") in seam.there.told(ref)


async def test_while_it_is_down_nothing_is_lost_and_nothing_is_told_twice(seam: Seam) -> None:
    ref = await seam.ask()
    seam.there.down = True
    await seam.chat.write("第一句")
    await seam.chat.write("第二句")
    await seam.bridge.settle()
    await seam.later(seconds=30)
    seam.there.down = False

    await seam.later(minutes=6)
    await seam.later(minutes=6)

    said = [text for kind, text in seam.there.told(ref) if kind == "incoming"]
    assert said[-2:] == ["第一句", "第二句"]
    assert len(said) == 3


async def test_an_answer_that_is_lost_after_the_deed_doubles_nothing(seam: Seam) -> None:
    seam.there.swallow = 3
    await seam.desk.request(seam.chat.id, ASKED)

    for _ in range(6):
        await seam.later(minutes=6)

    told = seam.there.told(await seam.ref())
    assert [kind for kind, _ in told] == ["note", "note", "incoming"]


async def test_danger_calls_our_own_desk_at_the_first_failure_and_is_told_there_later(seam: Seam) -> None:
    seam.there.down = True
    await seam.desk.request(seam.chat.id, DANGER)
    await seam.bridge.settle()

    assert (await seam.chat.events())[-1] == "escalation.outside_failed"
    assert (await seam.chat.owner())[0] == "queue"

    seam.there.down = False
    await seam.later(minutes=1)
    assert "家里停电了" in [text for _, text in seam.there.told(await seam.ref())]


async def test_others_call_our_own_desk_after_a_while_and_once(seam: Seam) -> None:
    seam.there.refusing = True
    await seam.desk.request(seam.chat.id, ASKED)
    await seam.bridge.settle()
    assert "escalation.outside_failed" not in await seam.chat.events()

    await seam.later(minutes=3)
    await seam.later(minutes=10)

    assert (await seam.chat.events()).count("escalation.outside_failed") == 1


async def test_an_unsigned_a_forged_and_an_old_webhook_are_refused(seam: Seam) -> None:
    ref = await seam.ask()
    headers, body = seam.there.agent_writes(ref, "假的", seam.clock.now())
    told = {"event": "message_created"}

    with pytest.raises(EventForged):
        await seam.bridge.receive({}, body)
    with pytest.raises(EventForged):
        await seam.bridge.receive(headers, body + b" ")
    with pytest.raises(EventForged):
        await seam.bridge.receive(*seam.there.signed(told, seam.clock.now(), secret="another"))
    with pytest.raises(EventStale):
        await seam.bridge.receive(*seam.there.signed(told, seam.clock.now() - timedelta(minutes=6)))
    assert await seam.customer_heard() == []


async def test_a_case_nobody_knows_does_nothing(seam: Seam) -> None:
    ref = await seam.ask()
    headers_and_body = seam.there.agent_takes(ref, seam.clock.now())
    await seam.pool.execute("update outside_cases set case_ref = 'gone'")

    await seam.hears(headers_and_body)

    assert (await seam.chat.owner())[0] == "queue"
    assert await seam.pool.fetchval("select outcome from outside_events") == "unknown_case"


async def test_two_workers_carry_everything_once(seam: Seam) -> None:
    ref = await seam.ask()
    for number in range(8):
        await seam.chat.write(f"第{number}句")

    await asyncio.gather(*(seam.bridge.settle() for _ in range(4)))

    said = [text for kind, text in seam.there.told(ref) if kind == "incoming"]
    assert said == ["家里停电了", *[f"第{number}句" for number in range(8)]]


SENSELESS = {"nothing": b"", "list": b"[]", "no event": b"{}", "no message": b'{"event": "message_created"}'}


@pytest.mark.parametrize("body", SENSELESS.values(), ids=SENSELESS)
async def test_a_signed_body_of_no_sense_is_refused(body: bytes, clock: StepClock) -> None:
    async with chatwoot() as (adapter, _):
        moment = str(int(clock.now().timestamp()))
        headers = {"x-chatwoot-timestamp": moment, "x-chatwoot-signature": sign(SECRET, moment, body)}

        with pytest.raises(BadRequest):
            adapter.read(headers, body, at=clock.now())
