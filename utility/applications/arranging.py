"""What an account has arranged for a while (减容, 暂拆, 光伏) and its capacity: the SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from runtime.postgres import Connection


@dataclass(frozen=True)
class Arranged:
    """One arrangement, by the application that made it."""

    application_no: str
    kind: str
    since: date
    until: date | None
    kw: Decimal


async def arrange(connection: Connection, account_no: str, arranged: Arranged) -> None:
    """Writes an arrangement with the capacity there was before."""
    await connection.execute(
        """insert into account_arrangements (application_no, account_no, kind, since, until, kw, kw_before)
        select $1, account_no, $3, $4, $5, $6, capacity_kw from accounts where account_no = $2""",
        *(arranged.application_no, account_no, arranged.kind, arranged.since, arranged.until, arranged.kw),
    )


async def end(connection: Connection, account_no: str, kind: str, day: date) -> Decimal | None:
    """Ends the newest arrangement of a kind; returns the capacity there was before it."""
    before = await connection.fetchval(
        """update account_arrangements set ended_on = $3
        where application_no = (select application_no from account_arrangements
            where account_no = $1 and kind = $2 and ended_on is null order by since desc limit 1)
        returning kw_before""",
        *(account_no, kind, day),
    )
    return None if before is None else Decimal(before)


async def capacity(connection: Connection, account_no: str) -> Decimal:
    """Reads the capacity of an account."""
    return Decimal(await connection.fetchval("select capacity_kw from accounts where account_no = $1", account_no))


async def set_capacity(connection: Connection, account_no: str, kw: Decimal) -> None:
    """Writes the capacity; what is billed by kVA is billed by the new one."""
    await connection.execute(
        """update accounts set capacity_kw = $2,
            extra = case when extra ? 'kva' then jsonb_set(extra, '{kva}', to_jsonb($2::numeric)) else extra end
        where account_no = $1""",
        account_no,
        kw,
    )
