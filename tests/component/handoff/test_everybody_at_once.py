"""Everybody at once: agents, customer, bot and two sweepers in tasks of their own; the books agree at the end."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conversation.reply import HandoffRequest
from handoff.escalations import Escalations
from runtime.postgres import Pool
from tests.component.handoff.stage import Stage, attempt

ASKED = HandoffRequest("billing", "asked")

ACTS: dict[str, Callable[[Stage], Awaitable[object]]] = {
    "write": lambda stage: stage.write(0),
    "turn": lambda stage: _whole_turn(stage),
    "deliver": lambda stage: _deliver_all(stage),
    "ask": lambda stage: stage.desk.request(stage.chats[0].id, ASKED),
    "leave": lambda stage: stage.desk.leave_queue(stage.chats[0].id),
    "take": lambda stage: stage.desk.take_over(stage.chats[0].id, random.choice(stage.agents)),
    "say": lambda stage: stage.say(0, random.randrange(4)),
    "return": lambda stage: stage.desk.return_to_bot(stage.chats[0].id, stage.agents[0], "note"),
    "close": lambda stage: stage.desk.close(stage.chats[0].id, stage.agents[1], "done"),
    "sweep": lambda stage: stage.round(random.randrange(2)),
    "late": lambda stage: _later(stage),
    "accept": lambda stage: _answer_offer(stage, accept=True),
    "decline": lambda stage: _answer_offer(stage, accept=False),
    "pass on": lambda stage: stage.ask_for(0, random.randrange(4), random.choice(["K0105", "billing"])),
    "take on": lambda stage: _take_on(stage),
}
programs = st.lists(st.lists(st.sampled_from(sorted(ACTS)), min_size=1, max_size=8), min_size=3, max_size=5)


async def _whole_turn(stage: Stage) -> None:
    await stage.finish(await stage.begin(0))


async def _deliver_all(stage: Stage) -> None:
    for _ in await stage.pending(0):
        await stage.deliver(0)


async def _later(stage: Stage) -> None:
    stage.clock.advance(timedelta(seconds=random.choice([5, 21, 121])))
    await stage.beat(range(4))


async def _answer_offer(stage: Stage, *, accept: bool) -> None:
    now = await stage.state(0)
    who = next((one for one in stage.agents if one.agent_id == now["offered_to"]), stage.agents[0])
    number = now["escalation_id"] or 0
    await (stage.desk.accept(number, who) if accept else stage.desk.decline(number, who, "busy"))


async def _take_on(stage: Stage) -> None:
    number = await stage.transfers(0)
    if number is not None:
        await stage.desk.accept_transfer(number, random.choice(stage.agents))


async def _perform(stage: Stage, program: list[str]) -> None:
    for name in program:
        await attempt(ACTS[name](stage))  # somebody else was faster; what matters is what the books say at the end


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs=programs, seed=st.integers(0, 2**16))
async def test_everybody_at_once_keeps_one_voice(
    database: Pool, escalations: Escalations, programs: list[list[str]], seed: int
) -> None:
    random.seed(seed)
    count = await database.fetchval("select count(*) from conversations")
    stage = await Stage.open(database, escalations, f"crowd-{count}")

    await asyncio.gather(*(_perform(stage, program) for program in programs))

    await stage.check()
