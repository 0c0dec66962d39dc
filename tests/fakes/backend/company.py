"""What every part of the fake company shares: the city, the clock, who is bound to what."""

from __future__ import annotations

from datetime import datetime

from backend.errors import BackendError, NotAllowed, NotFound
from conversation.identity import ChannelUser
from runtime.clock import Clock
from tests.fakes.backend.city import City, build_city
from utility.accounts.values import Account
from utility.billing.values import Bill as BooksBill
from utility.billing.values import DayUsage


class FakeCompany:
    """The company in memory; `failure` makes every call fail with it."""

    def __init__(self, clock: Clock, *, now: datetime | None = None) -> None:
        self.failure: BackendError | None = None
        self.calls: list[str] = []
        self._clock = clock
        self._city: City = build_city(now)

    async def close(self) -> None:
        """Has nothing to close."""

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if self.failure:
            raise self.failure

    def _bound_nos(self, user: ChannelUser) -> list[str]:
        return self._city.bindings.setdefault((user.channel.value, user.user_id), [])

    def _bound(self, user: ChannelUser) -> list[Account]:
        return [self._city.accounts[no] for no in self._bound_nos(user)]

    def _account(self, account_no: str) -> Account:
        account = self._city.accounts.get(account_no)
        if account is None or account.status == "closed":
            raise NotFound("account.unknown")
        return account

    def _access(self, account_no: str, user: ChannelUser) -> Account:
        if account_no not in self._bound_nos(user):
            raise NotAllowed("account.not_bound")
        return self._city.accounts[account_no]

    def _issued(self, account_no: str) -> list[BooksBill]:
        today = self._clock.now().date()
        return [bill for bill in self._city.bills[account_no] if bill.issued <= today]

    def _days(self, account_no: str) -> list[DayUsage]:
        today = self._clock.now().date()
        return [d for d in self._city.days.get(account_no, []) if today.replace(day=1) <= d.day < today]
