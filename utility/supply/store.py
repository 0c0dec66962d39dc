"""Cases of the ladder, cuts and reconnects: the SQL."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from runtime.clock import SHANGHAI
from runtime.postgres import Connection
from utility.supply.values import Reconnect, Step, SupplyCase

_RECONNECT = """
    select reconnect_no, account_no, kind, state, requested_at, due_at, order_no, done_at, ends_at from reconnects
"""


async def to_check(connection: Connection, today: date, most: int) -> list[str]:
    """Lists the accounts to look at: once a day who owes or is prepaid, always who has a letter."""
    rows = await connection.fetch(
        """select account_no from accounts a join (
            select account_no from supply_cases c where state = 'open' and exists (
                select from supply_steps s where s.case_no = c.case_no and s.step in ('letter', 'final'))
            union select account_no from bills where status = 'unpaid' and due < $1
            union select account_no from accounts where billing = 'prepaid'
            union select account_no from supply_cases where state <> 'closed') as known using (account_no)
        left join supply_checks k using (account_no)
        where a.status = 'active' and (k.checked_on is distinct from $1 or exists (
            select from supply_cases c join supply_steps s using (case_no)
            where c.account_no = a.account_no and c.state = 'open' and s.step in ('letter', 'final')))
        order by k.checked_on nulls first, account_no limit $2""",
        *(today, most),
    )
    return [row["account_no"] for row in rows]


async def note_check(connection: Connection, account_no: str, today: date) -> None:
    """Notes that an account was looked at today."""
    await connection.execute(
        """insert into supply_checks values ($1, $2)
        on conflict (account_no) do update set checked_on = excluded.checked_on""",
        *(account_no, today),
    )


async def case(connection: Connection, account_no: str) -> SupplyCase | None:
    """Reads the case of an account that is not closed, with its steps."""
    row = await connection.fetchrow(
        "select case_no, account_no, state from supply_cases where account_no = $1 and state <> 'closed'", account_no
    )
    if row is None:
        return None
    steps = await connection.fetch(
        "select step, at, note, cut_on from supply_steps where case_no = $1 order by step_no", row["case_no"]
    )
    done = tuple(Step(s["step"], s["at"].astimezone(SHANGHAI), int(s["note"] or 0), s["cut_on"]) for s in steps)
    return SupplyCase(row["case_no"], row["account_no"], row["state"], done)


async def open_case(connection: Connection, account_no: str, billing: str, at: datetime) -> int:
    """Opens a case."""
    number = await connection.fetchval(
        """insert into supply_cases (account_no, billing, opened_at, state) values ($1, $2, $3, 'open')
        returning case_no""",
        *(account_no, billing, at),
    )
    return int(number)


async def add_step(connection: Connection, case_no: int, step: Step, amount: Decimal) -> None:
    """Writes a step."""
    await connection.execute(
        """insert into supply_steps (case_no, step_no, step, at, amount, cut_on, note)
        select $1, coalesce(max(step_no), 0) + 1, $2, $3, $4, $5, $6 from supply_steps where case_no = $1""",
        *(case_no, step.step, step.at, amount, step.cut_on, str(step.rank) if step.rank else ""),
    )


async def set_case(connection: Connection, case_no: int, state: str, at: datetime) -> None:
    """Moves a case on."""
    await connection.execute(
        "update supply_cases set state = $2, closed_at = case when $2 = 'closed' then $3::timestamptz end"
        " where case_no = $1",
        *(case_no, state, at),
    )


async def set_status(connection: Connection, account_no: str, status: str) -> None:
    """Marks an account as having power or being cut off."""
    await connection.execute("update accounts set status = $2 where account_no = $1", account_no, status)


async def note_cut(connection: Connection, account_no: str, reason: str, case: SupplyCase, at: datetime) -> None:
    """Keeps when and why an account was cut, and when it was told."""
    noticed = {step.step: step.at for step in case.steps}
    await connection.execute(
        """insert into account_cut_offs (account_no, reason, noticed_at, last_noticed_at, cut_at)
        values ($1, $2, $3, $4, $5) on conflict (account_no) do update set reason = excluded.reason,
        noticed_at = excluded.noticed_at, last_noticed_at = excluded.last_noticed_at, cut_at = excluded.cut_at""",
        *(account_no, reason, noticed.get("letter", at), noticed.get("final", at), at),
    )


async def forget_cut(connection: Connection, account_no: str) -> None:
    """Forgets the cut of an account that has power again."""
    await connection.execute("delete from account_cut_offs where account_no = $1", account_no)


async def hard_weather(connection: Connection, since: date) -> frozenset[date]:
    """Lists the days from `since` on which nobody is cut."""
    rows = await connection.fetch("select day from hard_weather where day >= $1", since)
    return frozenset(row["day"] for row in rows)


async def note_hard_weather(connection: Connection, day: date, by: str) -> None:
    """Notes a day on which nobody is cut."""
    await connection.execute("insert into hard_weather values ($1, $2) on conflict do nothing", day, by)


async def warning_limit(connection: Connection, account_no: str) -> Decimal | None:
    """Reads the balance below which a customer wants to be warned; None: the company's own rule."""
    value = await connection.fetchval("select warning_limit from supply_settings where account_no = $1", account_no)
    return None if value is None else Decimal(value)


