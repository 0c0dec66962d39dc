"""Asks the utility about halls and managers over its REST interface."""

from __future__ import annotations

from datetime import date

from backend.http.client import TEXT_MOST, Client, part
from backend.models import Hall, HallDay, ManagerContact, ServiceTeam
from backend.wire import halls as wire
from backend.wire.reading import read, read_list
from conversation.identity import ChannelUser


class HallsClient(Client):
    """The calls about halls and managers over HTTP."""

    async def halls(self, *, region: str = "", text: str = "") -> list[Hall]:
        """See base class."""
        query = {name: value for name, value in (("region", region), ("text", text[:TEXT_MOST])) if value}
        return read_list(wire.hall, "halls", await self._get("/halls", None, query=query))

    async def hall_days(self, hall_id: str, *, first: date | None = None, days: int = 7) -> list[HallDay]:
        """See base class."""
        query = {"days": str(days), **({"from": first.isoformat()} if first else {})}
        return read_list(wire.hall_day, "days", await self._get(f"/halls/{part(hall_id)}/days", None, query=query))

    async def grid_manager(self, area_id: str) -> ManagerContact:
        """See base class."""
        return read(wire.contact, await self._get(f"/areas/{part(area_id)}/grid-manager", None))

    async def service_team(self, account_no: str, user: ChannelUser) -> ServiceTeam:
        """See base class."""
        return read(wire.service_team, await self._get(f"/accounts/{part(account_no)}/service-team", user))
