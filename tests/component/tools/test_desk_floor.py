"""The demo floor is filled through the real transitions: what it leaves is what a desk could have left."""

from __future__ import annotations

from argparse import Namespace

from runtime.postgres import Pool
from tests.component.handoff.chats import START
from tools import desk_floor


async def test_a_floor_is_filled_with_people_and_chats(database: Pool) -> None:
    await desk_floor.fill(database, START, Namespace(agents=4, chats=10, past=6, seed=7))

    states = dict(await database.fetch("select state, count(*) from escalations group by state"))
    assert (states["waiting"], states["serving"]) == (2, 8)
    assert sum(states.values()) == 16
    assert await database.fetchval("select count(*) from agents where role = 'agent'") == 4


async def test_nobody_is_left_without_an_owner(database: Pool) -> None:
    await desk_floor.fill(database, START, Namespace(agents=4, chats=10, past=6, seed=7))

    orphans = await database.fetchval(
        "select count(*) from conversations c where (owner <> 'bot') <> exists (select from escalations e"
        " where e.conversation_id = c.conversation_id and e.state in ('waiting', 'offered', 'serving'))"
    )
    assert orphans == 0
