"""Asks the utility about bound accounts and check codes over its REST interface."""

from __future__ import annotations

from backend.http.client import Client, part
from backend.models import AccountCandidate, AccountProfile, BoundAccount, CheckCode, Contact, PhoneChange, Standing
from backend.wire import accounts as wire
from backend.wire.reading import read, read_list
from conversation.identity import ChannelUser


class AccountsClient(Client):
    """The calls about bound accounts and check codes over HTTP."""

    async def bindings(self, user: ChannelUser) -> list[BoundAccount]:
        """See base class."""
        return read_list(wire.account, "accounts", await self._get("/bindings", user))

    async def send_check_code(self, account_no: str, user: ChannelUser) -> CheckCode:
        """See base class."""
        content = await self._write("POST", "/check-codes", user, {"account_no": account_no})
        return read(wire.check_code, content)

    async def bind(self, account_no: str, code: str, user: ChannelUser) -> BoundAccount:
        """See base class."""
        body = {"account_no": account_no, "code": code}
        return read(wire.account, await self._write("POST", "/bindings", user, body))

    async def unbind(self, account_no: str, user: ChannelUser) -> None:
        """See base class."""
        await self._write("DELETE", f"/bindings/{part(account_no)}", user)

    async def take_over_bindings(self, source: ChannelUser, user: ChannelUser, *, evidence: str) -> list[BoundAccount]:
        """See base class."""
        body = {"source": source.conversation_id, "evidence": evidence}
        return read_list(wire.account, "accounts", await self._write("POST", "/binding-links", user, body))

    async def profile(self, account_no: str, user: ChannelUser) -> AccountProfile:
        """See base class."""
        return read(wire.profile, await self._get(f"/accounts/{part(account_no)}/profile", user))

    async def contacts(self, account_no: str, user: ChannelUser) -> list[Contact]:
        """See base class."""
        return read_list(wire.contact, "contacts", await self._get(f"/accounts/{part(account_no)}/contacts", user))

    async def standing(self, account_no: str, user: ChannelUser) -> Standing:
        """See base class."""
        return read(wire.standing, await self._get(f"/accounts/{part(account_no)}/standing", user))

    async def mail_address(self, account_no: str, user: ChannelUser) -> str:
        """See base class."""
        found = await self._get(f"/accounts/{part(account_no)}/mail-address", user)
        return read(lambda content: str(content["address_masked"]), found)

    async def change_mail_address(
        self, account_no: str, address: str, user: ChannelUser, *, idempotency_key: str
    ) -> str:
        """See base class."""
        path, body = f"/accounts/{part(account_no)}/mail-address", {"address": address}
        kept = await self._write("PUT", path, user, body, key=idempotency_key)
        return read(lambda content: str(content["address_masked"]), kept)

    async def ask_phone_change(
        self, account_no: str, new_phone: str, user: ChannelUser, *, idempotency_key: str
    ) -> PhoneChange:
        """See base class."""
        path, body = f"/accounts/{part(account_no)}/phone-changes", {"new_phone": new_phone}
        return read(wire.phone_change, await self._write("POST", path, user, body, key=idempotency_key))

    async def confirm_phone_change(
        self, phone_change_no: str, old_code: str, new_code: str, user: ChannelUser, *, idempotency_key: str
    ) -> BoundAccount:
        """See base class."""
        path, body = (
            f"/phone-changes/{part(phone_change_no)}/confirmation",
            {"old_code": old_code, "new_code": new_code},
        )
        return read(wire.account, await self._write("POST", path, user, body, key=idempotency_key))

    async def find_accounts(
        self, name: str, user: ChannelUser, *, phone: str = "", address: str = "", idempotency_key: str
    ) -> list[AccountCandidate]:
        """See base class."""
        body = {"name": name, **({"phone": phone} if phone else {}), **({"address": address} if address else {})}
        content = await self._write("POST", "/account-searches", user, body, key=idempotency_key)
        return read_list(wire.candidate, "candidates", content)
