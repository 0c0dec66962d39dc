"""What crosses the seam of points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class PointMove:
    """Points earned or spent on a day."""

    on_day: date
    why: str
    points: int


@dataclass(frozen=True)
class Points:
    """The points of an account; `expiring` of them are gone after `expires_on`. Newest moves first."""

    account_no: str
    balance: int
    expiring: int
    expires_on: date
    moves: tuple[PointMove, ...] = ()


@dataclass(frozen=True)
class Goods:
    """What points buy; a coupon takes its sum off a bill."""

    goods_no: str
    name: str
    points: int
    stock: int
    coupon: Decimal | None


@dataclass(frozen=True)
class Redemption:
    """Points given for goods."""

    redemption_no: str
    account_no: str
    goods_no: str
    points: int
    at: datetime
