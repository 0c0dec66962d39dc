"""Sealed passes: a few texts that a link carries and nobody reads, changes or guesses; it knows no business word.

A pass is what AES-256-GCM makes of the texts and their end (RFC 5116 `AEAD_AES_256_GCM`), written in base64url without
padding: the 12 bytes of the nonce, the sealed texts, the 16 bytes of the tag. A JSON Web Token would be signed only, so
that anybody could read who it is for, and twice as long (docs/decisions/0013-a-sealed-pass-in-the-fragment.md).
"""

from __future__ import annotations

import base64
import binascii
import os
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from runtime.clock import Clock
from runtime.errors import PassExpired, PassInvalid, SettingsError

SECRET_LEAST = 32
_NONCE, _TAG, _END = 12, 16, 5
# What no pass of ours is longer than; a longer text is not even opened.
_MOST = 2_000
_BETWEEN = "\n"


class Passes:
    """Makes and reads the passes of one purpose; those of another purpose do not open here."""

    def __init__(self, secret: str, purpose: str, clock: Clock, *, setting: str) -> None:
        """Derives the key of `purpose` from `secret`, the value of `setting`.

        Raises:
            SettingsError: the secret has fewer than 32 characters.
        """
        if len(secret) < SECRET_LEAST:
            raise SettingsError(f"{setting} must have {SECRET_LEAST} characters or more", setting=setting)
        self._purpose = purpose.encode()
        self._cipher = AESGCM(HKDF(SHA256(), 32, salt=None, info=self._purpose).derive(secret.encode()))
        self._clock = clock

    def issue(self, *texts: str, life: timedelta) -> str:
        """Seals texts without line breaks; they open until `life` is over."""
        end = int((self._clock.now() + life).timestamp())
        content = end.to_bytes(_END, "big") + _BETWEEN.join(texts).encode()
        nonce = os.urandom(_NONCE)
        return _written(nonce + self._cipher.encrypt(nonce, content, self._purpose))

    def read(self, sealed: str) -> tuple[datetime, tuple[str, ...]]:
        """Opens a pass: when it ends, and its texts.

        Raises:
            PassInvalid: it was not made here, not for this purpose, or was changed.
            PassExpired: its time is over.
        """
        content = self._opened(sealed)
        end = int.from_bytes(content[:_END], "big")
        now = self._clock.now()
        if end <= now.timestamp():
            raise PassExpired("the pass has expired")
        texts = content[_END:].decode().split(_BETWEEN)
        return datetime.fromtimestamp(end, now.tzinfo), tuple(texts)

    def _opened(self, sealed: str) -> bytes:
        try:
            if len(sealed) > _MOST:
                raise ValueError("too long")
            raw = base64.b64decode(sealed.encode("ascii") + b"=" * (-len(sealed) % 4), b"-_", validate=True)
            if len(raw) < _NONCE + _END + _TAG or _written(raw) != sealed:
                raise ValueError("too short, or written in another way")
            return self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], self._purpose)
        except (ValueError, binascii.Error, InvalidTag) as error:
            raise PassInvalid("the pass is none of ours") from error


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