async def set_warning_limit(connection: Connection, account_no: str, limit: Decimal, at: datetime) -> None:
    """Keeps the balance below which a customer wants to be warned."""
    await connection.execute(
        """insert into supply_settings values ($1, $2, $3)
        on conflict (account_no) do update set warning_limit = excluded.warning_limit, set_at = excluded.set_at""",
        *(account_no, limit, at),
    )


async def voltage(connection: Connection, account_no: str) -> str:
    """Reads the voltage of an account's supply."""
    return str(await connection.fetchval("select voltage from accounts where account_no = $1", account_no))


async def save_reconnect(connection: Connection, reconnect: Reconnect, by: str) -> None:
    """Writes a reconnect."""
    await connection.execute(
        """insert into reconnects (reconnect_no, account_no, kind, state, requested_at, requested_by, due_at)
        values ($1, $2, $3, $4, $5, $6, $7)""",
        *(reconnect.reconnect_no, reconnect.account_no, reconnect.kind, reconnect.state, reconnect.requested_at),
        *(by, reconnect.due_at),
    )


async def reconnect(connection: Connection, reconnect_no: str) -> Reconnect | None:
    """Reads a reconnect."""
    row = await connection.fetchrow(f"{_RECONNECT} where reconnect_no = $1", reconnect_no)
    return Reconnect(**row) if row else None


async def latest(connection: Connection, account_no: str, kind: str) -> Reconnect | None:
    """Reads the newest reconnect of an account and kind."""
    row = await connection.fetchrow(
        f"{_RECONNECT} where account_no = $1 and kind = $2 order by requested_at desc, reconnect_no desc limit 1",
        *(account_no, kind),
    )
    return Reconnect(**row) if row else None


async def waiting(connection: Connection, now: datetime, most: int) -> list[Reconnect]:
    """Lists reconnects that a round has to do something about: not done by remote, or temporary and over."""
    rows = await connection.fetch(
        f"""{_RECONNECT} where state = 'remote' or (state = 'done' and kind = 'temporary' and ends_at <= $1)
        order by requested_at limit $2""",
        *(now, most),
    )
    return [Reconnect(**row) for row in rows]


async def set_reconnect(
    connection: Connection,
    reconnect_no: str,
    state: str,
    *,
    order_no: str | None = None,
    done_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> None:
    """Moves a reconnect on."""
    await connection.execute(
        """update reconnects set state = $2, order_no = coalesce($3, order_no), done_at = coalesce($4, done_at),
        ends_at = coalesce($5, ends_at) where reconnect_no = $1""",
        *(reconnect_no, state, order_no, done_at, ends_at),
    )
