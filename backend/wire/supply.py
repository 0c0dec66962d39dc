"""How power on and off looks on the wire."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from backend.models import Reconnect, Supply
from backend.wire.reading import Json, read_time


def reconnect(content: Json) -> Reconnect:
    """Reads a reconnect."""
    return Reconnect(
        reconnect_no=content["reconnect_no"],
        account_no=content["account_no"],
        kind=content["kind"],
        state=content["state"],
        requested_at=datetime.fromisoformat(content["requested_at"]),
        due_at=datetime.fromisoformat(content["due_at"]),
        order_no=content["order_no"] or "",
        done_at=read_time(content["done_at"]),
        ends_at=read_time(content["ends_at"]),
    )


def supply(content: Json) -> Supply:
    """Reads how an account is supplied."""
    limit, cut_on = content["warning_limit"], content["cut_on"]
    return Supply(
        account_no=content["account_no"],
        status=content["status"],
        cut_at=read_time(content["cut_at"]),
        reason=content["reason"],
        last_step=content["last_step"],
        cut_on=date.fromisoformat(cut_on) if cut_on else None,
        warning_limit=None if limit is None else Decimal(limit),
        reconnect=reconnect(content["reconnect"]) if content["reconnect"] else None,
    )
