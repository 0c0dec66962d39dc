"""A platform that takes no more calls for a while holds back the whole account, in every worker."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from runtime.cache import Cache
from runtime.clock import Clock
from runtime.errors import CacheUnavailable

_NONE = timedelta(0)


class AccountHold:
    """Remembers in Redis until when an account is held back; deleting the key `hold:<name>` lets it go."""

    def __init__(self, name: str, cache: Cache | None, clock: Clock) -> None:
        self._key = f"hold:{name}"
        self._cache = cache
        self._clock = clock
        self._own: datetime | None = None
        self._log = structlog.get_logger()

    async def begin(self, seconds: float, reason: str) -> None:
        """Holds the account back for so long."""
        self._own = self._clock.now() + timedelta(seconds=seconds)
        self._log.error("door.account.held", account=self._key, until=self._own.isoformat(), reason=reason)
        if self._cache:
            with suppress(CacheUnavailable):  # this worker knows it; another will learn it by its own call
                await self._cache.put(self._key, self._own.isoformat(), seconds=seconds)

    async def left(self) -> timedelta:
        """How long to wait before the next call, zero if it may be made now."""
        until = self._own
        if self._cache:
            with suppress(CacheUnavailable):
                known = await self._cache.get(self._key)
                until = datetime.fromisoformat(known) if known else None
        if until is None or until <= self._clock.now():
            return _NONE
        return until - self._clock.now()
