"""Strikes as the plan says: each blow at its moment, in a thread of its own, and a record of when it came and went."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.chaos import crew
from bench.chaos.house import House
from bench.chaos.schedule import BOTS, Fault, Kind
from tools import say

# One of the workers is always left: with none of them nobody could take a push, and WeChat gives up after 15 s.
_OTHER = {BOTS[0]: BOTS[1], BOTS[1]: BOTS[0], **dict.fromkeys((crew.LOADER, *crew.MEMBERS), BOTS[1])}
# A worker that is struck again before it is back would only be away longer.
_PATIENCE = 120.0


@dataclass(frozen=True)
class Struck:
    """A blow as it fell, in seconds of the run."""

    fault: Fault
    began: float
    ended: float


class Striker:
    """Carries the faults of a plan out."""

    def __init__(self, house: House, began: float) -> None:
        self._house = house
        self._began = began
        self._bots = asyncio.Lock()
        self._store = asyncio.Lock()
        self.struck: list[Struck] = []

    async def run(self, faults: Sequence[Fault]) -> None:
        """Returns when every blow has fallen and what was taken away is back."""
        await asyncio.gather(*(self._strike(fault) for fault in faults))
        self.struck.sort(key=lambda one: one.began)

    async def _strike(self, fault: Fault) -> None:
        await asyncio.sleep(max(0.0, self._began + fault.at - time.monotonic()))
        if fault.target in _OTHER:
            async with self._bots:
                struck = fault.target if fault.target in BOTS else crew.FIRST
                both = [await self._is_there(name) for name in (_OTHER[fault.target], struck)]
                if all(both):
                    await self._fall(fault)
                else:
                    say.line(f"  {fault.target}: {fault.kind.value} left out, the workers are not back yet")
        elif fault.target == "postgres":
            async with self._store:
                await self._fall(fault)
        else:
            await self._fall(fault)

    async def _fall(self, fault: Fault) -> None:
        began = time.monotonic() - self._began
        say.line(
            f"  {began:6.1f} s  {fault.target}: {fault.kind.value} {f'{fault.seconds:.1f} s' * bool(fault.seconds)}"
        )
        await asyncio.get_running_loop().run_in_executor(None, self._act(fault))
        self.struck.append(Struck(fault, began, time.monotonic() - self._began))

    def _act(self, fault: Fault) -> Callable[[], None]:
        house = self._house
        acts: dict[Kind, Callable[[], None]] = {
            Kind.KILL: lambda: house.kill(fault.target),
            Kind.RELOAD: lambda: house.reload(fault.target),
            Kind.FREEZE: lambda: house.freeze(fault.target, fault.seconds),
            Kind.CRASH: lambda: house.crash_postgres(fault.seconds),
            Kind.CUT: house.cut_postgres,
            Kind.SLOW: lambda: house.slow_postgres(fault.seconds),
            Kind.EMPTY: lambda: house.empty_redis(fault.seconds),
        }
        return acts[fault.kind]

    async def _is_there(self, name: str) -> bool:
        """Waits for a process that is starting; whether it came."""
        late = time.monotonic() + _PATIENCE
        loop = asyncio.get_running_loop()
        while not await loop.run_in_executor(None, self._house.is_healthy, name):
            if time.monotonic() > late:
                return False
            await asyncio.sleep(0.5)
        return True
