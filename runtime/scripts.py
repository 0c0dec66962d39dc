"""Chinese in its scripts, by OpenCC: one converter of each kind for the whole process, and the large one only once.

OpenCC's own `s2tw` and `s2hk` each hold the 20 MB of `s2t` again: they are `s2t` followed by a small table.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import opencc

_CHAINS: Mapping[str, tuple[str, ...]] = MappingProxyType({"s2tw": ("s2t", "t2tw"), "s2hk": ("s2t", "t2hk")})
_ALL = ("t2s", "s2t", "t2tw", "t2hk", "hk2t", "tw2t")


def convert(text: str, name: str) -> str:
    """Returns the text as OpenCC's configuration `name` writes it."""
    for step in _CHAINS.get(name, (name,)):
        text = str(_converter(step).convert(text))
    return text


def load_converters() -> None:
    """Loads them all, as a process does before it forks others."""
    for name in _ALL:
        _converter(name)


@lru_cache(maxsize=len(_ALL) + 8)
def _converter(name: str) -> opencc.OpenCC:
    return opencc.OpenCC(name)
