"""Matters that run against a clock, for the tests of the watch: people of the desk, chats, promises, orders."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from conversation.message import Role
from handoff import transcript
from handoff.desk_help import promises
from handoff.desk_help.promises import PromiseState
from runtime.postgres import Pool, transaction
from tests.component.notices.company import AnyClock, Company, Room

CHAT = "wechat:wx_q"
ORDER = {"kind": "complaint", "case_type": "x", "owner": "", "parent_no": None}
ASKED = {"channel": "wechat", "channel_user": "wx_q"}
_AGENT = "insert into agents (agent_id, name, role, password_hash) values ($1, $2, $3, '') on conflict do nothing"


async def staff(pool: Pool) -> None:
    """An agent, a supervisor and the manager on duty."""
    for row in (("a1", "林晓", "agent"), ("s1", "组长", "supervisor"), ("m1", "值班长", "agent")):
        await pool.execute(_AGENT, *row)


async def promised(room: Room, due: datetime, *, text: str = "师傅今天到", confirmed: bool = True) -> int:
    """An agent promises the customer something."""
    async with transaction(room.pool) as connection:
        await transcript.open_conversation(connection, CHAT, at=room.clock.now())
        made = await promises.make(connection, CHAT, "a1", text, due, at=room.clock.now(), confirmed=confirmed)
    assert made
    return made


async def moved(room: Room, number: int, due: datetime) -> None:
    """The agent gives it another time."""
    async with transaction(room.pool) as connection:
        await promises.confirm(connection, number, due_at=due, by="a1", at=room.clock.now())


async def kept(room: Room, number: int) -> None:
    """It was kept."""
    async with transaction(room.pool) as connection:
        await promises.end(connection, number, PromiseState.KEPT, by="a1", at=room.clock.now())


async def agent_says(room: Room, text: str) -> None:
    """An agent writes to the customer."""
    async with transaction(room.pool) as connection:
        owned = await transcript.lock(connection, CHAT)
        line = await transcript.append(
            connection, CHAT, Role.AGENT, {"text": text}, at=room.clock.now(), epoch=owned.epoch
        )
        await connection.execute(
            "update messages set agent_id = 'a1' where conversation_id = $1 and seq = $2", CHAT, line.seq
        )


def order(company: Company, clock: AnyClock, what: str, due: datetime | None, **more: Any) -> None:
    """The company tells of a complaint of that chat."""
    given = {"status": "dispatched", "filed": company.filed.isoformat(), "due": due.isoformat() if due else None}
    company.tell(f"order.{what}", "T26112100001", data={**ORDER, **ASKED, **given, **more})


async def rung(room: Room) -> list[tuple[str, str, str]]:
    """Lists the pings of the watch: kind, what about, and whom."""
    rows = await room.pool.fetch("select kind, about, agent_id from pings where kind like 'watch_%' order by ping_id")
    return [(row["kind"].removeprefix("watch_"), row["about"], row["agent_id"]) for row in rows]
