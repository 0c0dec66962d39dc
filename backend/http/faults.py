"""Asks the utility about fault reports and orders over its REST interface."""

from __future__ import annotations

from collections.abc import Sequence

from backend.http.client import HEADER_TEXT, NONE, Client, part
from backend.models import FaultOrder, FaultReport, FaultUpdate, FaultUrge
from backend.wire import faults as wire
from backend.wire.reading import read, read_list
from conversation.identity import ChannelName, ChannelUser


class FaultsClient(Client):
    """The calls about fault reports and orders over HTTP."""

    async def report_fault(self, report: FaultReport, *, idempotency_key: str) -> FaultOrder:
        """See base class."""
        user = ChannelUser(ChannelName(report.channel), report.channel_user)
        content = await self._write("POST", "/fault-orders", user, wire.report_body(report), key=idempotency_key)
        return read(wire.fault_order, content)

    async def fault_order(self, order_no: str, *, user: ChannelUser, phone: str = "") -> FaultOrder:
        """See base class."""
        headers = {"Contact-Phone": phone} if HEADER_TEXT.fullmatch(phone) else NONE
        content = await self._get(f"/fault-orders/{part(order_no)}", user, headers=headers)
        return read(wire.fault_order, content)

    async def open_fault_orders(self, user: ChannelUser, account_nos: Sequence[str] = ()) -> list[FaultOrder]:
        """See base class."""
        query = {"account_no": ",".join(account_nos)} if account_nos else NONE
        return read_list(wire.fault_order, "orders", await self._get("/fault-orders", user, query=query))

    async def fault_info_update(
        self, order_no: str, update: FaultUpdate, *, user: ChannelUser, idempotency_key: str
    ) -> FaultOrder:
        """See base class."""
        path, body = f"/fault-orders/{part(order_no)}/updates", wire.update_body(update)
        return read(wire.fault_order, await self._write("POST", path, user, body, key=idempotency_key))

    async def urge_fault(self, order_no: str, *, user: ChannelUser, idempotency_key: str, note: str = "") -> FaultUrge:
        """See base class."""
        path = f"/fault-orders/{part(order_no)}/urges"
        return read(wire.urge, await self._write("POST", path, user, {"note": note}, key=idempotency_key))

    async def confirm_restored(
        self, order_no: str, restored: bool, *, user: ChannelUser, idempotency_key: str, note: str = ""
    ) -> FaultOrder:
        """See base class."""
        path, body = f"/fault-orders/{part(order_no)}/confirmation", {"restored": restored, "note": note}
        return read(wire.fault_order, await self._write("POST", path, user, body, key=idempotency_key))

    async def close_own_fault(self, order_no: str, *, user: ChannelUser, idempotency_key: str) -> FaultOrder:
        """See base class."""
        path = f"/fault-orders/{part(order_no)}/own-fault"
        return read(wire.fault_order, await self._write("POST", path, user, {}, key=idempotency_key))
