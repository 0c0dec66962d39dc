"""The life account this door speaks for."""

from __future__ import annotations

from dataclasses import dataclass, field

GATEWAY = "https://openapi.alipay.com/gateway.do"
# Where a customer's own browser is sent for OAuth.
OAUTH_BASE = "https://openauth.alipay.com"


@dataclass(frozen=True)
class AlipayAccount:
    """The app's id and keys: its own private key signs, Alipay's public key verifies; both PEM or bare base64."""

    app_id: str
    private_key: str = field(repr=False)
    alipay_public_key: str = field(repr=False)
    gateway: str = GATEWAY
    oauth_base: str = OAUTH_BASE
