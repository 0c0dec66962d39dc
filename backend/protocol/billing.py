"""What is asked of a utility about bills, energy and prices."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from backend.models import (
    Bill,
    BillExplanation,
    BillPage,
    MonthUsage,
    RunningMonth,
    TariffView,
    UsageDays,
    UsageMonths,
)
from conversation.identity import ChannelUser


class Billing(Protocol):
    """The calls about bills, energy and prices. Each may raise NotAllowed `account.not_bound`."""

    async def bill(self, account_no: str, period: str, user: ChannelUser) -> Bill:
        """Reads the bill of `period` (YYYY-MM).

        Raises:
            NotFound: `period.in_future`, `bill.not_issued` (the month has no bill yet), `bill.unknown` (before the
                account or beyond the books).
            NotAllowed: `account.not_bound`.
        """

    async def bills(
        self, account_no: str, user: ChannelUser, *, since: str = "", until: str = "", cursor: str = "", limit: int = 12
    ) -> BillPage:
        """Lists the bills of the periods `since` to `until` (YYYY-MM, both counted), the newest first."""

    async def explain_bill(
        self, account_no: str, period: str, user: ChannelUser, *, against: str = "previous"
    ) -> BillExplanation:
        """Explains a bill, or the running month's estimate, against `previous`, `last_year` or another period.

        Raises:
            NotFound: `period.in_future`, `bill.not_issued`, `bill.unknown` (also of the other bill), `usage.unknown`
                (no day of the running month is read), `tariff.no_price`.
            NotAllowed: `account.not_bound`.
        """

    async def month_usage(self, account_no: str, user: ChannelUser) -> MonthUsage:
        """Reads the usage of the running month. Raises NotAllowed `account.not_bound`, NotFound `usage.unknown`."""

    async def running_month(self, account_no: str, user: ChannelUser) -> RunningMonth:
        """Reads the running month with the tier reached and an estimate of its bill.

        Raises:
            NotFound: `usage.unknown`, no day of it is read; `tariff.no_price`.
            NotAllowed: `account.not_bound`.
        """

    async def usage_days(self, account_no: str, period: str, user: ChannelUser) -> UsageDays:
        """Reads the days of a month.

        Raises:
            NotFound: `period.in_future`; `usage.unknown`, no day of it is read.
            NotAllowed: `account.not_bound`.
        """

    async def usage_months(
        self, account_no: str, user: ChannelUser, *, since: str = "", until: str = ""
    ) -> UsageMonths:
        """Reads the energy of the billed periods `since` to `until`, oldest first."""

    async def tariff(self, account_no: str, user: ChannelUser, *, on: date | None = None) -> TariffView:
        """Reads what the account is billed by on a day (today when none is given).

        Raises:
            NotFound: `tariff.unknown`, the day lies ahead or before the first table.
            NotAllowed: `account.not_bound`.
        """
