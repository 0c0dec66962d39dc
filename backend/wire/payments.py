"""How money look on the wire."""

from __future__ import annotations

from decimal import Decimal

from backend.models import (
    Money,
)
from backend.wire.reading import Json


def money(content: Json) -> Money:
    """Reads how an account stands."""
    names = ("balance", "owed", "overdue", "damages", "payable", "reconnect")
    return Money(
        account_no=content["account_no"],
        billing=content["billing"],
        days_left=content["days_left"],
        **{name: Decimal(content[name]) for name in names},
    )
