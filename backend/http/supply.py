"""Asks the utility about power on and off over its REST interface."""

from __future__ import annotations

from decimal import Decimal

from backend.http.client import Client, part
from backend.models import Reconnect, Supply
from backend.wire import supply as wire
from backend.wire.reading import read
from conversation.identity import ChannelUser


class SupplyClient(Client):
    """The calls about power on and off over HTTP."""

    async def supply(self, account_no: str, user: ChannelUser) -> Supply:
        """See base class."""
        return read(wire.supply, await self._get(f"/accounts/{part(account_no)}/supply", user))

    async def set_warning_limit(
        self, account_no: str, limit: Decimal, user: ChannelUser, *, idempotency_key: str
    ) -> Supply:
        """See base class."""
        path, body = f"/accounts/{part(account_no)}/warning-limit", {"limit": f"{limit:f}"}
        return read(wire.supply, await self._write("PUT", path, user, body, key=idempotency_key))

    async def request_reconnect(
        self, account_no: str, kind: str, user: ChannelUser, *, idempotency_key: str
    ) -> Reconnect:
        """See base class."""
        path = f"/accounts/{part(account_no)}/reconnects"
        return read(wire.reconnect, await self._write("POST", path, user, {"kind": kind}, key=idempotency_key))
