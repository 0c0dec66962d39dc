"""The desk's line to the utility: who is meant by a chat, and which account by a reference that hides its number."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

import structlog

from backend.http import HttpBackend
from backend.models import BoundAccount
from backend.protocol import Backend
from console.server.panel.errors import AccountUnknown, PanelClosed
from console.server.panel.folder import Folder, closed, read_folder
from console.server.settings import ConsoleSettings
from conversation.identity import ChannelUser
from runtime.clock import Clock
from runtime.errors import SettingsError

_REFERENCE = 16


@dataclass(frozen=True)
class Counter:
    """The counter of the utility as the desk reaches it; `client` is None when the operator has given no token."""

    settings: ConsoleSettings
    clock: Clock
    client: HttpBackend | None

    @classmethod
    def open(cls, settings: ConsoleSettings, clock: Clock) -> Counter:
        """Builds it; nothing is asked yet. Raises SettingsError when a figure cannot be used."""
        if settings.panel_wait_s <= 0 or settings.act_wait_s <= 0 or settings.panel_accounts < 1:
            raise SettingsError("the waits and the number of accounts of the customer panel must be above nothing")
        if not settings.utility_token:
            structlog.get_logger().warning("console.panel.closed", missing="UTILITY_TOKEN")
            return cls(settings, clock, None)
        return cls(settings, clock, HttpBackend(settings.utility_url, settings.utility_token))

    async def close(self) -> None:
        """Leaves the utility."""
        if self.client:
            await self.client.close()

    def now(self) -> datetime:
        """Reads the desk's clock."""
        return self.clock.now()

    @property
    def backend(self) -> Backend:
        """The utility. Raises PanelClosed."""
        if self.client is None:
            raise PanelClosed()
        return self.client

    def check_open(self) -> None:
        """Refuses what the utility is needed for, where there is no line to it. Raises PanelClosed."""
        if self.client is None:
            raise PanelClosed()

    async def folder(self, conversation_id: str) -> Folder:
        """Reads what the utility knows of the customer of a chat; never fails, each part says what is wrong."""
        if self.client is None:
            return closed(PanelClosed.code)
        wait, most = self.settings.panel_wait_s, self.settings.panel_accounts
        return await read_folder(self.client, ChannelUser.of(conversation_id), seconds=wait, most=most)

    def reference(self, conversation_id: str, account_no: str) -> str:
        """Names an account to the browser, in this chat only, without telling its number."""
        return self.digest(f"account/{conversation_id}/{account_no}")[:_REFERENCE]

    def digest(self, text: str) -> str:
        """Returns a keyed hash: what it was made from cannot be tried out, not even a six-digit code."""
        return hmac.new(self.settings.session_secret.encode(), text.encode(), hashlib.sha256).hexdigest()

    async def account(self, conversation_id: str, reference: str) -> BoundAccount:
        """Finds the bound account that a reference names.

        Raises:
            AccountUnknown: it is not, or no longer, bound to this customer.
            BackendError: the bindings cannot be read.
        """
        for account in await self.backend.bindings(ChannelUser.of(conversation_id)):
            if hmac.compare_digest(self.reference(conversation_id, account.account_no), reference):
                return account
        raise AccountUnknown(conversation_id=conversation_id)
