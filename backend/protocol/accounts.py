"""What is asked of a utility about bound accounts and check codes."""

from __future__ import annotations

from typing import Protocol

from backend.models import (
    AccountCandidate,
    AccountProfile,
    BoundAccount,
    CheckCode,
    Contact,
    PhoneChange,
    Standing,
)
from conversation.identity import ChannelUser


class Accounts(Protocol):
    """The calls about accounts: who is bound, what a counter must know, contacts, the search for an account."""

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

    async def take_over_bindings(self, source: ChannelUser, user: ChannelUser, *, evidence: str) -> list[BoundAccount]:
        """Binds to this channel user what another identity of the same person has bound; returns all that is bound now.

        Whoever calls vouches that both are one person; `evidence` is the number of the link that says how it is known.
        """

    async def profile(self, account_no: str, user: ChannelUser) -> AccountProfile:
        """Reads what the counter must know of a bound account: class, plan, the tags that matter, its manager.

        Raises:
            NotAllowed: `account.not_bound`.
        """

    async def standing(self, account_no: str, user: ChannelUser) -> Standing:
        """Reads how a bound account stands to an offer: what it is, and what troubles it now.

        Raises:
            NotAllowed: `account.not_bound`.
        """

    async def mail_address(self, account_no: str, user: ChannelUser) -> str:
        """Tells where letters of a bound account go, masked; empty: nowhere yet.

        Raises:
            NotAllowed: `account.not_bound`.
        """

    async def change_mail_address(
        self, account_no: str, address: str, user: ChannelUser, *, idempotency_key: str
    ) -> str:
        """Keeps where letters of a bound account go, and returns it masked; an empty one takes it away.

        Raises:
            NotAllowed: `account.not_bound`.
            Conflict: `mail.invalid`.
        """

    async def contacts(self, account_no: str, user: ChannelUser) -> list[Contact]:
        """Lists the contacts of a bound account, those that hold first.

        Raises:
            NotAllowed: `account.not_bound`.
        """

    async def ask_phone_change(
        self, account_no: str, new_phone: str, user: ChannelUser, *, idempotency_key: str
    ) -> PhoneChange:
        """Sends a code to the phone on file and one to the new phone; a newer change makes the older one void.

        Raises:
            NotAllowed: `account.not_bound`, `account.no_phone` (the old phone cannot receive a code: a hall changes
                it), `check_code.locked`, `check_code.too_soon` (fields: retry_after_s).
            Conflict: `phone.invalid`, `phone.same`, `idempotency.mismatch`.
        """

    async def confirm_phone_change(
        self, phone_change_no: str, old_code: str, new_code: str, user: ChannelUser, *, idempotency_key: str
    ) -> BoundAccount:
        """Changes the phone on file when both codes are right; confirming again is the same change.

        Raises:
            NotAllowed: `check_code.wrong` (fields: tries_left), `check_code.expired`, `check_code.locked`,
                `account.not_bound`.
            NotFound: `phone_change.unknown` (also somebody else's).
            Conflict: `idempotency.mismatch`.
        """

    async def find_accounts(
        self, name: str, user: ChannelUser, *, phone: str = "", address: str = "", idempotency_key: str
    ) -> list[AccountCandidate]:
        """Finds open accounts by the holder's name and exactly one of the phone on file and the address to the room.

        A search is an ask: what it finds, or that it finds nothing, counts against data fishing.

        Raises:
            NotAllowed: `accounts.too_many`.
            Conflict: `idempotency.mismatch`.
        """
