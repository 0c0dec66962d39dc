"""WeChat's OAuth for the chat page, silent (snsapi_base).

https://developers.weixin.qq.com/doc/service/guide/h5/auth.html
"""

from __future__ import annotations

from urllib.parse import urlencode

from connectors.wechat.account import WeChatAccount
from connectors.wechat.api import WeChatApi
from conversation.identity import ChannelName, ChannelUser


class WeChatOAuth:
    """The platform of `connectors.shared.oauth`."""

    channel = ChannelName.WECHAT
    code_name = "code"

    def __init__(self, account: WeChatAccount) -> None:
        self._account = account
        self._api = WeChatApi(account)

    def address(self, redirect_uri: str, state: str) -> str:
        """See base class; WeChat wants the parameters in this order, and its mark behind them."""
        asked = {"appid": self._account.app_id, "redirect_uri": redirect_uri, "response_type": "code"}
        query = urlencode({**asked, "scope": "snsapi_base", "state": state})
        return f"{self._account.oauth_base}/connect/oauth2/authorize?{query}#wechat_redirect"

    async def person(self, code: str) -> ChannelUser:
        """See base class."""
        return ChannelUser(self.channel, await self._api.openid_of(code))

    async def close(self) -> None:
        """See base class."""
        await self._api.close()
