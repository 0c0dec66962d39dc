"""Background tasks end, also when a cancellation is lost."""

from __future__ import annotations

import asyncio

from runtime.tasks import end_tasks


async def test_a_task_that_loses_its_first_cancellation_ends_all_the_same() -> None:
    lost = asyncio.Event()

    async def stubborn() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            lost.set()
        await asyncio.sleep(60)

    task = asyncio.get_running_loop().create_task(stubborn())
    await asyncio.sleep(0)

    await asyncio.wait_for(end_tasks([task]), 5)

    assert lost.is_set()
    assert task.cancelled()


async def test_nothing_to_end_is_ended_at_once() -> None:
    await asyncio.wait_for(end_tasks([]), 1)

    assert asyncio.current_task() is not None
