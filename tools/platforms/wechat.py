"""WeChat's API for an operator's tool: a token, one call, the error codes in words.

The stable token is the one the running bot has: asking for it here takes nothing from the bot.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

TIMEOUT = aiohttp.ClientTimeout(total=8, connect=4)
# What each code asks the operator to do.
_CODES = {
    40013: "WECHAT_APP_ID is not an AppID that WeChat knows: copy it from the account's page",
    40001: "WECHAT_APP_SECRET is not of this AppID: reset the AppSecret on the account's page",
    40125: "WECHAT_APP_SECRET is wrong: reset the AppSecret on the account's page and set the new one",
    40164: "this machine's address is not in the account's IP白名单: add it there ({errmsg})",
    40243: "the AppSecret is frozen: thaw it on the account's page",
    89503: "the call from this address waits for the administrator's consent: confirm it on their phone",
    45009: "the account's calls of today are used up: clear them on the account's page or wait until midnight",
    45011: "too many calls this minute: try again in a minute",
    48001: "the account lacks the permission of this interface: certify it as a service account",
    50002: "the account is restricted: see the account's page",
    -1: "WeChat is busy: try again",
}


class WeChatRefused(Exception):
    """WeChat answered with an error code; the message says what to do."""

    def __init__(self, errcode: int, errmsg: str) -> None:
        known = _CODES.get(errcode, "see WeChat's page of return codes ({errmsg})").format(errmsg=errmsg)
        super().__init__(f"{known} (errcode {errcode})")
        self.errcode = errcode


class WeChatUnreachable(Exception):
    """WeChat did not answer, or with nothing that its API answers."""


@dataclass(frozen=True)
class Answer:
    """A good answer, and the time the server said it was (HTTP Date), empty when it did not."""

    body: dict[str, Any]
    date: str


async def fetch_token(base: str, app_id: str, secret: str) -> Answer:
    """Fetches the stable token; `body` has `access_token` and `expires_in`. Raises WeChatRefused, WeChatUnreachable."""
    body = {"grant_type": "client_credential", "appid": app_id, "secret": secret, "force_refresh": False}
    return await _post(f"{base.rstrip('/')}/cgi-bin/stable_token", body, {})


async def call(base: str, path: str, token: str, body: Mapping[str, Any]) -> Answer:
    """Calls one interface. Raises WeChatRefused, WeChatUnreachable."""
    return await _post(f"{base.rstrip('/')}{path}", body, {"access_token": token})


async def _post(url: str, body: Mapping[str, Any], query: Mapping[str, str]) -> Answer:
    # Escaped characters would be shown as they are: the body must be UTF-8.
    raw = json.dumps(body, ensure_ascii=False).encode()
    try:
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT) as http,
            http.post(url, data=raw, params=query) as answer,
        ):
            status, content, date = answer.status, await answer.read(), answer.headers.get("Date", "")
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
        raise WeChatUnreachable(type(error).__name__) from error
    try:
        value = json.loads(content)
    except ValueError as error:
        raise WeChatUnreachable(f"HTTP {status}, no JSON") from error
    if status >= 400 or not isinstance(value, dict):
        raise WeChatUnreachable(f"HTTP {status}")
    if value.get("errcode"):
        raise WeChatRefused(int(value["errcode"]), str(value.get("errmsg", ""))[:200])
    return Answer(value, date)
