"""Background tasks: going rounds until cancelled, and ending for certain."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import structlog

from runtime.errors import StoreUnavailable
from runtime.postgres import CONNECTION_ERRORS


async def go_rounds(one_round: Callable[[], Awaitable[object]], *, every_s: float, failed: str) -> None:
    """Goes a round, waits, and goes the next one, until cancelled.

    A store that is away is said once, as the event `failed`, and asked again with the next round.
    """
    down = False
    while True:
        try:
            await one_round()
            down = False
        except (StoreUnavailable, *CONNECTION_ERRORS) as error:
            if not down:
                structlog.get_logger().error(failed, error=str(error))
            down = True
        await asyncio.sleep(every_s)


async def end_tasks(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancels the tasks until each has ended.

    One cancellation may get lost: in Python 3.10 `asyncio.wait_for` swallows it when what it waits for is done in the
    same moment, and a task that loops over it goes on for ever.
    """
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=0.5)
