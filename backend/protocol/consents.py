"""What a utility is told of consent to planned work."""

from __future__ import annotations

from typing import Protocol


class Consents(Protocol):
    """The call about consent; for the client that sends the company's notices."""

    async def record_consent(
        self, outage_no: str, account_no: str, *, agreed: bool, wish: str = "", idempotency_key: str
    ) -> None:
        """Tells what a key account says of planned work; said again it takes the old answer's place.

        Raises:
            NotFound: `outage.unknown`; `account.unknown`, no account of its areas.
            Conflict: `outage.over`; `outage.consult`, it is no planned work.
        """
