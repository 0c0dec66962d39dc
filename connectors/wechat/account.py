"""The service account this door speaks for."""

from __future__ import annotations

from dataclasses import dataclass, field

API_BASE = "https://api.weixin.qq.com"
# Where pictures of QR codes are, and where a customer's own browser is sent for OAuth.
QR_BASE, OAUTH_BASE = "https://mp.weixin.qq.com", "https://open.weixin.qq.com"


@dataclass(frozen=True)
class WeChatAccount:
    """The account's keys, as the platform's page shows them; without an AES key the door takes plain messages only."""

    app_id: str
    token: str = field(repr=False)
    secret: str = field(repr=False)
    aes_key: str = field(default="", repr=False)
    api_base: str = API_BASE
    qr_base: str = QR_BASE
    oauth_base: str = OAUTH_BASE
