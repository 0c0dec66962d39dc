"""Asks the utility about invoices over its REST interface."""

from __future__ import annotations

from backend.http.client import Client, part
from backend.models import Invoice
from backend.wire import invoices as wire
from backend.wire.reading import read, read_list
from conversation.identity import ChannelUser


class InvoicesClient(Client):
    """The calls about invoices over HTTP."""

    async def invoices(self, account_no: str, user: ChannelUser) -> list[Invoice]:
        """See base class."""
        return read_list(wire.invoice, "invoices", await self._get(f"/accounts/{part(account_no)}/invoices", user))

    async def issue_invoice(
        self,
        account_no: str,
        period: str,
        title: str,
        user: ChannelUser,
        *,
        idempotency_key: str,
        kind: str = "electronic",
        tax_no: str = "",
    ) -> Invoice:
        """See base class."""
        body = {"account_no": account_no, "period": period, "kind": kind, "title": title, "tax_no": tax_no}
        return read(wire.invoice, await self._write("POST", "/invoices", user, body, key=idempotency_key))
