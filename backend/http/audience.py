"""Asks the utility whom a notice concerns, over its REST interface."""

from __future__ import annotations

from collections.abc import Sequence

from backend.http.client import Client
from backend.models import AudiencePage
from backend.wire import audience as wire
from backend.wire.reading import read

# Phones are needed whole: the utility notes each look with what it is for.
_PURPOSE = {"Purpose": "notice"}


class AudienceClient(Client):
    """The call about an audience over HTTP."""

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
        """See base class."""
        given = {"area_ids": ",".join(area_ids), "account_no": account_no, "cursor": after, "limit": str(most)}
        given |= {"everybody": "true" if everybody else "", "standing": "true" if standing else ""}
        query = {name: value for name, value in given.items() if value}
        return read(wire.audience_page, await self._get("/audience", None, query=query, headers=_PURPOSE))
