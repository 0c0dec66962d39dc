"""The service account this door speaks for."""

from __future__ import annotations

from dataclasses import dataclass, field

API_BASE = "https://api.weixin.qq.com"


@dataclass(frozen=True)
class WeChatAccount:
    """The account's keys, as the platform's page shows them; without an AES key the door takes plain messages only."""

    app_id: str
    token: str = field(repr=False)
    secret: str = field(repr=False)
    aes_key: str = field(default="", repr=False)
    api_base: str = API_BASE
