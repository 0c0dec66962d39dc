"""How bound accounts and check codes look on the wire."""

from __future__ import annotations

from datetime import datetime

from backend.models import (
    BoundAccount,
    CheckCode,
)
from backend.wire.reading import Json


def account(content: Json) -> BoundAccount:
    """Reads a bound account."""
    return BoundAccount(**{**content, "tags": tuple(content["tags"])})


def check_code(content: Json) -> CheckCode:
    """Reads that a code is on its way."""
    return CheckCode(**{**content, "expires_at": datetime.fromisoformat(content["expires_at"])})
