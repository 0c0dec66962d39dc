"""What becomes of a message: drawn from the seed, the address, the words and the attempt, never from time or order."""

from __future__ import annotations

import hashlib
from enum import Enum


class Fate(str, Enum):
    """What a gateway does with a message."""

    TAKEN = "taken"
    SOON = "soon"  # it has no room at first (WeChat -1 and 45011, Aliyun's flow control), then takes it
    AWAY = "away"  # it has no room for as long as anybody asks
    REFUSED = "refused"  # it will never have it (WeChat 40003, Alipay's refusals, a number that is dead)
    BARRED = "barred"  # not in this way (WeChat 43004: the customer has left)
    LOST = "lost"  # it takes it, and reports later that it did not arrive
    SILENT = "silent"  # it takes it and never reports


_CHAT = ((Fate.SOON, 0.06), (Fate.AWAY, 0.01), (Fate.REFUSED, 0.03), (Fate.BARRED, 0.02), (Fate.LOST, 0.01))
_TEMPLATE = (*_CHAT, (Fate.SILENT, 0.005))
_SMS = ((Fate.SOON, 0.05), (Fate.REFUSED, 0.03), (Fate.LOST, 0.03), (Fate.SILENT, 0.02))
_TABLES = {"wechat": _TEMPLATE, "alipay": _CHAT, "web": (), "sms": _SMS}


def lot(seed: int, *parts: object) -> float:
    """Draws a number from 0 to 1 that belongs to these parts for ever."""
    text = "\x1f".join((str(seed), *map(str, parts)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7], "big") / 2**56


def fate(seed: int, way: str, address: str, words: str, attempt: int) -> Fate:
    """Says what a gateway does with words for an address at the notice's n-th attempt."""
    drawn = lot(seed, way, address, words, attempt)
    for one, share in _TABLES[way]:
        if drawn < share:
            return one
        drawn -= share
    return Fate.TAKEN


def busy_times(seed: int, address: str, words: str) -> int:
    """How often a gateway that has no room at first says so."""
    return 1 + int(2 * lot(seed, "busy", address, words))
