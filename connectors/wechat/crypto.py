"""WeChat's signatures and its AES envelope; it knows no XML and no message.

https://developers.weixin.qq.com/doc/oplatform/developers/dev/push/encryption.html
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from connectors.shared.errors import Forbidden, Malformed
from runtime.errors import SettingsError

# PKCS7 padded to 32, not to AES's own block of 16.
_BLOCK = 32
_RANDOM, _LENGTH = 16, 4


def signature(*parts: str) -> str:
    """Signs parts: the hex SHA-1 of the parts, sorted and joined."""
    return hashlib.sha1("".join(sorted(parts)).encode("utf-8", "surrogatepass")).hexdigest()  # noqa: S324  # their format


def check_signature(given: str, *parts: str) -> None:
    """Compares a signature in constant time.

    Raises:
        Forbidden: `wechat.signature.invalid`.
    """
    if not hmac.compare_digest(given.encode("utf-8", "replace"), signature(*parts).encode()):
        raise Forbidden("wechat.signature.invalid", "The signature is not of this account's token.")


class Envelope:
    """Opens and seals messages with the account's EncodingAESKey."""

    def __init__(self, aes_key: str, app_id: str) -> None:
        """Takes the key as the platform shows it.

        Raises:
            SettingsError: it is not 43 characters of base64.
        """
        try:
            self._key = base64.b64decode(aes_key + "=", validate=True)
        except binascii.Error as error:
            raise SettingsError("WECHAT_ENCODING_AES_KEY is not base64", setting="WECHAT_ENCODING_AES_KEY") from error
        if len(self._key) != 32:
            raise SettingsError("WECHAT_ENCODING_AES_KEY must have 43 characters", setting="WECHAT_ENCODING_AES_KEY")
        self._app_id = app_id.encode()

    def open(self, sealed: str) -> bytes:
        """Returns the message inside.

        Raises:
            Malformed: `wechat.envelope.malformed`.
            Forbidden: `wechat.app_id.foreign`, it is for another account.
        """
        try:
            cipher = base64.b64decode(sealed, validate=True)
        except (binascii.Error, ValueError) as error:
            raise _malformed() from error
        if not cipher or len(cipher) % 16:
            raise _malformed()
        decryptor = self._cipher().decryptor()
        return self._unpack(_unpad(decryptor.update(cipher) + decryptor.finalize()))

    def seal(self, message: bytes) -> str:
        """Returns the message sealed, as base64."""
        plain = secrets.token_bytes(_RANDOM) + struct.pack(">I", len(message)) + message + self._app_id
        pad = _BLOCK - len(plain) % _BLOCK
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))

    def _unpack(self, plain: bytes) -> bytes:
        if len(plain) < _RANDOM + _LENGTH:
            raise _malformed()
        (size,) = struct.unpack_from(">I", plain, _RANDOM)
        message, app_id = plain[_RANDOM + _LENGTH :][:size], plain[_RANDOM + _LENGTH + size :]
        if len(message) != size:
            raise _malformed()
        if not hmac.compare_digest(app_id, self._app_id):
            raise Forbidden("wechat.app_id.foreign", "The message is for another account.")
        return message


def _unpad(padded: bytes) -> bytes:
    pad = padded[-1]
    if not 1 <= pad <= _BLOCK or padded[-pad:] != bytes([pad]) * pad:
        raise _malformed()
    return padded[:-pad]


def _malformed() -> Malformed:
    return Malformed("wechat.envelope.malformed", "The envelope does not open with this account's key.")
