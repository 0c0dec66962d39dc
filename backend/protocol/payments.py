"""What is asked of a utility about money."""

from __future__ import annotations

from typing import Protocol

from backend.models import (
    Money,
)
from conversation.identity import ChannelUser


class Payments(Protocol):
    """The calls about money."""

    async def money(self, account_no: str, user: ChannelUser) -> Money:
        """Reads balance and arrears. Raises NotAllowed `account.not_bound`."""
