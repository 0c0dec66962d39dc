"""What runs out at the desk: who sees what, the wall, and the shape of it."""

from __future__ import annotations

from datetime import timedelta

from handoff.notices import watches
from handoff.notices.watches import Matter
from runtime.postgres import Pool, transaction
from tests.component.console.desk_server import Person
from tests.component.console.test_contract import _check
from tests.component.handoff.chats import StepClock


async def _watch(pool: Pool, clock: StepClock, kind: str, ref: str, minutes: int, owner: str | None) -> None:
    now = clock.now()
    matter = Matter(kind, ref, now, now + timedelta(minutes=minutes), title="18点前到，电话13800001001", owner=owner)
    async with transaction(pool) as connection:
        await watches.see(connection, matter, now)


async def test_an_agent_sees_their_own_and_a_supervisor_what_runs_out_of_everybody(
    agent: Person, supervisor: Person, clock: StepClock, database: Pool
) -> None:
    await _watch(database, clock, "order", "T1", 90, "K0104")
    await _watch(database, clock, "call", "7", 30, None)

    own = await agent.get("/api/watches?scope=mine")
    whole = await supervisor.get("/api/watches?scope=all")
    refused = await agent.get("/api/watches?scope=all")

    assert [(one["kind"], one["title"]) for one in own.body["watches"]] == [("order", "18点前到，电话138****1001")]
    assert [one["ref"] for one in whole.body["watches"]] == ["7", "T1"]
    assert refused.status == 403
    _check("console.openapi.yml", "#/components/schemas/Watch", own.body["watches"][0])


async def test_what_ran_out_and_calls_that_were_not_made_stand_on_the_wall(
    supervisor: Person, clock: StepClock, database: Pool
) -> None:
    await _watch(database, clock, "order", "T1", 5, None)
    await _watch(database, clock, "call", "7", 5, None)
    before = (await supervisor.get("/api/wall")).body["alarms"]
    clock.advance(timedelta(minutes=6))

    after = (await supervisor.get("/api/wall")).body["alarms"]

    assert before == []
    assert [(one["kind"], one["count"]) for one in after] == [("call_missed", 1), ("ran_out", 1)]
