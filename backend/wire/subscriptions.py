"""How notices and requests to be called back look on the wire."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from backend.models import Callback, Subscription
from backend.wire.reading import Json


def subscription(content: Json) -> Subscription:
    """Reads whether notices of a type go by a channel."""
    limit = content["threshold"]
    return Subscription(
        account_no=content["account_no"],
        notice_type=content["notice_type"],
        channel=content["channel"],
        enabled=bool(content["enabled"]),
        threshold=None if limit is None else Decimal(limit),
        set_at=datetime.fromisoformat(content["set_at"]),
    )


def callback(content: Json) -> Callback:
    """Reads a request to be called back."""
    return Callback(
        callback_no=content["callback_no"],
        account_no=content["account_no"] or "",
        phone_masked=content["phone_masked"],
        reason=content["reason"],
        state=content["state"],
        asked_at=datetime.fromisoformat(content["asked_at"]),
    )
