"""Points and goods: the SQL."""

from __future__ import annotations

from datetime import date

from runtime.postgres import Connection
from utility.points.values import Goods, PointMove, Redemption

_GOODS = "select goods_no, name, points, stock, coupon from point_goods"


async def moves(connection: Connection, account_no: str, today: date) -> list[PointMove]:
    """Lists the points of an account, oldest first."""
    rows = await connection.fetch(
        """select on_day, why, points, ref from point_moves where account_no = $1 and on_day <= $2
        order by on_day, move_no""",
        *(account_no, today),
    )
    return [PointMove(**row) for row in rows]


async def move(connection: Connection, account_no: str, points: PointMove) -> bool:
    """Writes points earned or spent; False when the same was written before."""
    return bool(
        await connection.fetchval(
            """insert into point_moves (account_no, on_day, why, points, ref) values ($1, $2, $3, $4, $5)
            on conflict do nothing returning true""",
            *(account_no, points.on_day, points.why, points.points, points.ref),
        )
    )


async def goods(connection: Connection) -> list[Goods]:
    """Lists the goods."""
    return [Goods(**row) for row in await connection.fetch(f"{_GOODS} order by goods_no")]


async def held_goods(connection: Connection, goods_no: str) -> Goods | None:
    """Reads goods and holds their stock to the end of the transaction."""
    row = await connection.fetchrow(f"{_GOODS} where goods_no = $1 for update", goods_no)
    return Goods(**row) if row else None


async def take(connection: Connection, redemption: Redemption, by: str) -> None:
    """Takes one piece off the shelf."""
    await connection.execute("update point_goods set stock = stock - 1 where goods_no = $1", redemption.goods_no)
    await connection.execute(
        """insert into redemptions (redemption_no, account_no, goods_no, points, at, redeemed_by)
        values ($1, $2, $3, $4, $5, $6)""",
        *(redemption.redemption_no, redemption.account_no, redemption.goods_no, redemption.points, redemption.at, by),
    )
