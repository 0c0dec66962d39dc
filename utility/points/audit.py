"""Whether shelves and points agree with what was redeemed."""

from __future__ import annotations

from runtime.postgres import Connection
from utility.books.difference import Difference
from utility.company import Company

_STOCK = """
    select goods_no, stock::text, (first_stock - count(redemption_no))::text
    from point_goods left join redemptions using (goods_no) group by goods_no
    having stock <> first_stock - count(redemption_no)
"""
_SPENT = """
    select redemption_no, coalesce(-m.points, 0)::text, r.points::text from redemptions r
    left join point_moves m on m.account_no = r.account_no and m.why = 'redeem' and m.ref = r.redemption_no
    where coalesce(-m.points, 0) <> r.points
"""
_BELOW = "select account_no, sum(points)::text, '0' from point_moves group by account_no having sum(points) < 0"
RULES = (("points.stock", _STOCK), ("points.redeemed", _SPENT), ("points.balance", _BELOW))


async def differences(connection: Connection, company: Company) -> list[Difference]:
    """Lists what does not agree."""
    found = []
    for what, statement in RULES:
        found += [Difference(what, *row) for row in await connection.fetch(statement)]
    return found
