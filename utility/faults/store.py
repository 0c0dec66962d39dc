"""Fault orders as the desk reads them: the work order, its facts, its group's event; the SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from runtime.postgres import Connection
from utility.accounts.values import Person
from utility.faults.values import MERGED, FaultOrder, Work
from utility.outages.values import Step

# An order is open until power is back for it; a merged one follows its event, or else its main order.
_DONE = "('restored', 'replied', 'called_back', 'archived')"
_OPEN = f"""
    case when o.closed_at is not null then false
         when o.side_state is distinct from 'merged' then o.state not in {_DONE}
         when e.outage_no is not null then
             e.restored_at is null and e.status not in ('cancelled', 'merged')
             and not exists (select from outage_areas d where d.outage_no = e.outage_no and d.area_id = o.area_id
                             and d.restored_at is not null)
         when m.order_no <> o.order_no then m.closed_at is null and m.state not in {_DONE}
         else o.state not in {_DONE} end
"""
_FROM = """
    from work_orders o join fault_orders f using (order_no)
    left join fault_groups own on own.group_id = f.group_id
    left join fault_groups g on g.group_id = coalesce(own.merged_into, own.group_id)
    left join work_orders m on m.order_no = g.main_order_no
    left join outages e on e.outage_no = g.outage_no
"""
# `lateral ... offset 0` has the one account looked up by its key: joined plainly, a large city's accounts are scanned.
_ORDER = f"""
    select o.order_no,
           coalesce(o.parent_no, case when o.side_state = 'merged' then nullif(m.order_no, o.order_no) end)
               as parent_no,
           g.outage_no, o.account_no, o.area_id, f.building,
           coalesce(a.city || a.region || a.street || a.estate, r.name || t.street || t.estate, '') as community,
           o.contact_phone as phone, coalesce(a.contact_phone, '') as contact_phone, o.channel, o.channel_user,
           coalesce(o.side_state, o.state) as status, o.level as severity, f.scope, f.symptom, f.danger_sign, f.crew,
           o.filed_at as reported, f.arrive_by,
           case when f.arrive_by is not null then r.arrive_minutes end as arrive_minutes,
           coalesce(e.eta, f.eta) as eta, {_OPEN} as open
    {_FROM}
    left join lateral (select * from accounts where account_no = o.account_no offset 0) a on true
    left join transformer_areas t on t.area_id = o.area_id
    left join regions r on r.region_id = t.region_id
"""


@dataclass(frozen=True)
class Facts:
    """What is known of a fault beside its work order."""

    order_no: str
    group_id: int | None
    building: str
    stair: str
    address: str
    scope: str
    neighbor_power: str
    symptom: str
    breaker_state: str
    danger_sign: str
    crew: str
    arrive_by: datetime | None
    needs: tuple[str, ...]
    area_id: str | None


async def order(connection: Connection, order_no: str) -> FaultOrder | None:
    """Reads an order with its timeline."""
    row = await connection.fetchrow(f"{_ORDER} where o.order_no = $1", order_no)
    return (await _with_steps(connection, [FaultOrder(**row)]))[0] if row else None


async def open_orders(connection: Connection, person: Person, account_nos: Sequence[str]) -> list[FaultOrder]:
    """Lists the open orders that `person` reported or that are on these accounts, newest first."""
    rows = await connection.fetch(
        f"""{_ORDER} where o.kind = 'fault' and ((o.channel = $1 and o.channel_user = $2) or o.account_no = any($3))
        and {_OPEN} order by o.filed_at desc, o.order_no desc""",
        person.channel,
        person.user_id,
        list(account_nos),
    )
    return await _with_steps(connection, [FaultOrder(**row) for row in rows])


async def open_order_again(
    connection: Connection, person: Person, area_id: str | None, building: str, account_no: str | None
) -> FaultOrder | None:
    """Finds the open order of the same account, or, without an account, of the same person and building."""
    if account_no is not None:
        where, values = "o.account_no = $1", [account_no]
    elif area_id is not None:
        where = "o.channel = $1 and o.channel_user = $2 and o.area_id = $3 and f.building = $4 and o.account_no is null"
        values = [person.channel, person.user_id, area_id, building]
    else:
        return None
    row = await connection.fetchrow(
        f"{_ORDER} where o.kind = 'fault' and {where} and {_OPEN} order by o.filed_at desc limit 1", *values
    )
    return (await _with_steps(connection, [FaultOrder(**row)]))[0] if row else None


async def save_facts(connection: Connection, facts: Facts, private_kind: str) -> None:
    """Writes what is known of a new order; `private_kind` is the kind of area that is the customer's own."""
    await connection.execute(
        """insert into fault_orders
        (order_no, group_id, building, stair, address, scope, neighbor_power, symptom, breaker_state, danger_sign, crew,
         arrive_by, needs, private)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
                exists (select from transformer_areas where area_id = $14 and kind = $15))""",
        *(facts.order_no, facts.group_id, facts.building, facts.stair, facts.address, facts.scope),
        *(facts.neighbor_power, facts.symptom, facts.breaker_state, facts.danger_sign, facts.crew, facts.arrive_by),
        *(list(facts.needs), facts.area_id, private_kind),
    )


