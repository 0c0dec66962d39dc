"""Password hashes of the agents: argon2id, off the event loop, and as slow for a name nobody has; and their rules."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from console.server.errors import PasswordRefused

# One hash takes 64 MiB: a flood of log-ins waits here instead of filling the memory.
CONCURRENT_HASHES = 2
_FEW_CHARACTERS = 4
# Read out over the telephone: no letter that looks like a digit.
_CODE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_CODE_CHARACTERS = 12


class Passwords:
    """Makes and checks password hashes."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_urlsafe())
        self._turns = asyncio.Semaphore(CONCURRENT_HASHES)

    def hash(self, password: str) -> str:
        """Returns the hash to store."""
        return self._hasher.hash(password)

    async def hash_later(self, password: str) -> str:
        """Returns the hash to store, made off the event loop."""
        async with self._turns:
            return await asyncio.get_running_loop().run_in_executor(None, self._hasher.hash, password)

    def outdated(self, stored: str) -> bool:
        """Tells whether a hash was made with less work than one made today."""
        return self._hasher.check_needs_rehash(stored)

    async def matches(self, stored: str | None, password: str) -> bool:
        """Tells whether the password is the stored one; without a stored hash it works as long and says no."""
        async with self._turns:
            right = await asyncio.get_running_loop().run_in_executor(
                None, self._verify, stored or self._nobody, password
            )
        return right and stored is not None

    async def used(self, hashes: Iterable[str], password: str) -> bool:
        """Tells whether the password is one of these."""
        for stored in hashes:
            if await self.matches(stored, password):
                return True
        return False

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (Argon2Error, InvalidHashError):
            return False


def one_time_code() -> str:
    """Makes a code for a first log-in: twelve characters in three groups."""
    letters = "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_CHARACTERS))
    return "-".join(letters[start : start + 4] for start in range(0, _CODE_CHARACTERS, 4))


def check_rules(password: str, *, agent_id: str, name: str, least: int) -> None:
    """Refuses a password that is short, holds the agent's number or name, or repeats a few characters.

    Raises:
        PasswordRefused: the rule's name is in its code.
    """
    if len(password) < least:
        raise PasswordRefused("short", least=least)
    folded = password.casefold()
    if agent_id.casefold() in folded or (len(name) > 1 and name.casefold() in folded):
        raise PasswordRefused("personal")
    if len(set(folded)) < _FEW_CHARACTERS or _runs(folded):
        raise PasswordRefused("simple")


def _runs(text: str) -> bool:
    """Tells whether a text only counts up or down: 0123456789, abcdefghij."""
    steps = {ord(after) - ord(before) for before, after in zip(text, text[1:], strict=False)}
    return len(steps) == 1 and abs(steps.pop()) <= 1
