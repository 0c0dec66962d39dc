"""The fake company, part billing."""

from __future__ import annotations

from backend.errors import NotFound
from backend.models import Bill, MonthUsage
from backend.wire import billing as read
from conversation.identity import ChannelUser
from tests.fakes.backend.company import FakeCompany
from utility.billing import rules as billing
from utility.billing import wire as show


class FakeBilling(FakeCompany):
    """The calls about billing."""

    async def bill(self, account_no: str, period: str, user: ChannelUser) -> Bill:
        """See base class."""
        self._called("bill")
        self._access(account_no, user)
        bills = self._issued(account_no)
        found = next((bill for bill in bills if bill.period == period), None)
        if found is None:
            raise NotFound("bill.unknown" if period <= bills[-1].period else "bill.not_issued")
        return read.bill(show.bill(found))

    async def month_usage(self, account_no: str, user: ChannelUser) -> MonthUsage:
        """See base class."""
        self._called("month_usage")
        account = self._access(account_no, user)
        usage = billing.running_month(account, self._days(account_no), self._city.policy.tariff)
        if usage is None:
            raise NotFound("usage.unknown")
        return read.month_usage(show.usage(usage))
