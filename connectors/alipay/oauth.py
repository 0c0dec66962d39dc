"""Alipay's OAuth for the chat page, silent (auth_base): https://opendocs.alipay.com/open/284/web ."""

from __future__ import annotations

from urllib.parse import urlencode

from connectors.alipay.account import AlipayAccount
from connectors.alipay.api import AlipayApi
from connectors.alipay.keys import Keys
from connectors.alipay.messages import user_key
from conversation.identity import ChannelName, ChannelUser
from runtime.clock import Clock


class AlipayOAuth:
    """The platform of `connectors.shared.oauth`."""

    channel = ChannelName.ALIPAY
    code_name = "auth_code"

    def __init__(self, account: AlipayAccount, clock: Clock) -> None:
        """Reads the account's keys. Raises SettingsError."""
        self._account = account
        self._api = AlipayApi(account, Keys(account), clock)

    def address(self, redirect_uri: str, state: str) -> str:
        """See base class."""
        asked = {"app_id": self._account.app_id, "scope": "auth_base", "redirect_uri": redirect_uri}
        return f"{self._account.oauth_base}/oauth2/publicAppAuthorize.htm?{urlencode({**asked, 'state': state})}"

    async def person(self, code: str) -> ChannelUser:
        """See base class."""
        return ChannelUser(self.channel, user_key(await self._api.user_of(code)))

    async def close(self) -> None:
        """See base class."""
        await self._api.close()
