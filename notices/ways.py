"""What became of a try, and what follows: the next way, a call, the end; every change of a notice's state is here.

Every function runs in the caller's transaction and holds the notice's row.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from handoff import transcript
from handoff.delivery import call_list
from runtime.postgres import Connection

_TRY = """
    insert into notice_tries (notice_id, try_no, way, at, result, reason, settled_at)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (notice_id, try_no) do update
        set result = excluded.result, reason = excluded.reason, settled_at = excluded.settled_at
"""
# The try and the notice's word of it are one statement: each of a hundred thousand costs one round trip less.
_SENT = """
    with tried as (
        insert into notice_tries (notice_id, try_no, way, at, result) values ($1, $2, $7, $3, 'sent')
        on conflict (notice_id, try_no) do update set result = 'sent', reason = '', settled_at = null
    )
    update notices set state = 'sent', tries = $2, sent_at = $3, conversation_id = $4, seq = $5, receipt = $6
    where notice_id = $1
"""
_ARRIVED = """
    with ended as (
        update notices set state = 'final', outcome = 'delivered', reason = '', final_at = $2
        where {which} returning notice_id, tries, way
    )
    insert into notice_tries (notice_id, try_no, way, at, result, settled_at)
    select notice_id, tries, way, $2, 'delivered', $2 from ended
    on conflict (notice_id, try_no) do update
        set result = excluded.result, reason = excluded.reason, settled_at = excluded.settled_at
    returning notice_id
"""
_ARRIVED_ALL = _ARRIVED.format(which="notice_id = any($1)")
_ARRIVED_BY_RECEIPT = _ARRIVED.format(which="way = 'sms' and receipt = $1 and state = 'sent'")
_FINAL = "update notices set state = 'final', outcome = $2, reason = $3, final_at = $4 where notice_id = $1"
_NEXT = """
    update notices set state = 'planned', way = $2, due_at = $3, conversation_id = null, seq = null, receipt = null
    where notice_id = $1
"""
# Something newer of the same story was planned for the person since: the older one is not begun again behind it.
_NEWER = """
    select exists (
        select from notice_facts own join notice_facts f
            on (f.family, f.subject, f.story) = (own.family, own.subject, own.story) and f.fact_id <> own.fact_id
        join notices n on n.fact_id = f.fact_id and n.person = $2
        where own.fact_id = $1 and n.notice_id > $3 and n.outcome is distinct from 'void'
    )
"""
_PUT_OFF = "update notices set state = 'planned', due_at = $2 where notice_id = $1"
_CALL = """
    insert into notice_calls (fact_id, notice_id, account_no, phone, reason, made_at, call_by)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (fact_id, account_no) do update set notice_id = coalesce(notice_calls.notice_id, excluded.notice_id)
"""
# The line is told another way: it must not be delivered any more, nor stand on the door's own list of calls.
_WITHDRAW = """
    update messages set owed = false, rest = null,
        delivery = case when delivery = 'pending' and sent_at is null then 'suppressed' else delivery end
    where conversation_id = $1 and seq = $2
"""
_HAS_IT = "select exists (select from notice_tries where notice_id = $1 and result = 'delivered')"
WITHDRAWN = "suppressed"


async def sent(connection: Connection, row: Any, now: datetime, *, seq: int | None = None, receipt: str = "") -> None:
    """A channel's outbox or a gateway has it; `row` is the notice as it was taken."""
    try_no = row["tries"] + 1
    where = row["addresses"][row["way"]] if seq is not None else None
    await connection.execute(_SENT, row["notice_id"], try_no, now, where, seq, receipt or None, row["way"])


async def arrived(connection: Connection, notice_ids: Sequence[int], now: datetime) -> None:
    """The channels have accepted them for certain, or the network says that they are there: their newest try did it."""
    await connection.execute(_ARRIVED_ALL, notice_ids, now)


async def arrived_by_receipt(connection: Connection, receipt: str, now: datetime) -> bool:
    """Ends the SMS that was sent under a gateway's receipt and waits for its report; false: none does."""
    return await connection.fetchval(_ARRIVED_BY_RECEIPT, receipt, now) is not None


async def failed(connection: Connection, row: Any, reason: str, now: datetime, *, counted: bool = False) -> None:
    """This way did not reach the person: the next one is tried, and behind the last a person calls.

    Args:
        connection: the caller's transaction.
        row: the notice; its line, if it has one, is withdrawn.
        reason: why.
        now: the moment.
        counted: the try is in the book already (it was sent).
    """
    try_no = row["tries"] if counted else row["tries"] + 1
    await connection.execute(_TRY, row["notice_id"], try_no, row["way"], now, "failed", reason[:200], now)
    if not counted:
        await connection.execute("update notices set tries = $2 where notice_id = $1", row["notice_id"], try_no)
    await withdraw(connection, row, now)
    if await _overtaken(connection, row, now):
        return
    way = next_way(row["ways"], row["way"])
    if way:
        await connection.execute(_NEXT, row["notice_id"], way, now)
        return
    await give_up(connection, row, reason, now)


async def give_up(connection: Connection, row: Any, reason: str, now: datetime) -> None:
    """No way is left: the ledger says so, and the account is on the list of calls.

    Who has it by an earlier way and was only asked to confirm it by another one has it all the same.
    """
    has_it = await connection.fetchval(_HAS_IT, row["notice_id"])
    outcome, reason = ("delivered", "no_receipt") if has_it else ("undelivered", reason[:200])
    await connection.execute(_FINAL, row["notice_id"], outcome, reason, now)
    if row["account_no"]:
        phone = row["addresses"].get("sms", "")
        values = (row["fact_id"], row["notice_id"], row["account_no"], phone, reason, now, row["deadline"])
        await connection.execute(_CALL, *values)


async def void(connection: Connection, notice_id: int, reason: str, now: datetime) -> None:
    """What it says is true no more: nobody is told."""
    await connection.execute(_FINAL, notice_id, "void", reason, now)


async def withdraw(connection: Connection, row: Any, now: datetime) -> None:
    """Takes back the line that was written for it, if there is one."""
    if row["seq"] is None:
        return
    await transcript.lock(connection, row["conversation_id"])
    await connection.execute(_WITHDRAW, row["conversation_id"], row["seq"])
    await call_list.withdraw(connection, row["conversation_id"], [row["seq"]], at=now)


async def again(connection: Connection, row: Any, now: datetime) -> None:
    """The same way once more: a person took the conversation over, and the line goes as the system's."""
    await connection.execute(_TRY, row["notice_id"], row["tries"], row["way"], now, "away", WITHDRAWN, now)
    if not await _overtaken(connection, row, now):
        await connection.execute(_NEXT, row["notice_id"], row["way"], now)


async def put_off(connection: Connection, row: Any, due: datetime, now: datetime) -> None:
    """The gateway is away: the same way again later, unless the person hears something newer meanwhile."""
    if not await _overtaken(connection, row, now):
        await connection.execute(_PUT_OFF, row["notice_id"], due)


async def _overtaken(connection: Connection, row: Any, now: datetime) -> bool:
    """Ends a notice that is older than what the person hears, or heard, by now; false: it is the newest."""
    if not await connection.fetchval(_NEWER, row["fact_id"], row["person"], row["notice_id"]):
        return False
    await connection.execute(_FINAL, row["notice_id"], "superseded", "a newer fact took its place", now)
    return True


def next_way(ways: list[str], way: str) -> str:
    """Returns the way behind this one; none: empty."""
    at = ways.index(way) + 1 if way in ways else 0
    return ways[at] if at < len(ways) else ""
