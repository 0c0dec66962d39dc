"""The seam over HTTP: the utility's REST interface (contracts/utility.openapi.yml) behind the Backend protocol."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from backend import wire
from backend.breaker import Breaker
from backend.models import Bill, BoundAccount, CheckCode, FaultOrder, FaultReport, Money, MonthUsage, Outage, Place
from backend.transport import Call, Deadlines, Transport
from conversation.identity import ChannelUser

_NONE: Mapping[str, str] = MappingProxyType({})
_HEADER_TEXT = re.compile(r"[!-~]{1,40}")
_TEXT_MOST = 200  # what the utility's contract takes for a place


class HttpBackend:
    """Asks the utility over its REST interface."""

    def __init__(
        self, url: str, token: str, *, breaker: Breaker | None = None, deadlines: Deadlines = Deadlines()
    ) -> None:
        """Keeps where the utility is; nothing is opened before the first call."""
        self._transport = Transport(url, token, breaker or Breaker(), deadlines)

    async def close(self) -> None:
        """Closes the connections."""
        await self._transport.close()

    async def bindings(self, user: ChannelUser) -> list[BoundAccount]:
        """See base class."""
        return wire.read_list(wire.account, "accounts", await self._get("/bindings", user))

    async def send_check_code(self, account_no: str, user: ChannelUser) -> CheckCode:
        """See base class."""
        content = await self._post("/check-codes", user, {"account_no": account_no})
        return wire.read(wire.check_code, content)

    async def bind(self, account_no: str, code: str, user: ChannelUser) -> BoundAccount:
        """See base class."""
        body = {"account_no": account_no, "code": code}
        return wire.read(wire.account, await self._post("/bindings", user, body))

    async def unbind(self, account_no: str, user: ChannelUser) -> None:
        """See base class."""
        path = f"/bindings/{_part(account_no)}"
        await self._transport.send(Call("DELETE", path, repeatable=True, headers=_acting(user.conversation_id)))

    async def bill(self, account_no: str, period: str, user: ChannelUser) -> Bill:
        """See base class."""
        path = f"/accounts/{_part(account_no)}/bills/{_part(period)}"
        return wire.read(wire.bill, await self._get(path, user))

    async def month_usage(self, account_no: str, user: ChannelUser) -> MonthUsage:
        """See base class."""
        return wire.read(wire.month_usage, await self._get(f"/accounts/{_part(account_no)}/usage", user))

    async def money(self, account_no: str, user: ChannelUser) -> Money:
        """See base class."""
        return wire.read(wire.money, await self._get(f"/accounts/{_part(account_no)}/money", user))

    async def find_places(self, text: str) -> list[Place]:
        """See base class."""
        if not text.strip():
            return []
        return wire.read_list(wire.place, "places", await self._get("/places", None, query={"text": text[:_TEXT_MOST]}))

    async def outages(self, *, account_no: str = "", area_id: str = "") -> list[Outage]:
        """See base class."""
        query = {"account_no": account_no} if account_no else {"area_id": area_id}
        return wire.read_list(wire.outage, "outages", await self._get("/outages", None, query=query))

    async def report_fault(self, report: FaultReport, *, idempotency_key: str) -> FaultOrder:
        """See base class."""
        person = f"{report.channel}:{report.channel_user}"
        headers = {**_acting(person), "Idempotency-Key": idempotency_key}
        call = Call("POST", "/fault-orders", repeatable=True, headers=headers, body=wire.report_body(report))
        content = await self._transport.send(call)
        return wire.read(wire.fault_order, content)

    async def fault_order(self, order_no: str, *, user: ChannelUser, phone: str = "") -> FaultOrder:
        """See base class."""
        headers = {"Contact-Phone": phone} if _HEADER_TEXT.fullmatch(phone) else _NONE
        content = await self._get(f"/fault-orders/{_part(order_no)}", user, headers=headers)
        return wire.read(wire.fault_order, content)

    async def open_fault_orders(self, user: ChannelUser, account_nos: Sequence[str] = ()) -> list[FaultOrder]:
        """See base class."""
        query = {"account_no": ",".join(account_nos)} if account_nos else _NONE
        return wire.read_list(wire.fault_order, "orders", await self._get("/fault-orders", user, query=query))

    async def _get(
        self,
        path: str,
        user: ChannelUser | None,
        *,
        query: Mapping[str, str] = _NONE,
        headers: Mapping[str, str] = _NONE,
    ) -> Any:
        acting = _acting(user.conversation_id) if user else {}
        return await self._transport.send(
            Call("GET", path, repeatable=True, headers={**acting, **headers}, query=query)
        )

    async def _post(self, path: str, user: ChannelUser, body: Mapping[str, str]) -> Any:
        """Sends what must not be sent twice: a second code, a second try."""
        headers = _acting(user.conversation_id)
        return await self._transport.send(Call("POST", path, repeatable=False, headers=headers, body=body))


def _acting(person: str) -> dict[str, str]:
    return {"Acting-User": person}


def _part(value: str) -> str:
    """Writes a value as one part of a path."""
    return quote(value, safe="") or "-"
