"""Recounts fault groups against the orders in them: a count is never behind, nobody is merged into nothing."""

from __future__ import annotations

from runtime.postgres import Connection
from utility.books.difference import Difference
from utility.company import Company

# An order that turned out to be a matter of its own leaves its group; the count, which numbers sub-orders, stays.
_REPORTS = """
    select g.group_id::text as place, g.reports as booked, count(f.order_no) as computed
    from fault_groups g left join fault_orders f using (group_id)
    group by g.group_id having count(f.order_no) > g.reports
"""
_HOMES = """
    select g.group_id::text as place, coalesce(p.homes, 0) as booked, coalesce(h.homes, 0) as computed
    from fault_groups g
    left join (select group_id, sum(homes) as homes from fault_group_places group by group_id) p using (group_id)
    left join (select group_id, count(*) as homes from fault_group_homes group by group_id) h using (group_id)
    where g.key like 'area:%' and coalesce(p.homes, 0) <> coalesce(h.homes, 0)
"""
_LOST = """
    select o.order_no as place, 'merged' as booked, 'no group' as computed
    from work_orders o left join fault_orders f using (order_no)
    where o.kind = 'fault' and (f.order_no is null or (o.side_state = 'merged' and f.group_id is null))
"""
_MAINS = """
    select e.outage_no as place, e.main_order_no as booked, coalesce(g.main_order_no, 'none') as computed
    from outages e left join fault_groups g on g.outage_no = e.outage_no and g.merged_into is null
    where e.kind = 'fault' and e.status <> 'merged' and e.main_order_no is distinct from g.main_order_no
      and e.main_order_no is not null
"""
_CHECKS = (
    ("faults.reports", _REPORTS),
    ("faults.homes", _HOMES),
    ("faults.merged", _LOST),
    ("faults.main_order", _MAINS),
)


async def differences(connection: Connection, company: Company) -> list[Difference]:
    """Lists where groups and orders do not agree."""
    return [
        Difference(what, row["place"], str(row["booked"]), str(row["computed"]))
        for what, query in _CHECKS
        for row in await connection.fetch(query)
    ]
