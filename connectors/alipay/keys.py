"""RSA2 (SHA256withRSA) as Alipay signs and verifies; it knows no message.

What is signed differs by direction: a push of the gateway keeps `sign_type`, a notice of its own ("From ...") drops it.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from connectors.alipay.account import AlipayAccount
from runtime.errors import SettingsError


class Keys:
    """The keys of one account."""

    def __init__(self, account: AlipayAccount) -> None:
        """Reads both keys.

        Raises:
            SettingsError: one of them is no RSA key, a certificate, or Alipay's key is the app's own.
        """
        self._ours = private_key_of(account.private_key)
        self._theirs = public_key_of(account.alipay_public_key)
        if self._theirs.public_numbers() == self._ours.public_key().public_numbers():
            raise SettingsError(
                "ALIPAY_PUBLIC_KEY is the app's own public key; it must be Alipay's, which the page shows after yours "
                "is uploaded",
                setting="ALIPAY_PUBLIC_KEY",
            )

    @property
    def our_public_key(self) -> str:
        """The app's own public key, as the gateway check wants it: one line of base64."""
        return one_line(self._ours.public_key())

    def sign(self, content: bytes) -> str:
        """Signs with the app's key."""
        return base64.b64encode(self._ours.sign(content, PKCS1v15(), hashes.SHA256())).decode()

    def verifies(self, content: bytes, signature: str) -> bool:
        """Whether Alipay signed the content."""
        return _verifies(self._theirs, content, signature)

    def signed_by_us(self, content: bytes, signature: str) -> bool:
        """Whether this app's own key signed the content."""
        return _verifies(self._ours.public_key(), content, signature)


def signed_content(fields: Mapping[str, str], *, without: frozenset[str] = frozenset({"sign"})) -> str:
    """The text that is signed: what is not empty, sorted by name."""
    return "&".join(f"{name}={value}" for name, value in sorted(fields.items()) if value and name not in without)


def _verifies(key: RSAPublicKey, content: bytes, signature: str) -> bool:
    try:
        # A "+" of base64 that nobody escaped arrives as a blank.
        raw = base64.b64decode(signature.replace(" ", "+"), validate=True)
        key.verify(raw, content, PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def one_line(key: RSAPublicKey) -> str:
    """Writes a public key as Alipay's page shows it: one line of base64."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return base64.b64encode(key.public_bytes(serialization.Encoding.DER, form)).decode()


def private_key_of(raw: str) -> RSAPrivateKey:
    """Reads ALIPAY_APP_PRIVATE_KEY (PKCS#8 or PKCS#1). Raises SettingsError."""
    _refuse_certificate("ALIPAY_APP_PRIVATE_KEY", raw)
    try:
        key = serialization.load_der_private_key(_der(raw), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _unusable("ALIPAY_APP_PRIVATE_KEY") from error
    if not isinstance(key, RSAPrivateKey):
        raise _unusable("ALIPAY_APP_PRIVATE_KEY")
    return key


def public_key_of(raw: str) -> RSAPublicKey:
    """Reads ALIPAY_PUBLIC_KEY. Raises SettingsError."""
    _refuse_certificate("ALIPAY_PUBLIC_KEY", raw)
    try:
        key = serialization.load_der_public_key(_der(raw))
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _unusable("ALIPAY_PUBLIC_KEY") from error
    if not isinstance(key, RSAPublicKey):
        raise _unusable("ALIPAY_PUBLIC_KEY")
    return key


def _der(raw: str) -> bytes:
    """The key inside a PEM of any number of lines (also with \\n written out), or bare base64."""
    bare = re.sub(r"-----[A-Z ]+-----|\\n|\s", "", raw)
    return base64.b64decode(bare, validate=True)


def _refuse_certificate(name: str, raw: str) -> None:
    """This door speaks the key mode alone: in the certificate mode every call names serial numbers as well."""
    if "CERTIFICATE" in raw or raw.strip().lower().endswith((".crt", ".cer")) or _is_certificate(raw):
        raise SettingsError(
            f"{name} is a certificate; set the app's signing to the key mode (RSA2) and give the key", setting=name
        )


def _is_certificate(raw: str) -> bool:
    try:
        x509.load_der_x509_certificate(_der(raw))
    except ValueError:
        return False
    return True


def _unusable(name: str) -> SettingsError:
    return SettingsError(f"{name} is no RSA key in PEM or base64", setting=name)
