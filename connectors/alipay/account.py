"""The life account this door speaks for."""

from __future__ import annotations

from dataclasses import dataclass, field

GATEWAY = "https://openapi.alipay.com/gateway.do"
SANDBOX = "https://openapi-sandbox.dl.alipaydev.com/gateway.do"
_NAMED = {"production": GATEWAY, "sandbox": SANDBOX}
# Where a customer's own browser is sent for OAuth.
OAUTH_BASE = "https://openauth.alipay.com"


@dataclass(frozen=True)
class AlipayAccount:
    """The app's id and keys: its own private key signs, Alipay's public key verifies; both PEM or bare base64.

    With an `aes_key` (base64, 16 bytes) what is sent is encrypted too. `template` is the id of the template message
    that carries an answer when no customer-service message may be sent any more, `template_url` the page it opens.
    """

    app_id: str
    private_key: str = field(repr=False)
    alipay_public_key: str = field(repr=False)
    gateway: str = GATEWAY
    aes_key: str = field(default="", repr=False)
    template: str = ""
    template_url: str = ""
    oauth_base: str = OAUTH_BASE


def gateway_of(setting: str) -> str:
    """Returns the gateway's address: an address, `production` or `sandbox`; nothing is production."""
    return _NAMED.get(setting.strip().lower(), setting.strip()) or GATEWAY
