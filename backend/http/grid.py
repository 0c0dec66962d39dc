"""Asks the utility about places over its REST interface."""

from __future__ import annotations

from backend.http.client import TEXT_MOST, Client
from backend.models import Place
from backend.wire import grid as wire
from backend.wire.reading import read_list


class GridClient(Client):
    """The calls about places over HTTP."""

    async def find_places(self, text: str) -> list[Place]:
        """See base class."""
        if not text.strip():
            return []
        return read_list(wire.place, "places", await self._get("/places", None, query={"text": text[:TEXT_MOST]}))
