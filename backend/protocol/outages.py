"""What is asked of a utility about outages."""

from __future__ import annotations

from typing import Protocol

from backend.models import (
    Outage,
    OutageDetail,
    OutageHistory,
)


class Outages(Protocol):
    """The calls about outages."""

    async def outages(self, *, account_no: str = "", area_id: str = "") -> list[Outage]:
        """Lists the outages that cover the account or area: running ones, and planned ones still to come.

        Raises:
            NotFound: `account.unknown`, `area.unknown`.
        """

    async def outage(self, outage_no: str) -> OutageDetail:
        """Reads one outage with its timeline, every estimate that was given and how fresh each fact is.

        Raises:
            NotFound: `outage.unknown`.
        """

    async def outage_history(self, *, account_no: str = "", area_id: str = "", days: int = 60) -> OutageHistory:
        """Lists the outages of an account or area that began in the last `days`, and counts the frequent ones.

        Raises:
            NotFound: `account.unknown`, `area.unknown`.
        """
