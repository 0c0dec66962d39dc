"""Asks the utility about claims for appliances over its REST interface."""

from __future__ import annotations

from collections.abc import Sequence

from backend.http.client import NONE, Client, part
from backend.models import ApplianceClaim, ApplianceItem, ClaimFiling, ClaimPage, ClaimTable
from backend.wire import claims as wire
from backend.wire.reading import read
from conversation.identity import ChannelUser


class ClaimsClient(Client):
    """The calls about claims over HTTP."""

    async def claim_table(self) -> ClaimTable:
        """See base class."""
        return read(wire.table, await self._get("/claim-table", None))

    async def file_claim(self, filing: ClaimFiling, user: ChannelUser, *, idempotency_key: str) -> ApplianceClaim:
        """See base class."""
        body = wire.filing_body(filing)
        return read(wire.claim, await self._write("POST", "/claims", user, body, key=idempotency_key))

    async def claim(self, claim_no: str, user: ChannelUser) -> ApplianceClaim:
        """See base class."""
        return read(wire.claim, await self._get(f"/claims/{part(claim_no)}", user))

    async def claims(self, user: ChannelUser, *, cursor: str = "") -> ClaimPage:
        """See base class."""
        query = {"cursor": cursor} if cursor else NONE
        return read(wire.claim_page, await self._get("/claims", user, query=query))

    async def add_claim_items(
        self, claim_no: str, items: Sequence[ApplianceItem], user: ChannelUser, *, idempotency_key: str
    ) -> ApplianceClaim:
        """See base class."""
        path, body = f"/claims/{part(claim_no)}/items", wire.items_body(items)
        return read(wire.claim, await self._write("POST", path, user, body, key=idempotency_key))

    async def answer_claim(
        self,
        claim_no: str,
        answer: str,
        user: ChannelUser,
        *,
        pay_by: str = "credit",
        note: str = "",
        idempotency_key: str,
    ) -> ApplianceClaim:
        """See base class."""
        path, body = f"/claims/{part(claim_no)}/answers", {"answer": answer, "pay_by": pay_by, "note": note}
        return read(wire.claim, await self._write("POST", path, user, body, key=idempotency_key))
