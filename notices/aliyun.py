"""Short messages by Aliyun (阿里云短信服务), API SendSms of 2017-05-25 with the signature ACS3-HMAC-SHA256.

https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-sendsms
https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature
A message is an approved template with its values: the words themselves are Aliyun's copy of ours (docs/notices.md).
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timezone
from urllib.parse import quote, urlsplit

import aiohttp

from notices.errors import GatewayAway, GatewayRefused
from notices.sms import ShortMessage, Taken, checked
from runtime.clock import Clock

_ALGORITHM = "ACS3-HMAC-SHA256"
_TIMEOUT = aiohttp.ClientTimeout(total=5, sock_connect=2)
# What is better in a while: flow control, a busy service. Everything else is refused for good.
_LATER = frozenset(
    {"isv.BUSINESS_LIMIT_CONTROL", "isp.SYSTEM_ERROR", "isp.GATEWAY_ERROR", "Throttling.User", "Throttling"}
)
_WIRE_ERRORS = (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError)


@dataclass(frozen=True)
class AliyunAccount:
    """Who sends: keys, signature and the approved template of each kind."""

    url: str
    key_id: str
    key_secret: str
    sign_name: str
    templates: Mapping[str, str]


class AliyunSms:
    """One client for the process."""

    def __init__(self, account: AliyunAccount, clock: Clock) -> None:
        self._account = account
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None

    async def send(self, message: ShortMessage) -> Taken:
        """See base class. `OutId` carries the key; the service itself does not know repeats."""
        checked(message)
        template = self._account.templates.get(message.kind)
        if template is None:
            raise GatewayRefused(f"{message.kind} has no approved template")
        query = {
            "PhoneNumbers": message.phone,
            "SignName": self._account.sign_name,
            "TemplateCode": template,
            "TemplateParam": json.dumps(dict(message.values), ensure_ascii=False),
            "OutId": message.key,
        }
        answer = await self._call("SendSms", query)
        if answer.get("Code") == "OK":
            return Taken(str(answer.get("BizId", message.key)))
        reason = f"{answer.get('Code', '?')}: {answer.get('Message', '')}"
        if answer.get("Code") in _LATER:
            raise GatewayAway(reason)
        raise GatewayRefused(reason)

    async def close(self) -> None:
        """See base class."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _call(self, action: str, query: Mapping[str, str]) -> Mapping[str, object]:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=_TIMEOUT)
        text = canonical_query(query)
        stamp = self._clock.now().astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        headers = signed_headers(self._account, action, text, stamp, uuid.uuid4().hex)
        try:
            async with self._session.post(f"{self._account.url}?{text}", headers=headers) as answered:
                content = await answered.json(content_type=None)
        except _WIRE_ERRORS as error:
            raise GatewayAway(type(error).__name__) from error
        if not isinstance(content, dict):
            raise GatewayAway("an answer that is no object")
        return content


def canonical_query(query: Mapping[str, str]) -> str:
    """Writes a query as it is signed: sorted, everything but unreserved characters escaped."""
    return "&".join(f"{_escaped(name)}={_escaped(query[name])}" for name in sorted(query))


def signed_headers(account: AliyunAccount, action: str, query: str, stamp: str, nonce: str) -> dict[str, str]:
    """Returns the headers of a call with its signature."""
    body = hashlib.sha256(b"").hexdigest()
    headers = {
        "host": urlsplit(account.url).netloc,
        "x-acs-action": action,
        "x-acs-content-sha256": body,
        "x-acs-date": stamp,
        "x-acs-signature-nonce": nonce,
        "x-acs-version": "2017-05-25",
    }
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    request = "\n".join(("POST", "/", query, lines, names, body))
    to_sign = f"{_ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.new(account.key_secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    proof = f"{_ALGORITHM} Credential={account.key_id},SignedHeaders={names},Signature={signature}"
    return {**headers, "Authorization": proof}


def _escaped(text: str) -> str:
    return quote(text, safe="-_.~")
