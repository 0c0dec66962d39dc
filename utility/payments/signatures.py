"""Signatures of links and of providers' callbacks: HMAC-SHA256 or RSA, compared in constant time."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from runtime.errors import SettingsError

SANDBOX = "sandbox"
LINK_CHARACTERS = 32


@dataclass(frozen=True, repr=False)
class HmacKey:
    """A secret shared with a provider."""

    secret: bytes

    def sign(self, text: bytes) -> str:
        """Signs a text."""
        return hmac.new(self.secret, text, hashlib.sha256).hexdigest()

    def signed(self, text: bytes, signature: str) -> bool:
        """Tells whether the signature is the provider's."""
        return hmac.compare_digest(self.sign(text).encode(), signature.encode("utf-8", "surrogatepass"))


@dataclass(frozen=True)
class RsaKey:
    """A provider's public key."""

    public: RSAPublicKey

    def signed(self, text: bytes, signature: str) -> bool:
        """Tells whether the signature is the provider's."""
        try:
            self.public.verify(base64.b64decode(signature, validate=True), text, PKCS1v15(), SHA256())
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return True


@dataclass(frozen=True, repr=False)
class Till:
    """What the cashier holds: the key of its links, where they lead, and the providers' keys."""

    links: HmacKey
    pay_url: str
    providers: Mapping[str, HmacKey | RsaKey]

    def link(self, payment_order_no: str, amount: str, expires: str) -> str:
        """Writes the link of a payment order: its number and a signature over what it says."""
        return f"{self.pay_url}/{payment_order_no}?signature={self.sign(payment_order_no, amount, expires)}"

    def is_link(self, signature: str, *parts: str) -> bool:
        """Tells whether a link says what this company has signed."""
        return hmac.compare_digest(self.sign(*parts).encode(), signature.encode("utf-8", "surrogatepass"))

    def sign(self, *parts: str) -> str:
        """Signs what a link says."""
        return self.links.sign("|".join(parts).encode())[:LINK_CHARACTERS]


def signed_text(at: str, body: bytes) -> bytes:
    """What a provider signs: the moment it says it, and every byte of the body."""
    return at.encode() + b"\n" + body


def till_of(token: str, pay_url: str, secret: str, providers: str, *, sandbox: bool) -> Till:
    """Builds the till from the settings; what is not set is derived from the token, which nobody else has.

    Raises:
        SettingsError: a provider is not written `name=hmac:<secret>` or `name=rsa:<file of its public key>`.
    """
    known = dict(_provider(text) for text in providers.split())
    if sandbox:
        known[SANDBOX] = HmacKey(HmacKey(token.encode()).sign(b"sandbox provider").encode())
    links = HmacKey((secret or HmacKey(token.encode()).sign(b"payment links")).encode())
    return Till(links, pay_url.rstrip("/"), known)


def _provider(text: str) -> tuple[str, HmacKey | RsaKey]:
    name, _, key = text.partition("=")
    kind, _, value = key.partition(":")
    if not name or name == SANDBOX or kind not in ("hmac", "rsa") or not value:
        raise SettingsError("UTILITY_PAYMENT_PROVIDERS: not name=hmac:<secret> or name=rsa:<file>", setting=name)
    return name, HmacKey(value.encode()) if kind == "hmac" else _public_key(value)


def _public_key(path: str) -> RsaKey:
    try:
        key = load_pem_public_key(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        raise SettingsError(f"UTILITY_PAYMENT_PROVIDERS: {path}: {error}") from error
    if not isinstance(key, RSAPublicKey):
        raise SettingsError(f"UTILITY_PAYMENT_PROVIDERS: {path} is no RSA key")
    return RsaKey(key)
