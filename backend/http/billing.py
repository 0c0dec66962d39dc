"""Asks the utility about bills, energy and prices over its REST interface."""

from __future__ import annotations

from datetime import date

from backend.http.client import Client, part
from backend.models import Bill, BillExplanation, BillPage, MonthUsage, RunningMonth, TariffView, UsageDays, UsageMonths
from backend.wire import billing as wire
from backend.wire.reading import read
from conversation.identity import ChannelUser


class BillingClient(Client):
    """The calls about bills, energy and prices over HTTP."""

    async def bill(self, account_no: str, period: str, user: ChannelUser) -> Bill:
        """See base class."""
        path = f"/accounts/{part(account_no)}/bills/{part(period)}"
        return read(wire.bill, await self._get(path, user))

    async def bills(
        self, account_no: str, user: ChannelUser, *, since: str = "", until: str = "", cursor: str = "", limit: int = 12
    ) -> BillPage:
        """See base class."""
        query = _given({"from": since, "to": until, "cursor": cursor, "limit": str(limit)})
        return read(wire.bill_page, await self._get(f"/accounts/{part(account_no)}/bills", user, query=query))

    async def explain_bill(
        self, account_no: str, period: str, user: ChannelUser, *, against: str = "previous"
    ) -> BillExplanation:
        """See base class."""
        path = f"/accounts/{part(account_no)}/bills/{part(period)}/explanation"
        return read(wire.explanation, await self._get(path, user, query={"against": against}))

    async def month_usage(self, account_no: str, user: ChannelUser) -> MonthUsage:
        """See base class."""
        return read(wire.month_usage, await self._get(f"/accounts/{part(account_no)}/usage", user))

    async def running_month(self, account_no: str, user: ChannelUser) -> RunningMonth:
        """See base class."""
        return read(wire.running_month, await self._get(f"/accounts/{part(account_no)}/running-month", user))

    async def usage_days(self, account_no: str, period: str, user: ChannelUser) -> UsageDays:
        """See base class."""
        path = f"/accounts/{part(account_no)}/usage/days"
        return read(wire.usage_days, await self._get(path, user, query={"period": period}))

    async def usage_months(
        self, account_no: str, user: ChannelUser, *, since: str = "", until: str = ""
    ) -> UsageMonths:
        """See base class."""
        path = f"/accounts/{part(account_no)}/usage/months"
        return read(wire.usage_months, await self._get(path, user, query=_given({"from": since, "to": until})))

    async def tariff(self, account_no: str, user: ChannelUser, *, on: date | None = None) -> TariffView:
        """See base class."""
        query = {"on": on.isoformat()} if on else {}
        return read(wire.tariff, await self._get(f"/accounts/{part(account_no)}/tariff", user, query=query))


def _given(query: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in query.items() if value}
