"""Alipay's open API as far as this door calls it: one signed call, whose answer is verified."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any

import aiohttp

from connectors.alipay.account import GATEWAY, AlipayAccount
from connectors.alipay.errors import ApiRefused, ApiUnreachable
from connectors.alipay.keys import Keys, signed_content
from runtime.clock import Clock

# A call holds the conversation while it runs.
_TIMEOUT = aiohttp.ClientTimeout(total=4, connect=2)
_MEDIA_TIMEOUT = aiohttp.ClientTimeout(total=8, connect=2)
_MOST_MEDIA_BYTES = 10 * 1024 * 1024
_MEDIA_GATEWAY = "https://openfile.alipay.com/chat/multimedia.do"
_DOWNLOAD = "alipay.mobile.public.multimedia.download"
_DONE = "10000"


class AlipayApi:
    """Calls the gateway for one app."""

    def __init__(self, account: AlipayAccount, keys: Keys, clock: Clock) -> None:
        self._account = account
        self._keys = keys
        self._clock = clock
        self._http: aiohttp.ClientSession | None = None

    async def call(self, method: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """Calls a method and returns its answer.

        Raises:
            ApiUnreachable: no answer, or one that Alipay did not sign.
            ApiRefused: the answer says it was not done.
        """
        raw = (await self._post(self._account.gateway, method, content, _TIMEOUT)).decode("utf-8", "replace")
        name = method.replace(".", "_") + "_response"
        answer, signed = _answer(raw, name)
        if str(answer.get("code")) != _DONE:
            refused = [str(answer.get(field, ""))[:200] for field in ("code", "sub_code", "sub_msg")]
            raise ApiRefused(*refused)
        if not signed or not self._keys.verifies(*signed):
            raise ApiUnreachable("the answer is not signed by Alipay")
        return answer

    async def media(self, media_id: str) -> bytes:
        """Downloads what a customer sent. Raises ApiUnreachable, ApiRefused."""
        url = _MEDIA_GATEWAY if self._account.gateway == GATEWAY else self._account.gateway
        content = await self._post(url, _DOWNLOAD, {"mediaId": media_id}, _MEDIA_TIMEOUT)
        if content[:1] == b"{":
            raise ApiRefused("", "", content[:200].decode("utf-8", "replace"))
        return content

    async def close(self) -> None:
        """Closes the kept connections."""
        if self._http is not None:
            await self._http.close()

    async def _post(self, url: str, method: str, content: Mapping[str, Any], timeout: aiohttp.ClientTimeout) -> bytes:
        if self._http is None:
            self._http = aiohttp.ClientSession()
        form = self._signed(method, content)
        try:
            async with self._http.post(url, params={"charset": "utf-8"}, data=form, timeout=timeout) as answer:
                raw = await answer.content.read(_MOST_MEDIA_BYTES + 1)
                if answer.status >= 400:
                    raise ApiUnreachable(f"HTTP {answer.status}")
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            raise ApiUnreachable(type(error).__name__) from error
        if len(raw) > _MOST_MEDIA_BYTES:
            raise ApiRefused("", "", "the answer is too large")
        return raw

    def _signed(self, method: str, content: Mapping[str, Any]) -> dict[str, str]:
        form = {
            "app_id": self._account.app_id,
            "method": method,
            "format": "json",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": self._clock.now().strftime("%Y-%m-%d %H:%M:%S"),
            "version": "1.0",
            "biz_content": json.dumps(content, ensure_ascii=False),
        }
        return {**form, "sign": self._keys.sign(signed_content(form).encode())}


def _answer(raw: str, name: str) -> tuple[dict[str, Any], tuple[bytes, str] | None]:
    """Reads an answer; returns also what was signed, as it was sent, with its signature."""
    found = re.search(r'"(' + re.escape(name) + r'|error_response)"\s*:\s*', raw)
    if not found:
        raise ApiUnreachable("the answer is none of this method")
    try:
        value, end = json.JSONDecoder().raw_decode(raw, found.end())
        signature = json.loads(raw).get("sign")
    except (ValueError, AttributeError) as error:
        raise ApiUnreachable("the answer is not JSON") from error
    if not isinstance(value, dict):
        raise ApiUnreachable("the answer is not an object")
    signed = (raw[found.end() : end].encode(), signature) if isinstance(signature, str) else None
    return value, signed
