"""Asks the utility about bills and energy over its REST interface."""

from __future__ import annotations

from backend.http.client import Client, part
from backend.models import Bill, MonthUsage
from backend.wire import billing as wire
from backend.wire.reading import read
from conversation.identity import ChannelUser


class BillingClient(Client):
    """The calls about bills and energy over HTTP."""

    async def bill(self, account_no: str, period: str, user: ChannelUser) -> Bill:
        """See base class."""
        path = f"/accounts/{part(account_no)}/bills/{part(period)}"
        return read(wire.bill, await self._get(path, user))

    async def month_usage(self, account_no: str, user: ChannelUser) -> MonthUsage:
        """See base class."""
        return read(wire.month_usage, await self._get(f"/accounts/{part(account_no)}/usage", user))
