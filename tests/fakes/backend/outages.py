"""The fake company, part outages."""

from __future__ import annotations

from datetime import datetime, timedelta

from backend.errors import NotFound
from backend.models import Outage, OutageDetail, OutageHistory
from backend.wire import outages as read
from runtime.clock import Clock
from tests.fakes.backend.company import FakeCompany
from tests.fakes.backend.fault_books import FaultBooks
from utility.outages import wire as show
from utility.outages.rules import count_frequent


class FakeOutages(FakeCompany):
    """The calls about outages."""

    def __init__(self, clock: Clock, *, now: datetime | None = None) -> None:
        super().__init__(clock, now=now)
        self._faults = FaultBooks(self._city, clock)

    async def outages(self, *, account_no: str = "", area_id: str = "") -> list[Outage]:
        """See base class."""
        self._called("outages")
        area_id, building = self._where(account_no, area_id)
        found = self._faults.outages_of(area_id)
        mine = [outage for outage in found if not account_no or outage.covers(area_id, building)]
        return [read.outage(show.outage(outage, self._clock.now())) for outage in mine]

    async def outage(self, outage_no: str) -> OutageDetail:
        """See base class."""
        self._called("outage")
        outage = self._city.faults.outages.get(outage_no)
        if outage is None:
            raise NotFound("outage.unknown")
        steps, facts = self._city.faults.steps[outage_no], self._city.faults.facts[outage_no]
        return read.detail(show.detail(outage, steps, facts, self._clock.now()))

    async def outage_history(self, *, account_no: str = "", area_id: str = "", days: int = 60) -> OutageHistory:
        """See base class."""
        self._called("outage_history")
        area_id, building = self._where(account_no, area_id)
        now = self._clock.now()
        began = [
            (outage.started or outage.planned_from or now, outage)
            for outage in self._city.faults.outages.values()
            if outage.touches(area_id, building if account_no else "") and outage.status != "merged"
        ]
        past = [pair for pair in sorted(began, key=lambda pair: pair[0], reverse=True) if pair[0] <= now]
        shown = [outage for start, outage in past if start >= now - timedelta(days=days)]
        counted = count_frequent([outage for _, outage in past], self._city.faults.outage_rules.frequent, now)
        return read.history(show.history(shown, counted, now))

    def _where(self, account_no: str, area_id: str) -> tuple[str, str]:
        if account_no:
            account = self._account(account_no)
            return account.area_id, account.building
        if area_id not in self._city.areas:
            raise NotFound("area.unknown")
        return area_id, ""
