"""An answer that is promised to a push: it leaves as soon as it is recorded that it has."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Promised:
    """Words that leave as the answer of a push as soon as it is recorded that they have.

    `key` names the push; its words are recorded with it, so that a retry at another worker is answered the same.
    `settle(True)` lets them go; after `settle(False)` nothing has left, unless the push could not wait any longer.
    """

    key: str
    words: str
    settle: Callable[[bool], Awaitable[None]]
