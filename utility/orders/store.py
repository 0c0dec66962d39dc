"""Work orders and their timelines: the SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from runtime.postgres import Connection
from utility.orders.values import Change, WorkOrder

COLUMNS = tuple(f.name for f in fields(WorkOrder))
CHANGE_COLUMNS = ("order_no", "step_no", "at", "actor", "what", "from_state", "to_state", "note", "data")
# What an order was filed as never changes.
_FILED = frozenset({"order_no", "kind", "account_no", "channel", "channel_user", "parent_no", "filed_at"})
_CHANGING = tuple(name for name in COLUMNS if name not in _FILED)
_LIST = ", ".join(f"o.{name}" for name in COLUMNS)
_SELECT = f"select {_LIST} from work_orders o"


def row_of(order: WorkOrder) -> tuple[Any, ...]:
    """Writes an order as a row of COLUMNS."""
    return tuple(_plain(getattr(order, name)) for name in COLUMNS)


def order_of(row: Any) -> WorkOrder:
    """Reads an order from a row of COLUMNS."""
    return WorkOrder(**{**{name: row[name] for name in COLUMNS}, "warned": tuple(row["warned"])})


async def order(connection: Connection, order_no: str) -> WorkOrder | None:
    """Reads an order."""
    row = await connection.fetchrow(f"{_SELECT} where o.order_no = $1", order_no)
    return order_of(row) if row else None


async def hold(connection: Connection, order_no: str) -> WorkOrder | None:
    """Reads an order and keeps everybody else from changing it until the transaction ends."""
    row = await connection.fetchrow(f"{_SELECT} where o.order_no = $1 for update", order_no)
    return order_of(row) if row else None


async def region_of(connection: Connection, area_id: str) -> str | None:
    """Names the region of an area."""
    found: str | None = await connection.fetchval("select region_id from transformer_areas where area_id = $1", area_id)
    return found


async def insert(connection: Connection, order: WorkOrder) -> bool:
    """Writes a new order; returns whether it was written: not, when the customer has an active one of the subject."""
    marks = ", ".join(f"${n}" for n in range(1, len(COLUMNS) + 1))
    written = await connection.fetchval(
        f"""insert into work_orders ({", ".join(COLUMNS)}) values ({marks})
        on conflict (customer, subject) where closed_at is null and subject <> '' do nothing returning 1""",
        *row_of(order),
    )
    return bool(written)


async def update(connection: Connection, order: WorkOrder) -> None:
    """Writes an order as it stands now; the caller holds it."""
    marks = ", ".join(f"{name} = ${n}" for n, name in enumerate(_CHANGING, 2))
    values = [_plain(getattr(order, name)) for name in _CHANGING]
    await connection.execute(f"update work_orders set {marks} where order_no = $1", order.order_no, *values)


async def active(connection: Connection, customer: str, subject: str) -> WorkOrder | None:
    """Finds the customer's active order of a subject; `customer` is the account or `<channel>:<user id>`."""
    row = await connection.fetchrow(
        f"{_SELECT} where o.customer = $1 and o.subject = $2 and o.subject <> '' and o.closed_at is null",
        *(customer, subject),
    )
    return order_of(row) if row else None


async def add_change(connection: Connection, order_no: str, change: Change) -> None:
    """Writes the next line of a timeline; the caller holds the order."""
    await connection.execute(
        """insert into work_order_changes
        select $1, coalesce(max(step_no), 0) + 1, $2, $3, $4, $5, $6, $7, $8
        from work_order_changes where order_no = $1""",
        *(order_no, change.at, change.actor, change.what, change.from_state, change.to_state, change.note),
        dict(change.data),
    )


async def changes(connection: Connection, order_no: str) -> list[Change]:
    """Reads a timeline."""
    rows = await connection.fetch(
        """select step_no, at, actor, what, from_state, to_state, note, data from work_order_changes
        where order_no = $1 order by step_no""",
        order_no,
    )
    return [Change(**row) for row in rows]


async def subs(connection: Connection, order_no: str, kind: str) -> list[WorkOrder]:
    """Lists an order's sub-orders of a kind, oldest first, and keeps others from changing them."""
    rows = await connection.fetch(
        f"{_SELECT} where o.parent_no = $1 and o.kind = $2 order by o.order_no for update", order_no, kind
    )
    return [order_of(row) for row in rows]


async def count_subs(connection: Connection, order_no: str, kind: str) -> int:
    """Counts an order's sub-orders of a kind."""
    found = await connection.fetchval(
        "select count(*) from work_orders where parent_no = $1 and kind = $2", order_no, kind
    )
    return int(found)