async def change(connection: Connection, order_no: str, **facts: Any) -> None:
    """Changes some facts of an order; the caller holds it."""
    marks = ", ".join(f"{name} = ${n}" for n, name in enumerate(facts, 2))
    await connection.execute(f"update fault_orders set {marks} where order_no = $1", order_no, *facts.values())


_WORK = f"""
    select o.order_no, coalesce(o.side_state, o.state) as status, o.level as severity, f.needs, f.danger_sign,
           o.area_id, o.account_no, g.outage_no, f.crew, o.owner,
           greatest(coalesce(e.homes, 0),
                    coalesce((select sum(homes) from fault_group_places p where p.group_id = g.group_id), 1)) as homes,
           o.filed_at as reported,
           (select min(at) from work_order_changes c where c.order_no = o.order_no and c.to_state = 'dispatched')
               as dispatched_at,
           f.arrive_by, f.arrived_at, f.found_at, f.word_at, coalesce(e.eta, f.eta) as eta, f.symptom,
           f.neglected_at is not null as neglected
    {_FROM}
    where o.kind = 'fault' and o.closed_at is null and o.side_state is distinct from 'merged' and o.state not in {_DONE}
"""


async def work(connection: Connection, *, most: int = 1000) -> list[Work]:
    """Lists the open orders that somebody has to work on: alone or leading, never the merged ones."""
    rows = await connection.fetch(f"{_WORK} order by o.filed_at, o.order_no limit $1", most)
    return [Work(**{**row, "needs": tuple(row["needs"])}) for row in rows]


async def warn(connection: Connection, order_no: str, warning: str, at: datetime) -> bool:
    """Notes a warning; False when it was given before."""
    new = await connection.fetchval(
        "insert into fault_warnings values ($1, $2, $3) on conflict do nothing returning 1", order_no, warning, at
    )
    return new is not None


async def to_follow(connection: Connection, outage_no: str | None, most: int) -> list[str]:
    """Lists merged orders whose power is back with their event or their area of it; held by nobody else."""
    rows = await connection.fetch(
        """select o.order_no from fault_groups own
        join fault_orders f on f.group_id = own.group_id join work_orders o using (order_no)
        join outages e on e.outage_no = own.outage_no
        where o.side_state = 'merged' and o.closed_at is null and ($1::text is null or e.outage_no = $1)
          and (e.restored_at is not null or e.status = 'cancelled' or exists (
              select from outage_areas d where d.outage_no = e.outage_no and d.area_id = o.area_id
              and d.restored_at is not null))
        order by o.order_no limit $2 for update of o skip locked""",
        outage_no,
        most,
    )
    return [row["order_no"] for row in rows]


