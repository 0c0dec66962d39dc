"""What the workers share and may lose: keys in Redis with an end of life; the truth is never kept here.

When Redis is gone every call says so at once, and the log says it once; who calls has a way without it.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import structlog
from redis.exceptions import RedisError

from runtime.errors import CacheUnavailable
from runtime.redis_line import RedisLine, Script

_Answer = TypeVar("_Answer")
# After a failure the next calls fail at once for so long: nobody waits for a dead Redis again and again.
_REST_SECONDS = 3.0

_RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"
_COUNT = """
local count = redis.call('incr', KEYS[1])
if count == 1 then redis.call('pexpire', KEYS[1], ARGV[1]) end
return count
"""


class Cache:
    """Keys of one Redis under a prefix. Every method raises CacheUnavailable when Redis does not answer."""

    def __init__(self, url: str, *, prefix: str = "gridtalk:") -> None:
        self._line = RedisLine(url, patience=1)
        self._scripts: dict[str, Script] = {}
        self._prefix = prefix
        self._down = False
        self._rests_until = 0.0
        self._log = structlog.get_logger()

    async def get(self, key: str) -> str | None:
        """Returns what is kept under a key."""
        kept: str | None = await self._ask(lambda: self._line.ask("GET", self._prefix + key))
        return kept

    async def put(self, key: str, value: str, *, seconds: float) -> None:
        """Keeps a value for so long."""
        await self._ask(lambda: self._line.ask("SET", self._prefix + key, value, "PX", _milliseconds(seconds)))

    async def claim(self, key: str, value: str, *, seconds: float) -> bool:
        """Keeps a value for so long unless one is kept already; tells whether it did (`SET NX PX`)."""
        words = ("SET", self._prefix + key, value, "PX", _milliseconds(seconds), "NX")
        return bool(await self._ask(lambda: self._line.ask(*words)))

    async def release(self, key: str, value: str) -> None:
        """Drops a key if it still holds this value."""
        await self.run(_RELEASE, key, value)

    async def count(self, key: str, *, seconds: float) -> int:
        """Counts one up; the count ends so long after its first."""
        return int(await self.run(_COUNT, key, _milliseconds(seconds)))

    async def run(self, script: str, key: str, *arguments: str | int) -> Any:
        """Runs a Lua script on one key (`KEYS[1]`), atomically."""
        known = self._scripts.get(script) or self._scripts.setdefault(script, Script(script))
        return await self._ask(lambda: self._line.run(known, [self._prefix + key], list(arguments)))

    async def close(self) -> None:
        """Leaves Redis."""
        await self._line.close()

    async def _ask(self, call: Callable[[], Awaitable[_Answer]]) -> _Answer:
        if time.monotonic() < self._rests_until:
            raise CacheUnavailable("Redis was lost a moment ago")
        try:
            answer = await call()
        except (RedisError, OSError) as error:
            self._rests_until = time.monotonic() + _REST_SECONDS
            if not self._down:
                self._log.error("runtime.cache.lost", error=str(error))
            self._down = True
            raise CacheUnavailable(f"Redis does not answer: {error}") from error
        if self._down:
            self._log.info("runtime.cache.recovered")
            self._down = False
        return answer


def _milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1000))
