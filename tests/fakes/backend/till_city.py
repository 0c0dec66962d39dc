"""The demo city in memory, part money: links, refunds, mandates, limits, invoices, points, from the same rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from utility.invoices.values import Invoice
from utility.payments.values import Mandate, PaymentOrder, Refund
from utility.points.values import Goods, PointMove


@dataclass
class TillCity:
    """What the company knows of money beside its ledger."""

    warning_limits: dict[str, Decimal]
    cuts: dict[str, dict[str, Any]]
    mandates: dict[str, Mandate]
    invoices: list[Invoice]
    goods: dict[str, Goods]
    points: dict[str, list[PointMove]]
    payment_orders: dict[str, PaymentOrder] = field(default_factory=dict)
    refunds: list[Refund] = field(default_factory=list)


def till_city(rows: dict[str, list[dict[str, Any]]]) -> TillCity:
    """Builds it from the rows of the books."""
    points: dict[str, list[PointMove]] = {}
    for row in rows["point_moves"]:
        points.setdefault(row["account_no"], []).append(PointMove(row["on_day"], row["why"], row["points"], row["ref"]))
    return TillCity(
        warning_limits={row["account_no"]: row["warning_limit"] for row in rows["supply_settings"]},
        cuts={row["account_no"]: row for row in rows["account_cut_offs"]},
        mandates={row["account_no"]: Mandate(**_known(Mandate, row), cancelled_at=None) for row in rows["mandates"]},
        invoices=[Invoice(**_known(Invoice, row)) for row in rows["invoices"]],
        goods={row["goods_no"]: _goods(row) for row in rows["point_goods"]},
        points=points,
    )


def _goods(row: dict[str, Any]) -> Goods:
    known = _known(Goods, row)
    coupon = known["coupon"]
    return Goods(**{**known, "coupon": None if coupon is None else Decimal(coupon).quantize(Decimal("0.01"))})


def _known(kind: Any, row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in kind.__dataclass_fields__ if name in row}
