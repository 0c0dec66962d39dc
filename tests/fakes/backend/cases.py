"""The fake company, part cases and orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from backend.models import CaseFiling, TakenCase, Urged, WorkOrder
from backend.wire import cases as read
from conversation.identity import ChannelUser
from runtime.clock import Clock
from tests.fakes.backend.case_books import CaseBooks
from tests.fakes.backend.company import FakeCompany
from utility.accounts.values import Person
from utility.cases.values import Filing


class FakeCases(FakeCompany):
    """The calls about cases and orders."""

    def __init__(self, clock: Clock, *, now: datetime | None = None) -> None:
        super().__init__(clock, now=now)
        self._cases = CaseBooks(self._city, clock)

    async def file_case(self, user: ChannelUser, filing: CaseFiling, *, idempotency_key: str) -> TakenCase:
        """See base class."""
        self._called("file_case")
        told, bound = Filing(**asdict(filing)), self._bound_nos(user)
        content = self._cases.once(
            idempotency_key, (user, filing), lambda: self._cases.file(_person(user), told, bound)
        )
        return read.taken_case(content)

    async def orders(
        self, user: ChannelUser, account_nos: Sequence[str] = (), *, open_only: bool = True
    ) -> list[WorkOrder]:
        """See base class."""
        self._called("orders")
        bound = self._bound_nos(user)
        wanted = [no for no in bound if no in account_nos] if account_nos else bound
        return [read.work_order(order) for order in self._cases.listed(_person(user), wanted, open_only)]

    async def order(self, order_no: str, *, user: ChannelUser) -> WorkOrder:
        """See base class."""
        self._called("order")
        found = self._cases.own(_person(user), order_no, self._bound_nos(user))
        return read.work_order(self._cases.shown(found.order_no))

    async def urge_order(
        self, order_no: str, *, user: ChannelUser, note: str = "", risk: bool = False, idempotency_key: str
    ) -> Urged:
        """See base class."""
        self._called("urge_order")
        found, person = self._cases.own(_person(user), order_no, self._bound_nos(user)), _person(user)
        asked = (user, order_no, note, risk)
        content = self._cases.once(idempotency_key, asked, lambda: self._cases.urge(found, person, note, risk))
        return read.urged(content)

    async def confirm_order(
        self, order_no: str, satisfied: bool, *, user: ChannelUser, note: str = "", idempotency_key: str
    ) -> WorkOrder:
        """See base class."""
        self._called("confirm_order")
        found, person = self._cases.own(_person(user), order_no, self._bound_nos(user)), _person(user)
        asked = (user, order_no, satisfied, note)
        content = self._cases.once(idempotency_key, asked, lambda: self._cases.confirm(found, person, satisfied, note))
        return read.work_order(content)

    async def rate_order(self, order_no: str, rating: int, *, user: ChannelUser, idempotency_key: str) -> WorkOrder:
        """See base class."""
        self._called("rate_order")
        found, person = self._cases.own(_person(user), order_no, self._bound_nos(user)), _person(user)
        asked = (user, order_no, rating)
        return read.work_order(
            self._cases.once(idempotency_key, asked, lambda: self._cases.rate(found, person, rating))
        )

    async def withdraw_order(
        self, order_no: str, *, user: ChannelUser, note: str = "", idempotency_key: str
    ) -> WorkOrder:
        """See base class."""
        self._called("withdraw_order")
        found, person = self._cases.own(_person(user), order_no, self._bound_nos(user)), _person(user)
        asked = (user, order_no, note)
        return read.work_order(
            self._cases.once(idempotency_key, asked, lambda: self._cases.withdraw(found, person, note))
        )


def _person(user: ChannelUser) -> Person:
    return Person(user.channel.value, user.user_id)
