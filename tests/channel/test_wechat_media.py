"""Pictures from WeChat: whole ones, and those that are too large."""

from __future__ import annotations

import secrets

import pytest

from connectors.wechat.account import WeChatAccount
from connectors.wechat.api import WeChatApi
from connectors.wechat.errors import ApiRefused
from tests.fakes.wechat import FakeWeChat


async def _downloaded(content: bytes) -> bytes:
    platform = FakeWeChat()
    platform.start()
    platform.media["m"] = content
    keys = platform.keys
    api = WeChatApi(WeChatAccount(keys.app_id, keys.token, keys.secret, keys.aes_key, platform.url))
    try:
        return await api.media("m")
    finally:
        await api.close()
        platform.stop()


async def test_a_large_picture_is_read_to_its_end() -> None:
    picture = b"\xff\xd8\xff" + secrets.token_bytes(3_000_000)

    assert await _downloaded(picture) == picture


async def test_a_picture_that_is_too_large_is_refused() -> None:
    with pytest.raises(ApiRefused) as caught:
        await _downloaded(bytes(10 * 1024 * 1024 + 1))

    assert caught.value.errcode == 45001
