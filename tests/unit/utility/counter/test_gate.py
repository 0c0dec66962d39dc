"""The gate: so many at work, so many waiting, everybody else comes again; no place is ever lost."""

from __future__ import annotations

import asyncio

import pytest

from utility.counter.gate import Gate
from utility.errors import Busy


async def test_no_more_than_its_places_work_at_once() -> None:
    gate, at_work, most = Gate(3, waiting=100, patience_s=5), 0, 0

    async def work() -> None:
        nonlocal at_work, most
        async with gate.entered():
            at_work += 1
            most = max(most, at_work)
            await asyncio.sleep(0)
            at_work -= 1

    await asyncio.gather(*(work() for _ in range(50)))

    assert (most, at_work) == (3, 0)


async def test_who_finds_the_waiting_room_full_is_told_when_to_come_again() -> None:
    gate, done = Gate(1, waiting=1, patience_s=5), asyncio.Event()

    async def work() -> None:
        async with gate.entered():
            await done.wait()

    tasks = [asyncio.create_task(work()) for _ in range(2)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    with pytest.raises(Busy) as caught:
        async with gate.entered():
            pass
    done.set()
    await asyncio.gather(*tasks)

    assert (caught.value.status, caught.value.reason, caught.value.fields["retry_after_s"]) == (503, "utility.busy", 5)


async def test_who_waits_too_long_is_sent_away_and_the_place_is_not_lost() -> None:
    gate = Gate(1, waiting=5, patience_s=0.01)
    async with gate.entered():
        with pytest.raises(Busy):
            async with gate.entered():
                pass

    async with gate.entered():
        pass


async def test_a_cancelled_or_failed_work_gives_its_place_back() -> None:
    gate = Gate(1, waiting=5, patience_s=5)

    async def fail() -> None:
        async with gate.entered():
            raise ValueError

    async def hang() -> None:
        async with gate.entered():
            await asyncio.Event().wait()

    with pytest.raises(ValueError, match=""):
        await fail()
    hung, waiting, next_one = (asyncio.create_task(hang()) for _ in range(3))
    await asyncio.sleep(0)
    waiting.cancel()
    hung.cancel()
    await asyncio.sleep(0)
    next_one.cancel()
    await asyncio.gather(hung, waiting, next_one, return_exceptions=True)

    async with gate.entered():
        assert hung.cancelled()


async def test_a_place_handed_over_in_the_moment_of_a_cancellation_goes_to_the_next() -> None:
    gate, entered = Gate(1, waiting=5, patience_s=5), asyncio.Event()

    async def enter() -> None:
        async with gate.entered():
            entered.set()

    async with gate.entered():
        cancelled, following = asyncio.create_task(enter()), asyncio.create_task(enter())
        await asyncio.sleep(0)
    cancelled.cancel()
    await asyncio.gather(cancelled, return_exceptions=True)
    await following

    assert cancelled.cancelled()
    assert entered.is_set()
