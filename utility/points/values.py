"""Points and goods as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class PointMove:
    """Points earned (positive) or spent (negative) on a day; `carried` ones were earned the year before."""

    on_day: date
    why: str
    points: int
    ref: str = ""


@dataclass(frozen=True)
class PointBalance:
    """What is there today, and what of it is gone after `expires_on`."""

    account_no: str
    balance: int
    expiring: int
    expires_on: date


@dataclass(frozen=True)
class Goods:
    """What points buy; `coupon` is the sum a coupon takes off a bill."""

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
