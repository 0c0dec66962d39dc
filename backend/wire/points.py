"""How points look on the wire."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from backend.models import Goods, PointMove, Points, Redemption
from backend.wire.reading import Json


def points(content: Json) -> Points:
    """Reads the points of an account."""
    moves = (PointMove(date.fromisoformat(m["on_day"]), m["why"], int(m["points"])) for m in content["moves"])
    return Points(
        account_no=content["account_no"],
        balance=int(content["balance"]),
        expiring=int(content["expiring"]),
        expires_on=date.fromisoformat(content["expires_on"]),
        moves=tuple(moves),
    )


def goods(content: Json) -> Goods:
    """Reads goods."""
    coupon = content["coupon"]
    return Goods(
        goods_no=content["goods_no"],
        name=content["name"],
        points=int(content["points"]),
        stock=int(content["stock"]),
        coupon=None if coupon is None else Decimal(coupon),
    )


def redemption(content: Json) -> Redemption:
    """Reads points given for goods."""
    return Redemption(
        redemption_no=content["redemption_no"],
        account_no=content["account_no"],
        goods_no=content["goods_no"],
        points=int(content["points"]),
        at=datetime.fromisoformat(content["at"]),
    )