async def mains_to_follow(connection: Connection, most: int) -> list[str]:
    """Lists main orders that are not done although their event is over."""
    rows = await connection.fetch(
        f"""select m.order_no from outages e join work_orders m on m.order_no = e.main_order_no
        where e.kind = 'fault' and e.status in ('restored', 'cancelled') and m.closed_at is null
          and m.state not in {_DONE} order by m.order_no limit $1 for update of m skip locked""",
        most,
    )
    return [row["order_no"] for row in rows]


async def make_urgent(connection: Connection, order_no: str, level: str) -> None:
    """Writes the severity of an order; the caller holds it."""
    await connection.execute("update work_orders set level = $2 where order_no = $1", order_no, level)


async def followers_of_main(connection: Connection, most: int) -> list[str]:
    """Lists merged orders without an event whose main order is done."""
    rows = await connection.fetch(
        f"""select o.order_no from work_orders o join fault_orders f using (order_no)
        join fault_groups own on own.group_id = f.group_id
        join fault_groups g on g.group_id = coalesce(own.merged_into, own.group_id)
        join work_orders m on m.order_no = g.main_order_no
        where o.kind = 'fault' and o.side_state = 'merged' and o.closed_at is null and g.outage_no is null
          and m.order_no <> o.order_no and (m.closed_at is not null or m.state in {_DONE})
        order by o.order_no limit $1 for update of o skip locked""",
        most,
    )
    return [row["order_no"] for row in rows]


async def to_reply(connection: Connection, most: int) -> list[tuple[str, str]]:
    """Lists restored sub-orders without a reply whose main order has one, with that main order."""
    rows = await connection.fetch(
        """select o.order_no, m.order_no as main_no from work_orders o join work_orders m on m.order_no = o.parent_no
        where o.kind = 'fault' and o.state = 'restored' and o.side_state is null and o.closed_at is null
          and o.resolution_code = '' and m.resolution_code <> ''
        order by o.order_no limit $1 for update of o skip locked""",
        most,
    )
    return [(row["order_no"], row["main_no"]) for row in rows]


async def to_confirm(connection: Connection, most: int) -> list[tuple[str, str, str]]:
    """Lists replied orders whose customer had said before that power is back, with who that is."""
    rows = await connection.fetch(
        """select o.order_no, o.channel, o.channel_user from work_orders o join fault_orders f using (order_no)
        where o.kind = 'fault' and o.state = 'replied' and o.side_state is null and o.closed_at is null
          and o.confirmed is null and f.said_back_at is not null
        order by o.order_no limit $1 for update of o skip locked""",
        most,
    )
    return [(row["order_no"], row["channel"], row["channel_user"]) for row in rows]


async def running_with_done_main(connection: Connection) -> list[tuple[str, datetime]]:
    """Lists fault events that go on although their main order was brought to an end elsewhere, and since when."""
    rows = await connection.fetch(
        f"""select e.outage_no, (select max(at) from work_order_changes c
                                 where c.order_no = m.order_no and c.to_state in {_DONE}) as at
        from outages e join work_orders m on m.order_no = e.main_order_no
        where e.kind = 'fault' and e.restored_at is null and e.status not in ('cancelled', 'merged')
          and m.state in {_DONE}"""
    )
    return [(row["outage_no"], row["at"]) for row in rows]


async def _with_steps(connection: Connection, orders: list[FaultOrder]) -> list[FaultOrder]:
    rows = await connection.fetch(
        """select order_no, what, to_state, at, note, actor from work_order_changes
        where order_no = any($1) and to_state <> from_state order by order_no, step_no""",
        [order.order_no for order in orders],
    )
    steps: dict[str, list[Step]] = {order.order_no: [] for order in orders}
    for row in rows:
        if row["what"] == "opened" and row["to_state"] == MERGED:
            steps[row["order_no"]].append(Step("reported", row["at"], "", row["actor"]))
        steps[row["order_no"]].append(Step(row["to_state"], row["at"], row["note"], row["actor"]))
    return [replace(order, timeline=tuple(steps[order.order_no])) for order in orders]
