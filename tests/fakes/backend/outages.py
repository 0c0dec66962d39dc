"""The fake company, part outages."""

from __future__ import annotations

from datetime import datetime

from backend.errors import NotFound
from backend.models import Outage
from backend.wire import outages as read
from runtime.clock import Clock
from tests.fakes.backend.company import FakeCompany
from tests.fakes.backend.fault_books import FaultBooks
from utility.outages import wire as show


class FakeOutages(FakeCompany):
    """The calls about outages."""

    def __init__(self, clock: Clock, *, now: datetime | None = None) -> None:
        super().__init__(clock, now=now)
        self._faults = FaultBooks(self._city, clock)

    async def outages(self, *, account_no: str = "", area_id: str = "") -> list[Outage]:
        """See base class."""
        self._called("outages")
        area_id = self._account(account_no).area_id if account_no else area_id
        if area_id not in self._city.areas:
            raise NotFound("area.unknown")
        return [read.outage(show.outage(outage)) for outage in self._faults.outages_of(area_id)]
