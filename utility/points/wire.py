"""How points look outside."""

from __future__ import annotations

from collections.abc import Sequence

from utility.counter.shown import Json, shown_number, shown_time
from utility.points.values import Goods, PointBalance, PointMove, Redemption


def points(value: PointBalance, moves: Sequence[PointMove]) -> Json:
    """Shows the points of an account with every move, newest first."""
    return {
        "account_no": value.account_no,
        "balance": value.balance,
        "expiring": value.expiring,
        "expires_on": value.expires_on.isoformat(),
        "moves": [{"on_day": m.on_day.isoformat(), "why": m.why, "points": m.points} for m in reversed(moves)],
    }


def goods(value: Goods) -> Json:
    """Shows goods."""
    return {
        "goods_no": value.goods_no,
        "name": value.name,
        "points": value.points,
        "stock": value.stock,
        "coupon": None if value.coupon is None else shown_number(value.coupon),
    }


def redemption(value: Redemption) -> Json:
    """Shows points given for goods."""
    return {
        "redemption_no": value.redemption_no,
        "account_no": value.account_no,
        "goods_no": value.goods_no,
        "points": value.points,
        "at": shown_time(value.at),
    }
