"""The pace that all workers keep together: token buckets in Redis, looked at and taken from in one round trip.

Redis may be gone: that is logged once, each worker's own pace goes on, and Redis is asked again a second later.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from redis.exceptions import RedisError

from runtime.redis_line import RedisLine, Script

# Nothing is taken from any bucket unless every one has something left; the answer is the number of the first that has
# not (0: none), and the seconds until it will have. Redis's own clock counts: the workers' may differ.
_TAKE = Script("""
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local left = {}
for i, key in ipairs(KEYS) do
    local burst, rate = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
    local bucket = redis.call('HMGET', key, 'left', 'at')
    left[i] = burst
    if bucket[1] then
        left[i] = math.min(burst, tonumber(bucket[1]) + math.max(0, now - tonumber(bucket[2])) * rate)
    end
    if left[i] < 1 then
        return {i, tostring((1 - left[i]) / rate)}
    end
end
for i, key in ipairs(KEYS) do
    local burst, rate = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
    redis.call('HSET', key, 'left', tostring(left[i] - 1), 'at', string.format('%.6f', now))
    redis.call('EXPIRE', key, math.ceil(burst / rate) + 1)
end
return {0, '0'}
""")
_PATIENCE_SECONDS = 0.25
_REST_SECONDS = 1.0
# A bucket that fills up within a day is forgotten then: Redis takes no longer time without an overflow.
_LEAST_RATE = 1e-4


@dataclass(frozen=True)
class Bucket:
    """What one customer, address or door may send: `burst` at once, then `per_second`."""

    name: str
    burst: int
    per_second: float


@dataclass(frozen=True)
class Empty:
    """The bucket that has nothing left, and the seconds until it has."""

    name: str
    seconds: float


class SharedPace:
    """The buckets of one door in Redis; `door` keeps them apart from those of other doors."""

    def __init__(self, url: str, door: str, *, prefix: str = "gridtalk:") -> None:
        self._line = RedisLine(url, patience=_PATIENCE_SECONDS)
        self._prefix = f"{prefix}pace:{door}:"
        self._down_until = 0.0
        self._is_down = False
        self._log = structlog.get_logger()

    async def take(self, buckets: Sequence[Bucket]) -> Empty | None:
        """Takes one from each bucket, or from none when one is empty, which is returned; without Redis none is."""
        if time.monotonic() < self._down_until:
            return None
        keys = [self._key(bucket.name) for bucket in buckets]
        sizes = [number for bucket in buckets for number in (bucket.burst, max(bucket.per_second, _LEAST_RATE))]
        try:
            place, seconds = await self._line.run(_TAKE, keys, [*sizes])
        except (RedisError, OSError, asyncio.TimeoutError) as error:
            self._lose(error)
            return None
        self._find_again()
        return Empty(buckets[place - 1].name, float(seconds)) if place else None

    async def close(self) -> None:
        """Leaves Redis."""
        await self._line.close()

    def _key(self, name: str) -> str:
        """Customers and addresses stand in Redis by a hash: a bucket tells nobody who wrote."""
        return self._prefix + hashlib.sha256(name.encode()).hexdigest()[:32]

    def _lose(self, error: BaseException) -> None:
        self._down_until = time.monotonic() + _REST_SECONDS
        if not self._is_down:
            self._log.error("door.pace.alone", error=f"{type(error).__name__}: {error}"[:200])
        self._is_down = True

    def _find_again(self) -> None:
        if self._is_down:
            self._log.info("door.pace.shared")
        self._is_down = False
