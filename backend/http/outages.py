"""Asks the utility about outages over its REST interface."""

from __future__ import annotations

from backend.http.client import Client, part
from backend.models import Outage, OutageDetail, OutageHistory
from backend.wire import outages as wire
from backend.wire.reading import read, read_list


class OutagesClient(Client):
    """The calls about outages over HTTP."""

    async def outages(self, *, account_no: str = "", area_id: str = "") -> list[Outage]:
        """See base class."""
        query = {"account_no": account_no} if account_no else {"area_id": area_id}
        return read_list(wire.outage, "outages", await self._get("/outages", None, query=query))

    async def outage(self, outage_no: str) -> OutageDetail:
        """See base class."""
        return read(wire.detail, await self._get(f"/outages/{part(outage_no)}", None))

    async def outage_history(self, *, account_no: str = "", area_id: str = "", days: int = 60) -> OutageHistory:
        """See base class."""
        where = {"account_no": account_no} if account_no else {"area_id": area_id}
        return read(wire.history, await self._get("/outage-history", None, query={**where, "days": str(days)}))
