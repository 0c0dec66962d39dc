"""Asks the utility about outages over its REST interface."""

from __future__ import annotations

from backend.http.client import Client
from backend.models import Outage
from backend.wire import outages as wire
from backend.wire.reading import read_list


class OutagesClient(Client):
    """The calls about outages over HTTP."""

    async def outages(self, *, account_no: str = "", area_id: str = "") -> list[Outage]:
        """See base class."""
        query = {"account_no": account_no} if account_no else {"area_id": area_id}
        return read_list(wire.outage, "outages", await self._get("/outages", None, query=query))
