"""The courier of a door that pushes: brings each conversation's lines to the platform, one round after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

import structlog

from connectors.shared.ports import Outcome, Parcel, Reception
from conversation.identity import ChannelName
from runtime.errors import StoreUnavailable

# Rounds at the same time: each holds a connection of the worker's pool while the platform is asked.
_ROUNDS = 4
# Rounds that ask no platform: a platform that hangs must not hold up what needs it not.
_QUICK_ROUNDS = 3
_SWEEP_SECONDS = 1.0


class Carrier(Protocol):
    """Hands a parcel to the platform; it raises nothing that a platform or a network may do."""

    async def carry(self, parcel: Parcel) -> Outcome:
        """Tells what came of it."""


class Courier:
    """Delivers for one channel; each conversation has one round at a time."""

    def __init__(
        self,
        reception: Reception,
        channel: ChannelName,
        carrier: Carrier,
        *,
        is_quick: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """Begins to listen.

        Args:
            reception: where the lines wait.
            channel: whose lines are brought.
            carrier: who hands them to the platform.
            is_quick: whether the carrier will hand over what waits in a conversation without a call of the platform.
        """
        self._reception = reception
        self._channel = channel.value
        self._carrier = carrier
        self._rounds: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._is_quick = is_quick
        self._free, self._quick = asyncio.Semaphore(_ROUNDS), asyncio.Semaphore(_QUICK_ROUNDS)
        self._leaving = False
        self._log = structlog.get_logger()
        reception.on_event(self._on_event)

    async def _on_event(self, conversation_id: str, event: dict[str, Any]) -> None:
        # "from" names another bot worker: its own courier is on the way, and a line it leaves is swept up.
        if event["kind"] == "message" and "from" not in event and conversation_id.startswith(f"{self._channel}:"):
            self.wake(conversation_id)

    def wake(self, conversation_id: str) -> None:
        """Says that lines of this conversation may wait."""
        if conversation_id in self._rounds:
            self._again.add(conversation_id)
            return
        task = _begin(self._deliver(conversation_id))
        self._rounds[conversation_id] = task
        task.add_done_callback(lambda done: self._delivered(conversation_id, done))

    async def sweep(self) -> None:
        """Wakes conversations whose lines are due, until cancelled."""
        while True:
            try:
                for conversation_id in await self._reception.undelivered(self._channel):
                    self.wake(conversation_id)
            except (StoreUnavailable, OSError) as error:
                self._log.warning("door.sweep.failed", channel=self._channel, error=str(error))
            await asyncio.sleep(_SWEEP_SECONDS)

    def leave(self) -> None:
        """Begins no call of the platform any more: who is killed in the middle of one does not know what came of it,
        and the next worker would repeat it. What a push waits for is still answered; other workers bring the rest."""
        self._leaving = True

    async def drain(self) -> None:
        """Waits for the rounds that run now, and for those that a word heard meanwhile has begun after them."""
        while self._rounds:
            await asyncio.gather(*self._rounds.values(), return_exceptions=True)

    async def _deliver(self, conversation_id: str) -> None:
        more = True
        while more:
            self._again.discard(conversation_id)
            quick = self._is_quick(conversation_id)
            async with self._quick if quick else self._free:
                if self._leaving and not quick:
                    return
                posted = await self._reception.post(conversation_id, self._carrier.carry)
            more = posted.more
            seconds = posted.wait.total_seconds()
            if more and seconds > 0:
                # The sweep comes for what waits longer; a line due soon is not left to it.
                if seconds > _SWEEP_SECONDS:
                    return
                await asyncio.sleep(seconds)

    def _delivered(self, conversation_id: str, task: asyncio.Task[None]) -> None:
        self._rounds.pop(conversation_id, None)
        if not task.cancelled() and (error := task.exception()):
            level = self._log.warning if isinstance(error, StoreUnavailable) else self._log.error
            level("door.delivery.broken", conversation_id=conversation_id, exc_info=error)
        if conversation_id in self._again:
            self._again.discard(conversation_id)
            self.wake(conversation_id)


def _begin(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    return asyncio.get_running_loop().create_task(work)
