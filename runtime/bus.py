"""The live wire between processes: Redis pub/sub that wakes listeners and never carries the truth.

When Redis is gone, publishing says so once in the log and the listeners' own polling of PostgreSQL goes on.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
import ujson
from redis.exceptions import RedisError

from runtime.json_text import written
from runtime.redis_line import RedisLine
from runtime.tasks import end_tasks

# So long a publisher waits for Redis, and so long it then asks it nothing.
_PATIENCE_S, _REST_S = 1.0, 1.0
# So long a listener waits for Redis to be reached, and to say that it is there.
_EARS_PATIENCE_S = 2.0

Listener = Callable[[str, dict[str, Any]], Awaitable[None]]


class Bus:
    """Publishes to topics and calls listeners for what arrives on a topic pattern."""

    def __init__(self, url: str, *, prefix: str = "gridtalk:") -> None:
        # Who publishes waits for nobody long; who listens waits for ever, and asks now and then whether Redis is there.
        self._mouth = RedisLine(url, patience=_PATIENCE_S)
        self._ears = RedisLine(url, patience=_EARS_PATIENCE_S)
        self._prefix = prefix
        self._rests_until = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        self._down = False
        self._log = structlog.get_logger()

    async def publish(self, topic: str, payload: dict[str, Any]) -> None:
        """Sends `payload` to who listens now; a dead Redis is logged once and otherwise ignored.

        After a failure nothing is sent for a moment: a Redis that hangs must hold up no turn again and again.
        """
        if time.monotonic() < self._rests_until:
            return
        try:
            await self._mouth.ask("PUBLISH", self._prefix + topic, written(payload))
        except (RedisError, OSError) as error:
            self._rests_until = time.monotonic() + _REST_S
            self._mark(down=True, error=str(error))
        else:
            self._mark(down=False)

    def listen(self, pattern: str, listener: Listener) -> asyncio.Task[None]:
        """Calls `listener(topic, payload)` for every event on `pattern` (glob) until `close`, through reconnects."""
        task = asyncio.get_running_loop().create_task(self._pump(pattern, listener))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def close(self) -> None:
        """Stops every listener and leaves Redis."""
        await end_tasks(list(self._tasks))
        await self._mouth.close()
        await self._ears.close()

    async def _pump(self, pattern: str, listener: Listener) -> None:
        while True:
            try:
                await self._receive(pattern, listener)
            except (RedisError, OSError) as error:
                self._mark(down=True, error=str(error))
                await asyncio.sleep(1)

    async def _receive(self, pattern: str, listener: Listener) -> None:
        async with self._ears.follow(self._prefix + pattern) as events:
            self._mark(down=False)
            async for channel, told in events:
                await listener(channel[len(self._prefix) :], ujson.loads(told))

    def _mark(self, *, down: bool, error: str = "") -> None:
        if down and not self._down:
            self._log.error("runtime.bus.lost", error=error)
        elif self._down and not down:
            self._log.info("runtime.bus.recovered")
        self._down = down
