"""What is asked of a utility about halls and managers."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from backend.models import Hall, HallDay, ManagerContact, ServiceTeam
from conversation.identity import ChannelUser


class Halls(Protocol):
    """The calls about halls and managers; their numbers are public."""

    async def halls(self, *, region: str = "", text: str = "") -> list[Hall]:
        """Lists halls as they stand now: of a region, or of the regions a text may mean; neither: every hall."""

    async def hall_days(self, hall_id: str, *, first: date | None = None, days: int = 7) -> list[HallDay]:
        """Lists the hours of a hall on up to 31 coming days, today first unless another day is named.

        Raises:
            NotFound: `hall.unknown`.
        """

    async def grid_manager(self, area_id: str) -> ManagerContact:
        """Reads the grid manager of an area, and whether they answer now.

        Raises:
            NotFound: `area.unknown`, `manager.none`.
        """

    async def service_team(self, account_no: str, user: ChannelUser) -> ServiceTeam:
        """Reads who serves an account of this user: grid manager, key-account manager, halls of the region.

        Raises:
            NotAllowed: `account.not_bound`.
        """
