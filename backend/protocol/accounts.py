"""What is asked of a utility about bound accounts and check codes."""

from __future__ import annotations

from typing import Protocol

from backend.models import (
    BoundAccount,
    CheckCode,
)
from conversation.identity import ChannelUser


class Accounts(Protocol):
    """The calls about bound accounts and check codes."""

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
