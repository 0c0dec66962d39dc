"""Tells the utility what key accounts say of planned work, over its REST interface."""

from __future__ import annotations

from backend.http.client import Client, part


class ConsentsClient(Client):
    """The call about consent over HTTP."""

    async def record_consent(
        self, outage_no: str, account_no: str, *, agreed: bool, wish: str = "", idempotency_key: str
    ) -> None:
        """See base class."""
        body = {"account_no": account_no, "answer": "agreed" if agreed else "refused", "wish": wish}
        await self._report(f"/outages/{part(outage_no)}/consents", body, key=idempotency_key)
