"""One HTTP call of WeChat's API, its answer read as a JSON object."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp

from connectors.wechat.errors import ApiRefused, ApiUnreachable


async def read_json(http: aiohttp.ClientSession, method: str, url: str, **kwargs: Any) -> dict[str, Any]:
    """Calls and reads a JSON object. Raises ApiUnreachable."""
    try:
        async with http.request(method, url, **kwargs) as answer:
            content = await answer.read()
            if answer.status >= 400:
                raise ApiUnreachable(f"HTTP {answer.status}")
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
        raise ApiUnreachable(reason(error)) from error
    return decoded(content)


def check(answer: dict[str, Any]) -> dict[str, Any]:
    """Returns an answer that is no error. Raises ApiRefused; ApiUnreachable, what answered is not the platform."""
    code = answer.get("errcode", 0)
    if not isinstance(code, int):
        raise ApiUnreachable("the error code is no number")
    if code:
        raise ApiRefused(code, str(answer.get("errmsg", ""))[:200])
    return answer


def decoded(content: bytes) -> dict[str, Any]:
    """Reads a JSON object. Raises ApiUnreachable."""
    try:
        value = json.loads(content)
    except ValueError as error:
        raise ApiUnreachable("the answer is not JSON") from error
    if not isinstance(value, dict):
        raise ApiUnreachable("the answer is not a JSON object")
    return value


def reason(error: BaseException) -> str:
    """What went wrong, without the URL: it holds the token."""
    return type(error).__name__
