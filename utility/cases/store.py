"""What the books say about a case's matter: the SQL."""

from __future__ import annotations

from datetime import datetime

from runtime.postgres import Connection
from utility.orders.store import order_of
from utility.orders.values import WorkOrder


async def complained_on_line(connection: Connection, area_id: str, matter: str, since: datetime) -> str:
    """Finds a complaint of this matter on the same 10 kV line since then; empty when there is none."""
    found = await connection.fetchval(
        """select o.order_no from work_orders o join transformer_areas t using (area_id)
        where o.kind = 'complaint' and o.subject = $2 and o.subject <> '' and o.filed_at >= $3
          and t.line_id = (select line_id from transformer_areas where area_id = $1)
        order by o.filed_at desc limit 1""",
        *(area_id, matter, since),
    )
    return str(found or "")


async def told_before(connection: Connection, area_id: str, matter: str, since: datetime) -> list[str]:
    """Lists the orders of this matter in the area since then."""
    rows = await connection.fetch(
        """select order_no from work_orders where area_id = $1 and subject = $2 and subject <> '' and filed_at >= $3
        order by filed_at""",
        *(area_id, matter, since),
    )
    return [row["order_no"] for row in rows]


async def applications(connection: Connection, account_no: str) -> list[WorkOrder]:
    """Lists the open applications of an account."""
    rows = await connection.fetch(
        "select * from work_orders where account_no = $1 and kind = 'application' and closed_at is null", account_no
    )
    return [order_of(row) for row in rows]
