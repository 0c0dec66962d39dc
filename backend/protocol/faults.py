"""What is asked of a utility about fault reports and orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from backend.models import (
    FaultOrder,
    FaultReport,
    FaultUpdate,
    FaultUrge,
)
from conversation.identity import ChannelUser


class Faults(Protocol):
    """The calls about fault reports and orders."""

    async def report_fault(self, report: FaultReport, *, idempotency_key: str) -> FaultOrder:
        """Files a fault; joins the running event of the area when there is one. The same key gives the same order.

        A report of an account (or of the same person and building) whose order is still open gives that order again.
        An address that fits no single area makes an order without a promise; a danger sign never joins anything.

        Raises:
            Conflict: `account.cut_off` (cut for arrears: reconnecting is the way), `idempotency.mismatch`.
            NotFound: `account.unknown`, `area.unknown`.
        """

    async def fault_order(self, order_no: str, *, user: ChannelUser, phone: str = "") -> FaultOrder:
        """Reads one order of this user (reported by them, on a bound account, or with `phone` on it).

        Who knows only the phone gets the order without its account number.

        Raises:
            NotFound: `order.unknown` (also when it is somebody else's).
        """

    async def open_fault_orders(self, user: ChannelUser, account_nos: Sequence[str] = ()) -> list[FaultOrder]:
        """Lists the open orders reported by this user or on these bound accounts, newest first.

        No account named means every bound one; an account that is not bound is left out. Open means until power is
        back for it.
        """

    async def fault_info_update(
        self, order_no: str, update: FaultUpdate, *, user: ChannelUser, idempotency_key: str
    ) -> FaultOrder:
        """Adds facts to an open order of this user; a danger sign makes a merged order one of its own.

        Raises:
            NotFound: `order.unknown`.
            Conflict: `order.done` (power is back for it), `idempotency.mismatch`.
        """

    async def urge_fault(self, order_no: str, *, user: ChannelUser, idempotency_key: str, note: str = "") -> FaultUrge:
        """Urges an order of this user; a merged one urges the order it follows.

        Raises:
            NotFound: `order.unknown`.
            Conflict: `order.closed`, `order.resolved` (it has its reply), `idempotency.mismatch`.
        """

    async def confirm_restored(
        self, order_no: str, restored: bool, *, user: ChannelUser, idempotency_key: str, note: str = ""
    ) -> FaultOrder:
        """Keeps the user's word on whether power is back; a no keeps the order open or opens it again.

        Raises:
            NotFound: `order.unknown`.
            Conflict: `order.confirmed` (they have said yes before), `idempotency.mismatch`.
        """

    async def close_own_fault(self, order_no: str, *, user: ChannelUser, idempotency_key: str) -> FaultOrder:
        """Closes an order as a fault of the user's own installation, because they agree to it.

        Raises:
            NotFound: `order.unknown`.
            Conflict: `order.merged` (others report the same), `order.move`, `order.closed`, `idempotency.mismatch`.
        """
