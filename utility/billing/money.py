"""The rounding of money: half up to 0.01 yuan, a negative amount by its magnitude; what is unrounded is exact."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")


def cents(amount: Decimal) -> Decimal:
    """Rounds half up to 0.01 yuan, a negative amount by its magnitude."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)
