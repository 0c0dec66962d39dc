"""What is asked of a utility about claims for appliances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from backend.models import ApplianceClaim, ApplianceItem, ClaimFiling, ClaimPage, ClaimTable
from conversation.identity import ChannelUser


class Claims(Protocol):
    """The calls about claims for household appliances (家电损坏)."""

    async def claim_table(self) -> ClaimTable:
        """Reads what may be claimed for, and by which figures."""

    async def file_claim(self, filing: ClaimFiling, user: ChannelUser, *, idempotency_key: str) -> ApplianceClaim:
        """Files a claim; one event of an account is claimed for once.

        Raises:
            NotAllowed: `account.not_bound`.
            Conflict: `claim.not_residential`, `claim.not_happened`, `claim.too_late` (field told_until),
                `claim.already_filed` (field order_no), `claim.items_many` (field most), `item.category`, `item.price`,
                `item.bought_late`, `idempotency.mismatch`.
        """

    async def claim(self, claim_no: str, user: ChannelUser) -> ApplianceClaim:
        """Reads one claim of this user.

        Raises:
            NotFound: `claim.unknown` (also when it is somebody else's).
        """

    async def claims(self, user: ChannelUser, *, cursor: str = "") -> ClaimPage:
        """Lists the claims of this user's accounts, the newest first."""

    async def add_claim_items(
        self, claim_no: str, items: Sequence[ApplianceItem], user: ChannelUser, *, idempotency_key: str
    ) -> ApplianceClaim:
        """Adds items to a claim that is not assessed yet.

        Raises:
            NotFound: `claim.unknown`.
            Conflict: `claim.state` (fields state, allowed), and those of a list of items.
        """

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
        """Agrees with the offer (`agree`, paid by `credit` or `transfer`), disputes it, or takes the claim back.

        Raises:
            NotFound: `claim.unknown`.
            Conflict: `claim.state` (fields state, allowed), `claim.account_closed`.
        """
