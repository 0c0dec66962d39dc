"""What one line costs does not grow with those that wait beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from notices import sending
from tests.component.notices.company import Company, Room
from tests.component.notices.conftest import TestClock

_MANY = 4_000
_BESIDE = """
    insert into notices (fact_id, story, person, account_no, place, elder, ways, addresses, way, due_at, deadline,
        made_at, state, outcome, final_at)
    select n.fact_id, n.story, 'web:v' || number, '', n.place, false, n.ways, n.addresses, n.way, n.due_at, n.deadline,
        n.made_at, case when number % 2 = 0 then 'planned' else 'final' end,
        case when number % 2 = 1 then 'delivered' end, case when number % 2 = 1 then n.made_at end
    from notices n, generate_series(1, $2) as number where n.person = $1
"""


async def _rows_read(room: Room, clock: TestClock) -> float:
    """How many rows of the tables were read to find the next line."""
    async with room.pool.acquire() as connection, connection.transaction():
        plan = await connection.fetchval(f"explain (analyze, format json) {sending._NOTICE}", "wechat", clock.now(), 1)
    found = plan if isinstance(plan, list) else json.loads(plan)
    return sum(
        node["Actual Loops"] * (node["Actual Rows"] + node.get("Rows Removed by Filter", 0))
        for node in _nodes(found[0]["Plan"])
        if "Relation Name" in node
    )


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


async def test_the_next_line_is_found_without_reading_those_that_wait(
    room: Room, company: Company, clock: TestClock
) -> None:
    company.outage("raised")
    await room.run()
    await room.pool.execute(_BESIDE, "wechat:wx_a", _MANY)
    await room.pool.execute("analyze notices, notice_facts")

    assert await _rows_read(room, clock) < 100
