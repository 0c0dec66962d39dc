"""Asks the utility about cases and orders of every kind over its REST interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backend.http.client import Client, part
from backend.models import CaseFiling, Picture, TakenCase, Urged, WorkOrder
from backend.wire import cases as wire
from backend.wire.reading import read, read_list
from conversation.identity import ChannelUser


class CasesClient(Client):
    """The calls about cases and orders over HTTP."""

    async def file_case(self, user: ChannelUser, filing: CaseFiling, *, idempotency_key: str) -> TakenCase:
        """See base class."""
        content = await self._write("POST", "/cases", user, wire.case_body(filing), key=idempotency_key)
        return read(wire.taken_case, content)

    async def orders(
        self, user: ChannelUser, account_nos: Sequence[str] = (), *, open_only: bool = True
    ) -> list[WorkOrder]:
        """See base class."""
        query = {"state": "open" if open_only else "all"}
        if account_nos:
            query["account_no"] = ",".join(account_nos)
        return read_list(wire.work_order, "orders", await self._get("/orders", user, query=query))

    async def order(self, order_no: str, *, user: ChannelUser) -> WorkOrder:
        """See base class."""
        return read(wire.work_order, await self._get(f"/orders/{part(order_no)}", user))

    async def urge_order(
        self, order_no: str, *, user: ChannelUser, note: str = "", risk: bool = False, idempotency_key: str
    ) -> Urged:
        """See base class."""
        body = {"note": note, "risk": risk}
        return read(wire.urged, await self._on(order_no, "urges", user, body, idempotency_key))

    async def attach(self, order_no: str, picture: Picture, *, user: ChannelUser, idempotency_key: str) -> None:
        """See base class."""
        await self._on(order_no, "attachments", user, wire.picture_body(picture), idempotency_key)

    async def confirm_order(
        self, order_no: str, satisfied: bool, *, user: ChannelUser, note: str = "", idempotency_key: str
    ) -> WorkOrder:
        """See base class."""
        body = {"satisfied": satisfied, "note": note}
        return read(wire.work_order, await self._on(order_no, "confirmation", user, body, idempotency_key))

    async def rate_order(self, order_no: str, rating: int, *, user: ChannelUser, idempotency_key: str) -> WorkOrder:
        """See base class."""
        return read(wire.work_order, await self._on(order_no, "rating", user, {"rating": rating}, idempotency_key))

    async def withdraw_order(
        self, order_no: str, *, user: ChannelUser, note: str = "", idempotency_key: str
    ) -> WorkOrder:
        """See base class."""
        return read(wire.work_order, await self._on(order_no, "withdrawal", user, {"note": note}, idempotency_key))

    async def _on(self, order_no: str, what: str, user: ChannelUser, body: Mapping[str, Any], key: str) -> Any:
        return await self._write("POST", f"/orders/{part(order_no)}/{what}", user, body, key=key)
