"""Asks the utility about bound accounts and check codes over its REST interface."""

from __future__ import annotations

from backend.http.client import Client, part
from backend.models import BoundAccount, CheckCode
from backend.wire import accounts as wire
from backend.wire.reading import read, read_list
from conversation.identity import ChannelUser


class AccountsClient(Client):
    """The calls about bound accounts and check codes over HTTP."""

    async def bindings(self, user: ChannelUser) -> list[BoundAccount]:
        """See base class."""
        return read_list(wire.account, "accounts", await self._get("/bindings", user))

    async def send_check_code(self, account_no: str, user: ChannelUser) -> CheckCode:
        """See base class."""
        content = await self._write("POST", "/check-codes", user, {"account_no": account_no})
        return read(wire.check_code, content)

    async def bind(self, account_no: str, code: str, user: ChannelUser) -> BoundAccount:
        """See base class."""
        body = {"account_no": account_no, "code": code}
        return read(wire.account, await self._write("POST", "/bindings", user, body))

    async def unbind(self, account_no: str, user: ChannelUser) -> None:
        """See base class."""
        await self._write("DELETE", f"/bindings/{part(account_no)}", user)
