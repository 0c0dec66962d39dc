"""What is asked of a utility about whom a notice concerns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from backend.models import AudiencePage


class Audience(Protocol):
    """The call about an audience; it is about the whole company, not about a customer."""

    async def audience(
        self,
        *,
        area_ids: Sequence[str] = (),
        account_no: str = "",
        everybody: bool = False,
        standing: bool = False,
        after: str = "",
        most: int = 200,
    ) -> AudiencePage:
        """Lists the supplied accounts of areas, and the one named, with who is bound to them, by number.

        Args:
            area_ids: up to a hundred transformer areas.
            account_no: one account, also one that is cut off.
            everybody: every account that has not ended, for whoever looks after the data.
            standing: also how each account stands to an offer.
            after: the cursor of the page before; empty: from the beginning.
            most: how many at most, up to 200.

        Raises:
            NotFound: `area.unknown`.
            BackendProtocolError: also when this client sends no notices (`token.scope`).
        """
