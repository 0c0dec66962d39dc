"""What is asked of a utility about fault reports and orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from backend.models import (
    FaultOrder,
    FaultReport,
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
