"""The seam itself: what GridTalk asks of a utility. An operator replaces the adapter behind it (docs/backend.md).

Every call may raise `BackendUnavailable`, `BackendTimeout` or `BackendProtocolError`; what else it raises
is named with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from backend.models import (
    Bill,
    BoundAccount,
    CheckCode,
    FaultOrder,
    FaultReport,
    Money,
    MonthUsage,
    Outage,
    Place,
)
from conversation.identity import ChannelUser


class Backend(Protocol):
    """A power utility, seen from the counter."""

    async def bindings(self, user: ChannelUser) -> list[BoundAccount]:
        """Lists the accounts bound to this channel user."""

    async def send_check_code(self, account_no: str, user: ChannelUser) -> CheckCode:
        """Sends a six-digit code to the phone on file.

        Raises:
            NotFound: `account.unknown` (also for a closed account: nothing is said about what exists).
            NotAllowed: `check_code.locked` (wrong tries of the day used up), `check_code.too_soon` (fields:
                retry_after_s), `accounts.too_many` (five foreign accounts asked in 30 days), `account.no_phone` (no
                valid phone on file).
        """

    async def bind(self, account_no: str, code: str, user: ChannelUser) -> BoundAccount:
        """Binds the account when the code is right; binding twice is the same binding.

        Raises:
            NotAllowed: `check_code.wrong` (fields: tries_left), `check_code.expired`, `check_code.locked`.
        """

    async def unbind(self, account_no: str, user: ChannelUser) -> None:
        """Removes a binding; removing what is not bound is no error."""

    async def bill(self, account_no: str, period: str, user: ChannelUser) -> Bill:
        """Reads the bill of `period` (YYYY-MM).

        Raises:
            NotFound: `bill.not_issued` (the month has no bill yet), `bill.unknown` (before the account or beyond the
                books).
            NotAllowed: `account.not_bound`.
        """

    async def month_usage(self, account_no: str, user: ChannelUser) -> MonthUsage:
        """Reads the usage of the running month. Raises NotAllowed `account.not_bound`, NotFound `usage.unknown`."""

    async def money(self, account_no: str, user: ChannelUser) -> Money:
        """Reads balance and arrears. Raises NotAllowed `account.not_bound`."""

    async def find_places(self, text: str) -> list[Place]:
        """Finds the places that free text may mean, best first; none is an empty list."""

    async def outages(self, *, account_no: str = "", area_id: str = "") -> list[Outage]:
        """Lists the outages that cover the account or area: running ones, and planned ones still to come.

        Raises:
            NotFound: `account.unknown`, `area.unknown`.
        """

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
