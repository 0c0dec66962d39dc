"""Whether the half days count what is booked in them, and every appointment is the work order it says it is."""

from __future__ import annotations

from types import MappingProxyType

from runtime.postgres import Connection
from utility.books.difference import Difference
from utility.company import Company

# Each statement lists the rows that are wrong: where, what the books say, what they add up to.
RULES = MappingProxyType(
    {
        "slots.booked": """
            select s.slot_id, s.booked::text, (s.taken_before + count(o.order_no))::text
            from appointment_slots s left join appointments a using (slot_id)
            left join work_orders o on o.order_no = a.appointment_no and o.side_state is distinct from 'cancelled'
            group by s.slot_id having s.booked <> s.taken_before + count(o.order_no)""",
        "appointments.account": """
            select a.appointment_no, a.account_no, coalesce(o.account_no, 'none')
            from appointments a join work_orders o on o.order_no = a.appointment_no
            where o.account_no is distinct from a.account_no or o.kind <> 'appointment'""",
        "appointments.region": """
            select a.appointment_no, s.region_id, t.region_id
            from appointments a join appointment_slots s using (slot_id)
            join accounts c using (account_no) join transformer_areas t on t.area_id = c.area_id
            where s.region_id <> t.region_id""",
        "appointments.missing": """
            select o.order_no, 'a work order', 'no appointment' from work_orders o
            where o.kind = 'appointment'
            and not exists (select from appointments a where a.appointment_no = o.order_no)""",
        "appointments.active_twice": """
            select min(a.appointment_no), count(*)::text, '1' from appointments a
            join work_orders o on o.order_no = a.appointment_no where o.closed_at is null
            group by a.account_no, a.business_type having count(*) > 1""",
    }
)


async def differences(connection: Connection, company: Company) -> list[Difference]:
    """Lists what disagrees."""
    return [
        Difference(what, row[0], row[1], row[2])
        for what, statement in RULES.items()
        for row in await connection.fetch(statement)
    ]
