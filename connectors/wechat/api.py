"""WeChat's API as far as this door calls it: the access token, customer-service messages, media.

https://developers.weixin.qq.com/doc/service/api/customer/message/api_sendcustommessage
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
import structlog

from connectors.wechat.account import WeChatAccount
from connectors.wechat.errors import ApiRefused, ApiUnreachable

# A call holds the conversation while it runs.
_TIMEOUT = aiohttp.ClientTimeout(total=4, connect=2)
_MEDIA_TIMEOUT = aiohttp.ClientTimeout(total=8, connect=2)
_MOST_MEDIA_BYTES = 10 * 1024 * 1024
_BAD_TOKEN = frozenset({40001, 40014, 42001})
# The platform keeps a token alive for some minutes after it was renewed; we renew before that.
_EARLY_SECONDS = 300
# It takes no order to renew more often than this.
_FORCE_SECONDS = 30


class AccessToken:
    """The account's access token: fetched when needed, by one call at a time."""

    def __init__(self, account: WeChatAccount) -> None:
        self._account = account
        self._token = ""
        self._until = 0.0
        self._forced = -float(_FORCE_SECONDS)
        self._fetching = asyncio.Lock()

    async def get(self, http: aiohttp.ClientSession, *, instead_of: str = "") -> str:
        """Returns a token; one that was refused (`instead_of`) is replaced, unless somebody has done so already.

        Raises:
            ApiUnreachable: the platform does not answer.
            ApiRefused: it does not know this account, or not from this address.
        """
        async with self._fetching:
            if time.monotonic() >= self._until or self._token == instead_of:
                await self._fetch(http, force=False)
            # Another worker may have renewed it; only a token that is still the refused one is thrown away.
            if self._token == instead_of and time.monotonic() - self._forced > _FORCE_SECONDS:
                await self._fetch(http, force=True)
            return self._token

    async def _fetch(self, http: aiohttp.ClientSession, *, force: bool) -> None:
        body = {
            "grant_type": "client_credential",
            "appid": self._account.app_id,
            "secret": self._account.secret,
            "force_refresh": force,
        }
        url = f"{self._account.api_base}/cgi-bin/stable_token"
        answer = check(await read_json(http, "POST", url, json=body))
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int):
            raise ApiRefused(-1, "the answer holds no token")
        self._token = token
        if force:
            self._forced = time.monotonic()
        self._until = time.monotonic() + max(60, seconds - _EARLY_SECONDS)
        structlog.get_logger().info("wechat.token.fetched", forced=force, seconds=seconds)


class WeChatApi:
    """Calls the platform for one account."""

    def __init__(self, account: WeChatAccount) -> None:
        self._account = account
        self._token = AccessToken(account)
        self._http: aiohttp.ClientSession | None = None

    async def send(self, message: Mapping[str, Any]) -> None:
        """Sends a customer-service message.

        Raises:
            ApiUnreachable: the platform did not answer; it may or may not have taken the message.
            ApiRefused: it answered with an error code.
        """
        # Escaped characters would be shown as they are: the body must be UTF-8.
        body = json.dumps(message, ensure_ascii=False).encode()
        await self._call("POST", "/cgi-bin/message/custom/send", lambda: body)

    async def upload(self, png: bytes) -> str:
        """Uploads a picture as a temporary medium and returns its id; the platform keeps it for three days.

        https://developers.weixin.qq.com/doc/service/api/material/temporary/api_uploadtempmedia

        Raises:
            ApiUnreachable: the platform did not answer.
            ApiRefused: it did not take the picture.
        """

        def form() -> aiohttp.FormData:
            fields = aiohttp.FormData()
            fields.add_field("media", png, filename="chart.png", content_type="image/png")
            return fields

        answer = await self._call("POST", "/cgi-bin/media/upload", form, type="image")
        media_id = answer.get("media_id")
        if not isinstance(media_id, str) or not media_id:
            raise ApiRefused(-1, "the answer holds no media_id")
        return media_id

    async def media(self, media_id: str) -> bytes:
        """Downloads what a customer sent.

        Raises:
            ApiUnreachable: the platform did not answer.
            ApiRefused: there is no such medium any more, or it is too large.
        """
        token = await self._token.get(self._session())
        try:
            return await self._download(media_id, token)
        except ApiRefused as error:
            if error.errcode not in _BAD_TOKEN:
                raise
        return await self._download(media_id, await self._token.get(self._session(), instead_of=token))

    async def _download(self, media_id: str, token: str) -> bytes:
        http = self._session()
        params = {"access_token": token, "media_id": media_id}
        url = f"{self._account.api_base}/cgi-bin/media/get"
        try:
            async with http.get(url, params=params, timeout=_MEDIA_TIMEOUT) as answer:
                content = await answer.content.read(_MOST_MEDIA_BYTES + 1)
                kind = answer.content_type
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            raise ApiUnreachable(_reason(error)) from error
        if len(content) > _MOST_MEDIA_BYTES:
            raise ApiRefused(45001, "the medium is too large")
        if kind in ("application/json", "text/plain"):
            check(_decoded(content))
            raise ApiRefused(-1, "the answer holds no medium")
        return content

    async def close(self) -> None:
        """Closes the kept connections."""
        if self._http is not None:
            await self._http.close()

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=_TIMEOUT)
        return self._http

    async def _call(self, method: str, path: str, body: Callable[[], Any], **params: str) -> dict[str, Any]:
        """Calls with the token; one that the platform no longer knows is replaced once."""
        http, url = self._session(), self._account.api_base + path
        token = await self._token.get(http)
        answer = await read_json(http, method, url, params={"access_token": token, **params}, data=body())
        if answer.get("errcode") in _BAD_TOKEN:
            token = await self._token.get(http, instead_of=token)
            answer = await read_json(http, method, url, params={"access_token": token, **params}, data=body())
        return check(answer)


async def read_json(http: aiohttp.ClientSession, method: str, url: str, **kwargs: Any) -> dict[str, Any]:
    """Calls and reads a JSON object. Raises ApiUnreachable."""
    try:
        async with http.request(method, url, **kwargs) as answer:
            content = await answer.read()
            if answer.status >= 400:
                raise ApiUnreachable(f"HTTP {answer.status}")
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
        raise ApiUnreachable(_reason(error)) from error
    return _decoded(content)


def check(answer: dict[str, Any]) -> dict[str, Any]:
    """Returns an answer that is no error. Raises ApiRefused."""
    code = answer.get("errcode", 0)
    if code:
        raise ApiRefused(int(code), str(answer.get("errmsg", ""))[:200])
    return answer


def _decoded(content: bytes) -> dict[str, Any]:
    try:
        value = json.loads(content)
    except ValueError as error:
        raise ApiUnreachable("the answer is not JSON") from error
    if not isinstance(value, dict):
        raise ApiUnreachable("the answer is not a JSON object")
    return value


def _reason(error: BaseException) -> str:
    """What went wrong, without the URL: it holds the token."""
    return type(error).__name__
