"""Fault orders and their numbers: the SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from runtime.postgres import Connection
from utility.accounts.values import Person
from utility.faults.values import FaultOrder, FaultReport
from utility.outages.values import Step

# An order is open until power is back for it; a merged one follows its event, or else its main order.
_OPEN = """
    case when o.status <> 'merged' then o.status not in ('restored', 'replied', 'called_back', 'archived')
         when e.outage_no is not null then e.restored_at is null
         else m.status not in ('restored', 'replied', 'called_back', 'archived') end
"""
_ORDER = f"""
    select o.order_no, o.parent_no, o.outage_no, o.account_no, o.area_id, o.building,
           coalesce(a.city || a.region || a.street || a.estate, r.name || t.street || t.estate, '') as community,
           o.phone, coalesce(a.contact_phone, '') as contact_phone, o.channel, o.channel_user, o.status, o.severity,
           o.scope, o.symptom, o.danger_sign, o.crew, o.reported_at as reported, o.arrive_by,
           case when o.arrive_by is not null then r.arrive_minutes end as arrive_minutes,
           coalesce(e.eta, o.eta) as eta, {_OPEN} as open
    from fault_orders o
    left join fault_orders m on m.order_no = o.parent_no
    left join outages e on e.outage_no = o.outage_no
    left join accounts a on a.account_no = o.account_no
    left join transformer_areas t on t.area_id = o.area_id
    left join regions r on r.region_id = t.region_id
"""


async def next_sub_number(connection: Connection, main_no: str) -> str:
    """Takes the next sub-order number of a main order; the caller holds the area."""
    count = await connection.fetchval("select count(*) from fault_orders where parent_no = $1", main_no)
    return f"{main_no}-{count + 1:02d}"


async def order(connection: Connection, order_no: str) -> FaultOrder | None:
    """Reads an order with its timeline."""
    row = await connection.fetchrow(f"{_ORDER} where o.order_no = $1", order_no)
    return (await _with_steps(connection, [FaultOrder(**row)]))[0] if row else None


async def open_orders(connection: Connection, person: Person, account_nos: Sequence[str]) -> list[FaultOrder]:
    """Lists the open orders that `person` reported or that are on these accounts, newest first."""
    rows = await connection.fetch(
        f"""{_ORDER} where ((o.channel = $1 and o.channel_user = $2) or o.account_no = any($3)) and {_OPEN}
        order by o.reported_at desc, o.order_no desc""",
        person.channel,
        person.user_id,
        list(account_nos),
    )
    return await _with_steps(connection, [FaultOrder(**row) for row in rows])


async def open_main_orders(connection: Connection, area_id: str) -> list[FaultOrder]:
    """Lists the open orders of an area that stand alone or lead others and belong to no event, oldest first."""
    rows = await connection.fetch(
        f"""{_ORDER} where o.area_id = $1 and o.parent_no is null and o.outage_no is null and {_OPEN}
        order by o.reported_at, o.order_no""",
        area_id,
    )
    return [FaultOrder(**row) for row in rows]


async def group(connection: Connection, main_no: str) -> list[FaultOrder]:
    """Lists a main order and its sub-orders, oldest first."""
    rows = await connection.fetch(
        f"{_ORDER} where o.order_no = $1 or o.parent_no = $1 order by o.reported_at, o.order_no", main_no
    )
    return [FaultOrder(**row) for row in rows]


async def open_order_again(
    connection: Connection, person: Person, area_id: str | None, building: str, account_no: str | None
) -> FaultOrder | None:
    """Finds the open order of the same account, or, without an account, of the same person and building."""
    if account_no is not None:
        where, values = "o.account_no = $1", [account_no]
    elif area_id is not None:
        where = "o.channel = $1 and o.channel_user = $2 and o.area_id = $3 and o.building = $4 and o.account_no is null"
        values = [person.channel, person.user_id, area_id, building]
    else:
        return None
    row = await connection.fetchrow(f"{_ORDER} where {where} and {_OPEN} order by o.reported_at desc limit 1", *values)
    return (await _with_steps(connection, [FaultOrder(**row)]))[0] if row else None


async def save_order(connection: Connection, order: FaultOrder, report: FaultReport, address: str) -> None:
    """Writes a new order and its timeline."""
    await connection.execute(
        """insert into fault_orders
        (order_no, parent_no, outage_no, account_no, area_id, building, address, phone, channel, channel_user, status,
         severity, scope, neighbor_power, symptom, breaker_state, danger_sign, note, crew, reported_at, arrive_by)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)""",
        *(order.order_no, order.parent_no, order.outage_no, order.account_no, order.area_id, order.building, address),
        *(order.phone, order.channel, order.channel_user, order.status, order.severity, order.scope),
        *(report.neighbor_power, order.symptom, report.breaker_state, order.danger_sign, report.note, order.crew),
        *(order.reported, order.arrive_by),
    )
    await connection.executemany(
        "insert into fault_order_steps values ($1, $2, $3, $4, $5)",
        [(order.order_no, n, step.status, step.at, step.note) for n, step in enumerate(order.timeline, 1)],
    )


async def join_outage(connection: Connection, order_nos: Sequence[str], outage_no: str) -> None:
    """Ties orders to the event they turned out to be."""
    await connection.execute(
        "update fault_orders set outage_no = $2 where order_no = any($1)", list(order_nos), outage_no
    )


async def _with_steps(connection: Connection, orders: list[FaultOrder]) -> list[FaultOrder]:
    rows = await connection.fetch(
        "select order_no, status, at, note from fault_order_steps where order_no = any($1) order by order_no, step_no",
        [order.order_no for order in orders],
    )
    steps: dict[str, list[Step]] = {order.order_no: [] for order in orders}
    for row in rows:
        steps[row["order_no"]].append(Step(row["status"], row["at"], row["note"]))
    return [replace(order, timeline=tuple(steps[order.order_no])) for order in orders]
