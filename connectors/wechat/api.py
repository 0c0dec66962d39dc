"""WeChat's API as far as this door calls it: customer-service messages, the typing state, templates, media.

https://developers.weixin.qq.com/doc/service/api/customer/message/api_sendcustommessage
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp

from connectors.shared.bodies import read_most
from connectors.wechat.account import WeChatAccount
from connectors.wechat.calls import check, decoded, read_json, reason
from connectors.wechat.errors import ApiRefused, ApiUnreachable
from connectors.wechat.token import AccessToken
from runtime.cache import Cache

# A call holds the conversation while it runs.
_TIMEOUT = aiohttp.ClientTimeout(total=4, connect=2)
_MEDIA_TIMEOUT = aiohttp.ClientTimeout(total=8, connect=2)
_MOST_MEDIA_BYTES = 10 * 1024 * 1024
_MOST_QR_BYTES = 256 * 1024
# A tuple: what is looked for may be anything.
_BAD_TOKEN = (40001, 40014, 42001)


class WeChatApi:
    """Calls the platform for one account; `cache` holds the token that all workers share."""

    def __init__(self, account: WeChatAccount, cache: Cache | None = None) -> None:
        self._account = account
        self._token = AccessToken(account, cache)
        self._http: aiohttp.ClientSession | None = None

    async def send(self, message: Mapping[str, Any]) -> None:
        """Sends a customer-service message.

        Raises:
            ApiUnreachable: the platform did not answer; it may or may not have taken the message.
            ApiRefused: it answered with an error code.
        """
        await self._post("/cgi-bin/message/custom/send", message)

    async def typing(self, openid: str) -> None:
        """Shows for 15 s that somebody types; a message ends it.

        https://developers.weixin.qq.com/doc/service/api/customer/message/api_typing

        Raises:
            ApiUnreachable, ApiRefused: it is not shown.
        """
        await self._post("/cgi-bin/message/custom/typing", {"touser": openid, "command": "Typing"})

    async def send_template(self, message: Mapping[str, Any]) -> str:
        """Sends a template message and returns its number, which TEMPLATESENDJOBFINISH brings again.

        https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Template_Message_Interface.html

        Raises:
            ApiUnreachable: the platform did not answer; the same `client_msg_id` may be sent again.
            ApiRefused: it answered with an error code.
        """
        answer = await self._post("/cgi-bin/message/template/send", message)
        return str(answer.get("msgid", ""))

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
                if answer.status >= 400:
                    raise ApiUnreachable(f"HTTP {answer.status}")
                content = await read_most(answer, _MOST_MEDIA_BYTES)
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            raise ApiUnreachable(reason(error)) from error
        if content is None:
            raise ApiRefused(45001, "the medium is too large")
        # Errors come as JSON under any content type, and pictures under text/plain: no medium begins like an object.
        if not content.lstrip().startswith(b"{"):
            return content
        check(decoded(content))
        raise ApiRefused(-1, "the answer holds no medium")

    async def qr_picture(self, scene: str, seconds: int) -> bytes:
        """Makes a QR code that brings `scene` (1 to 64 characters) for so long, and returns its picture (JPEG).

        https://developers.weixin.qq.com/doc/service/api/qrcode/qrcodes/api_createqrcode

        Raises:
            ApiUnreachable: the platform did not answer.
            ApiRefused: it makes none, or the picture is too large.
        """
        return await self._fetch(
            f"{self._account.qr_base}/cgi-bin/showqrcode", ticket=await self.qr_ticket(scene, seconds)
        )

    async def qr_ticket(self, scene: str, seconds: int = 0) -> str:
        """Makes a QR code that brings `scene`, for good when no time is given; returns its ticket.

        Raises ApiUnreachable, ApiRefused.
        """
        name = "QR_STR_SCENE" if seconds else "QR_LIMIT_STR_SCENE"
        asked = {"action_name": name, "action_info": {"scene": {"scene_str": scene}}}
        body = json.dumps({**asked, "expire_seconds": seconds} if seconds else asked, ensure_ascii=False).encode()
        ticket = (await self._call("POST", "/cgi-bin/qrcode/create", lambda: body)).get("ticket")
        if not isinstance(ticket, str) or not ticket:
            raise ApiRefused(-1, "the answer holds no ticket")
        return ticket

    async def openid_of(self, code: str) -> str:
        """Who came back from OAuth with this code, which is good once.

        https://developers.weixin.qq.com/doc/service/api/webdev/access/api_snsaccesstoken.html

        Raises:
            ApiUnreachable: the platform did not answer.
            ApiRefused: the code is wrong, old or used.
        """
        asked = {"appid": self._account.app_id, "secret": self._account.secret, "code": code}
        params = {**asked, "grant_type": "authorization_code"}
        url = f"{self._account.api_base}/sns/oauth2/access_token"
        openid = check(await read_json(self._session(), "GET", url, params=params)).get("openid")
        if not isinstance(openid, str) or not openid:
            raise ApiRefused(-1, "the answer holds no openid")
        return openid

    async def _fetch(self, url: str, **params: str) -> bytes:
        try:
            async with self._session().get(url, params=params) as answer:
                content = await answer.content.read(_MOST_QR_BYTES + 1)
                if answer.status >= 400:
                    raise ApiUnreachable(f"HTTP {answer.status}")
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            raise ApiUnreachable(type(error).__name__) from error
        if not 0 < len(content) <= _MOST_QR_BYTES:
            raise ApiRefused(-1, "the answer is no picture")
        return content

    async def close(self) -> None:
        """Closes the kept connections."""
        if self._http is not None:
            await self._http.close()

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=_TIMEOUT)
        return self._http

    async def _post(self, path: str, message: Mapping[str, Any]) -> dict[str, Any]:
        # Escaped characters would be shown as they are: the body must be UTF-8.
        body = json.dumps(message, ensure_ascii=False).encode()
        return await self._call("POST", path, lambda: body)

    async def _call(self, method: str, path: str, body: Callable[[], Any], **params: str) -> dict[str, Any]:
        """Calls with the token; one that the platform no longer knows is replaced once."""
        http, url = self._session(), self._account.api_base + path
        token = await self._token.get(http)
        answer = await read_json(http, method, url, params={"access_token": token, **params}, data=body())
        if answer.get("errcode") in _BAD_TOKEN:
            token = await self._token.get(http, instead_of=token)
            answer = await read_json(http, method, url, params={"access_token": token, **params}, data=body())
        return check(answer)
