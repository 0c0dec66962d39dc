"""The fake company, part payments."""

from __future__ import annotations

from decimal import Decimal

from backend.models import Money
from backend.wire import payments as read
from conversation.identity import ChannelUser
from tests.fakes.backend.company import FakeCompany
from utility.payments import rules
from utility.payments import wire as show


class FakePayments(FakeCompany):
    """The calls about payments."""

    async def money(self, account_no: str, user: ChannelUser) -> Money:
        """See base class."""
        self._called("money")
        account, now = self._access(account_no, user), self._clock.now()
        arrived = [
            row["amount"]
            for row in self._city.payments
            if row["account_no"] == account_no and row["status"] == "success" and row["at"] <= now
        ]
        credit = sum(arrived, Decimal("0.00"))
        days, policy = self._days(account_no), self._city.policy
        return read.money(show.money(rules.money(account, self._issued(account_no), credit, days, policy, now.date())))
