"""The encryption of contents ("AES"): AES-128-CBC with a zero IV and PKCS#7, in base64; it signs nothing.

https://opendocs.alipay.com/common/02mse3
"""

from __future__ import annotations

import base64
import binascii

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from runtime.errors import SettingsError

_BLOCK_BITS = 128
# Alipay's own choice. What keeps a content from being changed is the signature over the encrypted text.
_ZERO_IV = bytes(16)


class NotOpened(ValueError):
    """The text was not encrypted with this key."""


class ContentCipher:
    """Encrypts and decrypts contents with the app's AES key."""

    def __init__(self, key: str) -> None:
        """Takes the key as Alipay's page shows it.

        Raises:
            SettingsError: it is not 16 bytes in base64.
        """
        try:
            self._key = base64.b64decode(key, validate=True)
        except (binascii.Error, ValueError) as error:
            raise _unusable() from error
        if len(self._key) != 16:
            raise _unusable()

    def encrypt(self, content: str) -> str:
        """Returns the content encrypted, in base64."""
        padder, encryptor = padding.PKCS7(_BLOCK_BITS).padder(), self._cipher().encryptor()
        padded = padder.update(content.encode("utf-8", "replace")) + padder.finalize()
        return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()

    def decrypt(self, encrypted: str) -> bytes:
        """Returns what was encrypted; its charset is that of the message it came in.

        Raises:
            NotOpened: it is no base64 of whole blocks, or another key was used.
        """
        unpadder, decryptor = padding.PKCS7(_BLOCK_BITS).unpadder(), self._cipher().decryptor()
        try:
            # A "+" of base64 that nobody escaped arrives as a blank.
            raw = base64.b64decode(encrypted.strip().replace(" ", "+"), validate=True)
            padded = decryptor.update(raw) + decryptor.finalize()
            return unpadder.update(padded) + unpadder.finalize()
        except ValueError as error:
            raise NotOpened("the content does not open with ALIPAY_AES_KEY") from error

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(_ZERO_IV))


def _unusable() -> SettingsError:
    return SettingsError("ALIPAY_AES_KEY is not 16 bytes in base64 (24 characters)", setting="ALIPAY_AES_KEY")
