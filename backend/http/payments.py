"""Asks the utility about money over its REST interface."""

from __future__ import annotations

from backend.http.client import Client, part
from backend.models import Money
from backend.wire import payments as wire
from backend.wire.reading import read
from conversation.identity import ChannelUser


class PaymentsClient(Client):
    """The calls about money over HTTP."""

    async def money(self, account_no: str, user: ChannelUser) -> Money:
        """See base class."""
        return read(wire.money, await self._get(f"/accounts/{part(account_no)}/money", user))
