"""What is asked of a utility about power on and off."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from backend.models import Reconnect, Supply
from conversation.identity import ChannelUser


class Supplies(Protocol):
    """The calls about power on and off."""

    async def supply(self, account_no: str, user: ChannelUser) -> Supply:
        """Reads whether an account has power and why not. Raises NotAllowed `account.not_bound`."""

    async def set_warning_limit(
        self, account_no: str, limit: Decimal, user: ChannelUser, *, idempotency_key: str
    ) -> Supply:
        """Sets the balance below which a prepaid account is warned.

        Raises:
            NotAllowed: `account.not_bound`.
            Conflict: `warning.limit`, `warning.postpaid`.
        """

    async def request_reconnect(
        self, account_no: str, kind: str, user: ChannelUser, *, idempotency_key: str
    ) -> Reconnect:
        """Asks for power back: `arrears` once all that is overdue is paid, `temporary` where somebody depends on it.

        Raises:
            NotAllowed: `account.not_bound`.
            Conflict: `supply.not_cut`, `account.in_arrears` (field reconnect), `reconnect.not_entitled`,
                `reconnect.used`.
        """
