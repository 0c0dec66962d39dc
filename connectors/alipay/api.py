"""Alipay's open API as far as this door calls it: one signed call, whose answer is verified."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from connectors.alipay.account import GATEWAY, AlipayAccount
from connectors.alipay.cipher import ContentCipher, NotOpened
from connectors.alipay.errors import ApiRefused, ApiUnreachable
from connectors.alipay.keys import Keys, signed_content
from connectors.shared.bodies import read_most
from runtime.clock import Clock

# A call holds the conversation while it runs.
_TIMEOUT = aiohttp.ClientTimeout(total=4, connect=2)
_MEDIA_TIMEOUT = aiohttp.ClientTimeout(total=8, connect=2)
_MOST_MEDIA_BYTES = 10 * 1024 * 1024
_MEDIA_GATEWAY = "https://openfile.alipay.com/chat/multimedia.do"
_DOWNLOAD = "alipay.mobile.public.multimedia.download"
_UPLOAD = "alipay.offline.material.image.upload"
_OAUTH = "alipay.system.oauth.token"
_DONE = "10000"
_UNSIGNED = "the answer is not signed by Alipay"


class AlipayApi:
    """Calls the gateway for one app."""

    def __init__(self, account: AlipayAccount, keys: Keys, clock: Clock) -> None:
        self._account = account
        self._keys = keys
        self._clock = clock
        self._cipher = ContentCipher(account.aes_key) if account.aes_key else None
        self._http: aiohttp.ClientSession | None = None

    async def call(self, method: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """Calls a method and returns its answer; with an AES key the content is encrypted and then signed.

        Raises:
            ApiUnreachable: no answer, or one that Alipay did not sign.
            ApiRefused: the answer says it was not done.
        """
        text = json.dumps(content, ensure_ascii=False)
        own = {"encrypt_type": "AES", "biz_content": self._cipher.encrypt(text)} if self._cipher else None
        form = self._signed(method, own or {"biz_content": text})
        body = await self._post(self._account.gateway, {"charset": "utf-8"}, form, _TIMEOUT)
        return self._checked(method, body)

    async def upload(self, png: bytes) -> str:
        """Uploads a picture and returns its address at Alipay, the only kind an article may show.

        https://docs.open.alipay.com/api_3/alipay.offline.material.image.upload

        Raises:
            ApiUnreachable: no answer, or one that Alipay did not sign.
            ApiRefused: the picture was not taken.
        """
        named = {"image_type": "png", "image_name": "chart.png"}
        # What is signed goes into the address, as in Alipay's own SDKs; the file is not signed.
        signed = self._signed(_UPLOAD, named)
        form = aiohttp.FormData()
        for name, value in named.items():
            form.add_field(name, value)
        form.add_field("image_content", png, filename="chart.png", content_type="image/png")
        query = {name: value for name, value in signed.items() if name not in named}
        answer = self._checked(_UPLOAD, await self._post(self._account.gateway, query, form, _TIMEOUT))
        url = answer.get("image_url")
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            raise ApiRefused("", "", "the answer holds no image_url")
        return url

    def _checked(self, method: str, body: bytes) -> dict[str, Any]:
        found = _found(body.decode("utf-8", "replace"), method.replace(".", "_") + "_response")
        trusted = bool(found.signature) and self._keys.verifies(found.signed, found.signature)
        if isinstance(found.value, str) and not trusted:
            raise ApiUnreachable(_UNSIGNED)
        answer = self._opened(found.value)
        # The answer of OAuth has a code only when it is a refusal.
        if str(answer.get("code", _DONE if method == _OAUTH else "")) != _DONE:
            raise _refusal(answer, signed=trusted)
        if not trusted:
            raise ApiUnreachable("the answer is in the certificate mode" if found.by_certificate else _UNSIGNED)
        return answer

    def _opened(self, value: object) -> dict[str, Any]:
        """The answer itself: an object, or one that came encrypted as a string."""
        if isinstance(value, str):
            if self._cipher is None:
                raise ApiUnreachable("the answer is encrypted and there is no ALIPAY_AES_KEY")
            try:
                value = json.loads(self._cipher.decrypt(value))
            except (NotOpened, ValueError) as error:
                raise ApiUnreachable("the answer does not open with ALIPAY_AES_KEY") from error
        if not isinstance(value, dict):
            raise ApiUnreachable("the answer is not an object")
        return value

    async def media(self, media_id: str) -> bytes:
        """Downloads what a customer sent; the answer is not signed, so what it is has to be looked at.

        Raises:
            ApiUnreachable: no answer.
            ApiRefused: there is no such medium any more, or it is empty or too large.
        """
        url = _MEDIA_GATEWAY if self._account.gateway == GATEWAY else self._account.gateway
        form = self._signed(_DOWNLOAD, {"biz_content": json.dumps({"mediaId": media_id})})
        content = await self._post(url, {"charset": "utf-8"}, form, _MEDIA_TIMEOUT)
        if content[:1] == b"{":
            raise _refusal(_found(content.decode("utf-8", "replace"), _DOWNLOAD.replace(".", "_") + "_response").value)
        if not content:
            raise ApiRefused("", "", "the medium is empty")
        return content

    async def user_of(self, code: str) -> str:
        """Who came back from OAuth with this code, which is good once: the user's number, else the open id.

        https://opendocs.alipay.com/open/02ailc

        Raises:
            ApiUnreachable: no answer, or one that Alipay did not sign.
            ApiRefused: the code is wrong, old or used.
        """
        form = self._signed(_OAUTH, {"grant_type": "authorization_code", "code": code})
        answer = self._checked(_OAUTH, await self._post(self._account.gateway, {"charset": "utf-8"}, form, _TIMEOUT))
        user = answer.get("user_id") or answer.get("open_id")
        if not isinstance(user, str) or not user:
            raise ApiRefused("", "", "the answer names nobody")
        return user

    async def close(self) -> None:
        """Closes the kept connections."""
        if self._http is not None:
            await self._http.close()

    async def _post(self, url: str, query: Mapping[str, str], form: Any, timeout: aiohttp.ClientTimeout) -> bytes:
        if self._http is None:
            self._http = aiohttp.ClientSession()
        try:
            async with self._http.post(url, params=query, data=form, timeout=timeout) as answer:
                raw = await read_most(answer, _MOST_MEDIA_BYTES)
                if answer.status >= 400:
                    raise ApiUnreachable(f"HTTP {answer.status}")
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            raise ApiUnreachable(type(error).__name__) from error
        if raw is None:
            raise ApiRefused("", "", "the answer is too large")
        return raw

    def _signed(self, method: str, own: Mapping[str, str]) -> dict[str, str]:
        form = {
            "app_id": self._account.app_id,
            "method": method,
            "format": "json",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": self._clock.now().strftime("%Y-%m-%d %H:%M:%S"),
            "version": "1.0",
            **own,
        }
        return {**form, "sign": self._keys.sign(signed_content(form).encode())}


@dataclass(frozen=True)
class _Found:
    """The value of an answer, what of it was signed (as it was sent), and the signature; empty: none."""

    value: Any
    signed: bytes
    signature: str
    by_certificate: bool


def _found(raw: str, name: str) -> _Found:
    """Finds a method's answer. Raises ApiUnreachable."""
    found = re.search(r'"(' + re.escape(name) + r'|error_response)"\s*:\s*', raw)
    if not found:
        raise ApiUnreachable("the answer is none of this method")
    try:
        value, end = json.JSONDecoder().raw_decode(raw, found.end())
        whole = json.loads(raw)
    except ValueError as error:
        raise ApiUnreachable("the answer is not JSON") from error
    signature = whole.get("sign") if isinstance(whole, dict) else None
    by_certificate = isinstance(whole, dict) and "alipay_cert_sn" in whole
    given = signature if isinstance(signature, str) else ""
    return _Found(value, raw[found.end() : end].encode(), given, by_certificate)


def _refusal(answer: object, *, signed: bool = False) -> ApiRefused:
    fields = answer if isinstance(answer, dict) else {}
    why = fields.get("sub_msg") or fields.get("msg") or ""
    parts = (str(part)[:200] for part in (fields.get("code", ""), fields.get("sub_code", ""), why))
    return ApiRefused(*parts, signed=signed)
