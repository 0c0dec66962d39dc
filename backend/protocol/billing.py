"""What is asked of a utility about bills and energy."""

from __future__ import annotations

from typing import Protocol

from backend.models import (
    Bill,
    MonthUsage,
)
from conversation.identity import ChannelUser


class Billing(Protocol):
    """The calls about bills and energy."""

    async def bill(self, account_no: str, period: str, user: ChannelUser) -> Bill:
        """Reads the bill of `period` (YYYY-MM).

        Raises:
            NotFound: `bill.not_issued` (the month has no bill yet), `bill.unknown` (before the account or beyond the
                books).
            NotAllowed: `account.not_bound`.
        """

    async def month_usage(self, account_no: str, user: ChannelUser) -> MonthUsage:
        """Reads the usage of the running month. Raises NotAllowed `account.not_bound`, NotFound `usage.unknown`."""
