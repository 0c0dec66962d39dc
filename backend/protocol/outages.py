"""What is asked of a utility about outages."""

from __future__ import annotations

from typing import Protocol

from backend.models import (
    Outage,
)


class Outages(Protocol):
    """The calls about outages."""

    async def outages(self, *, account_no: str = "", area_id: str = "") -> list[Outage]:
        """Lists the outages that cover the account or area: running ones, and planned ones still to come.

        Raises:
            NotFound: `account.unknown`, `area.unknown`.
        """
