"""What is asked of a utility about cases and the customer's orders of every kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from backend.models import CaseFiling, Picture, TakenCase, Urged, WorkOrder
from conversation.identity import ChannelUser


class Cases(Protocol):
    """The calls about cases and orders."""

    async def file_case(self, user: ChannelUser, filing: CaseFiling, *, idempotency_key: str) -> TakenCase:
        """Files a case. What the company's own books do not carry is taken as what they do (`reclassified`).

        Raises:
            Conflict: `case.already_open` (fields order_no, status), the same matter is open: it can be urged;
                `idempotency.mismatch`;
                `case.account_needed`, this type is about an account.
            NotAllowed: `account.not_bound`.
            BackendProtocolError: there is no such kind, type or secrecy.
        """

    async def orders(
        self, user: ChannelUser, account_nos: Sequence[str] = (), *, open_only: bool = True
    ) -> list[WorkOrder]:
        """Lists the newest orders of every kind that this user filed or that are on these bound accounts.

        No account named means every bound one; an account that is not bound is left out. Whoever filed a secret one
        sees it, nobody else. Urges are not listed; the orders tell how many there were.
        """

    async def order(self, order_no: str, *, user: ChannelUser) -> WorkOrder:
        """Reads one order of this user with its timeline and its reply.

        Raises:
            NotFound: `order.unknown` (also when it is somebody else's).
        """

    async def urge_order(
        self, order_no: str, *, user: ChannelUser, note: str = "", risk: bool = False, idempotency_key: str
    ) -> Urged:
        """Urges an open order; sooner than the gap after the last one it is only recorded, unless there is a `risk`.

        Raises:
            NotFound: `order.unknown`.
            Conflict: `order.closed`, `order.resolved` (it can be confirmed or disputed), `idempotency.mismatch`.
        """

    async def attach(self, order_no: str, picture: Picture, *, user: ChannelUser, idempotency_key: str) -> None:
        """Adds a picture to an open order of this user, of any kind; the same picture is added once.

        Raises:
            NotFound: `order.unknown`.
            Conflict: `order.closed`, `order.too_many_attachments`, `idempotency.mismatch`.
        """

    async def confirm_order(
        self, order_no: str, satisfied: bool, *, user: ChannelUser, note: str = "", idempotency_key: str
    ) -> WorkOrder:
        """Says whether the reply settles the matter; a no takes the reply back and the work goes on.

        Raises:
            NotFound: `order.unknown`.
            Conflict: `order.closed`, `order.not_resolved`, `order.confirmed`, `idempotency.mismatch`.
        """

    async def rate_order(self, order_no: str, rating: int, *, user: ChannelUser, idempotency_key: str) -> WorkOrder:
        """Rates the reply, 1 to 5, once.

        Raises:
            NotFound: `order.unknown`.
            Conflict: `order.not_resolved`, `order.rated`, `idempotency.mismatch`.
        """

    async def withdraw_order(
        self, order_no: str, *, user: ChannelUser, note: str = "", idempotency_key: str
    ) -> WorkOrder:
        """Takes a case back.

        Raises:
            NotFound: `order.unknown`.
            Conflict: `order.closed`, `order.side_state` (this kind has its own way), `idempotency.mismatch`.
        """
