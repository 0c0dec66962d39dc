"""The fake company, part faults."""

from __future__ import annotations

from collections.abc import Sequence

from backend.models import FaultOrder, FaultReport
from backend.wire import faults as read
from conversation.identity import ChannelUser
from tests.fakes.backend.outages import FakeOutages
from utility.faults import wire as show


class FakeFaults(FakeOutages):
    """The calls about faults."""

    async def report_fault(self, report: FaultReport, *, idempotency_key: str) -> FaultOrder:
        """See base class."""
        self._called("report_fault")
        return read.fault_order(show.fault_order(self._faults.report(report, idempotency_key)))

    async def fault_order(self, order_no: str, *, user: ChannelUser, phone: str = "") -> FaultOrder:
        """See base class."""
        self._called("fault_order")
        order = self._faults.read(order_no, user, self._bound_nos(user), phone)
        return read.fault_order(show.fault_order(order))

    async def open_fault_orders(self, user: ChannelUser, account_nos: Sequence[str] = ()) -> list[FaultOrder]:
        """See base class."""
        self._called("open_fault_orders")
        bound = self._bound_nos(user)
        wanted = [no for no in bound if no in account_nos] if account_nos else bound
        return [read.fault_order(show.fault_order(order)) for order in self._faults.open_orders(user, wanted)]
