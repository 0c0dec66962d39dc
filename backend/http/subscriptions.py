"""Asks the utility about notices and about being called back over its REST interface."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from backend.http.client import Client, part
from backend.models import Callback, Subscription
from backend.wire import subscriptions as wire
from backend.wire.reading import read, read_list
from conversation.identity import ChannelUser


class SubscriptionsClient(Client):
    """The calls about notices and about being called back over HTTP."""

    async def subscriptions(self, account_no: str, user: ChannelUser) -> list[Subscription]:
        """See base class."""
        found = await self._get(f"/accounts/{part(account_no)}/subscriptions", user)
        return read_list(wire.subscription, "subscriptions", found)

    async def set_subscription(
        self,
        account_no: str,
        notice_type: str,
        user: ChannelUser,
        *,
        enabled: bool,
        channel: str = "",
        threshold: Decimal | None = None,
        idempotency_key: str,
    ) -> list[Subscription]:
        """See base class."""
        path = f"/accounts/{part(account_no)}/subscriptions"
        body: dict[str, Any] = {"notice_type": notice_type, "enabled": enabled, "channel": channel}
        if threshold is not None:
            body["threshold"] = f"{threshold:f}"
        changed = await self._write("PUT", path, user, body, key=idempotency_key)
        return read_list(wire.subscription, "subscriptions", changed)

    async def ask_callback(
        self,
        reason: str,
        user: ChannelUser,
        *,
        phone: str = "",
        account_no: str = "",
        call_by: datetime | None = None,
        idempotency_key: str,
    ) -> Callback:
        """See base class."""
        body = {"reason": reason, "phone": phone, "account_no": account_no}
        if call_by is not None:
            body["call_by"] = call_by.isoformat()
        return read(wire.callback, await self._write("POST", "/callbacks", user, body, key=idempotency_key))

    async def callbacks(self, user: ChannelUser) -> list[Callback]:
        """See base class."""
        return read_list(wire.callback, "callbacks", await self._get("/callbacks", user))
