"""What the city has decided about money and points, from the `policy` section of its books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any


@dataclass(frozen=True)
class PaymentPolicy:
    """The company's own settings of money."""

    letter: str
    invoice_letter: str
    posting_limit: timedelta
    reconnect_limit: timedelta


@dataclass(frozen=True)
class PointsPolicy:
    """How points are earned."""

    per_yuan: int
    binding: int
    e_bill: int
    sign_in: int

    def earned(self, why: str) -> int:
        """Returns the points of an activity."""
        return {"binding": self.binding, "e_bill": self.e_bill, "sign_in": self.sign_in}[why]


def parse_payment(policy: dict[str, Any]) -> PaymentPolicy:
    """Builds the settings of money from the section."""
    payment, letters = policy["payment"], policy["numbers"]
    return PaymentPolicy(
        letter=letters["payment"],
        invoice_letter=letters["invoice"],
        posting_limit=timedelta(hours=payment["posting_limit_h"]),
        reconnect_limit=timedelta(hours=payment["reconnect_limit_h"]),
    )


def parse_points(policy: dict[str, Any]) -> PointsPolicy:
    """Builds the settings of points from the section."""
    points = policy["points"]
    return PointsPolicy(points["per_yuan_paid_online_on_time"], points["binding"], points["e_bill"], points["sign_in"])
