"""Password hashes of the agents: argon2id, off the event loop, and as slow for a name nobody has."""

from __future__ import annotations

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

# One hash takes 64 MiB: a flood of log-ins waits here instead of filling the memory.
CONCURRENT_HASHES = 2


class Passwords:
    """Makes and checks password hashes."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_urlsafe())
        self._turns = asyncio.Semaphore(CONCURRENT_HASHES)

    def hash(self, password: str) -> str:
        """Returns the hash to store."""
        return self._hasher.hash(password)

    async def matches(self, stored: str | None, password: str) -> bool:
        """Tells whether the password is the stored one; without a stored hash it works as long and says no."""
        async with self._turns:
            right = await asyncio.get_running_loop().run_in_executor(
                None, self._verify, stored or self._nobody, password
            )
        return right and stored is not None

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (Argon2Error, InvalidHashError):
            return False