async def on_ladder(connection: Connection, now: datetime, most: int) -> list[WorkOrder]:
    """Takes orders whose next step of the ladder is due; those another process holds are left to it."""
    rows = await connection.fetch(
        f"{_SELECT} where o.ladder_at <= $1 order by o.ladder_at, o.order_no limit $2 for update skip locked",
        *(now, most),
    )
    return [order_of(row) for row in rows]


async def not_contacted(connection: Connection, now: datetime, most: int) -> list[WorkOrder]:
    """Takes orders whose customer nobody has spoken with in time, each until that has been told."""
    rows = await connection.fetch(
        f"""{_SELECT} where o.contact_by <= $1 and o.contacted_at is null and o.closed_at is null
        and not exists (select from work_order_changes c where c.order_no = o.order_no and c.what = 'contact_missed')
        order by o.contact_by, o.order_no limit $2 for update of o skip locked""",
        *(now, most),
    )
    return [order_of(row) for row in rows]


@dataclass(frozen=True)
class Wanted:
    """Which orders a list of the staff shows; what is empty does not matter. Secret ones are found by no account."""

    kind: str = ""
    state: str = ""
    owner: str = ""
    account_no: str = ""
    due_before: datetime | None = None
    open_only: bool = True
    after: tuple[datetime, str] | None = None
    most: int = 51
    secret: tuple[Sequence[str], Sequence[str]] = ((), ())


async def listed(connection: Connection, wanted: Wanted) -> list[WorkOrder]:
    """Lists orders for the staff, the oldest first."""
    after_at, after_no = wanted.after or (None, "")
    rows = await connection.fetch(
        f"""{_SELECT}
        where ($1 = '' or o.kind = $1) and ($2 = '' or coalesce(o.side_state, o.state) = $2)
          and ($3 = '' or o.owner = $3 or o.offered_to = $3) and ($4::timestamptz is null or o.due_at < $4)
          and (not $5 or o.closed_at is null)
          and ($9 = '' or (o.account_no = $9 and o.kind <> all($10) and o.secrecy <> all($11)))
          and ($6::timestamptz is null or (o.filed_at, o.order_no) > ($6, $7))
        order by o.filed_at, o.order_no limit $8""",
        *(wanted.kind, wanted.state, wanted.owner, wanted.due_before, wanted.open_only),
        *(after_at, after_no, wanted.most, wanted.account_no, *(list(hidden) for hidden in wanted.secret)),
    )
    return [order_of(row) for row in rows]


async def of_person(
    connection: Connection,
    channel: str,
    channel_user: str,
    account_nos: Sequence[str],
    *,
    secret: tuple[Sequence[str], Sequence[str]],
    open_only: bool,
    most: int,
    after: tuple[datetime, str] | None = None,
) -> list[WorkOrder]:
    """Lists what a person filed and what is on their accounts, newest first; secret kinds and ways only their own."""
    kinds, ways = secret
    at, no = after or (None, "")
    rows = await connection.fetch(
        f"""{_SELECT}
        where o.kind <> 'urge'
          and ((o.channel = $1 and o.channel_user = $2)
               or (o.account_no = any($3) and o.kind <> all($4) and o.secrecy <> all($5)))
          and (not $6 or o.closed_at is null) and ($7::timestamptz is null or (o.filed_at, o.order_no) < ($7, $8))
        order by o.filed_at desc, o.order_no desc limit $9""",
        *(channel, channel_user, list(account_nos), list(kinds), list(ways), open_only, at, no, most),
    )
    return [order_of(row) for row in rows]


async def last_urge(connection: Connection, order_no: str, channel: str, channel_user: str) -> WorkOrder | None:
    """Finds the newest urge of an order by somebody that was dispatched."""
    row = await connection.fetchrow(
        f"""{_SELECT} where o.parent_no = $1 and o.kind = 'urge' and o.channel = $2 and o.channel_user = $3
        and o.side_state is null order by o.filed_at desc, o.order_no desc limit 1""",
        *(order_no, channel, channel_user),
    )
    return order_of(row) if row else None


async def count_urges(connection: Connection, order_nos: Sequence[str]) -> dict[str, int]:
    """Counts the urges of each order."""
    rows = await connection.fetch(
        """select parent_no, count(*) as urges from work_orders where parent_no = any($1) and kind = 'urge'
        group by parent_no""",
        list(order_nos),
    )
    return {row["parent_no"]: row["urges"] for row in rows}


def _plain(value: Any) -> Any:
    """Writes a value as the driver takes it."""
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if hasattr(value, "keys") else value
