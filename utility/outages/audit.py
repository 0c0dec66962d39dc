"""Recomputes what the books say of outages: the estimate that was said last, and that ends are ends everywhere."""

from __future__ import annotations

from runtime.postgres import Connection
from utility.books.difference import Difference
from utility.company import Company

_ETAS = """
    select o.outage_no, o.eta as booked, f.value::timestamptz as computed
    from outages o
    join lateral (select value from outage_facts f where f.outage_no = o.outage_no and f.fact = 'eta'
                  order by fact_no desc limit 1) f on true
    where o.eta is not null and o.eta <> f.value::timestamptz
"""
_ENDS = """
    select o.outage_no, o.status as booked,
           case when o.restored_at is not null then 'restored' else 'not restored' end as computed
    from outages o where (o.status = 'restored') <> (o.restored_at is not null)
"""
_AREAS = """
    select o.outage_no || ' ' || a.area_id as outage_no, 'dark' as booked, 'restored' as computed
    from outages o join outage_areas a using (outage_no)
    where o.restored_at is not null and a.restored_at is null
"""
_CHECKS = (("outages.eta", _ETAS), ("outages.restored", _ENDS), ("outages.areas", _AREAS))


async def differences(connection: Connection, company: Company) -> list[Difference]:
    """Lists where an outage does not agree with what was said of it."""
    return [
        Difference(what, row["outage_no"], str(row["booked"]), str(row["computed"]))
        for what, query in _CHECKS
        for row in await connection.fetch(query)
    ]
