"""The rounds of one worker: everything that is due stands in PostgreSQL; any number of workers share it.

Each round does a bounded piece, so that a stop waits for no more than that; one that fails is logged and comes again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from backend.errors import BackendError
from notices.consents import Consents
from notices.contacts.digests import Digests
from notices.contacts.sweep import ContactSweep
from notices.extras import Extras
from notices.following import Following
from notices.information import Information
from notices.receipts import Receipts
from notices.registration import Registration
from notices.resending import Resending
from notices.sending import SENDING_WAYS, Sending
from notices.spreading import Spreading
from notices.stream import Stream
from notices.subjects import Subjects
from notices.watching import Watching
from runtime.errors import StoreUnavailable

_PAUSE_AFTER_FAILURE = 5.0
# A look that found nothing and took long (a hundred thousand lines on their way) comes again the later.
_REST_FOR_LOOK = 4.0
# A fact is spread by many small questions to the store and the company, one after the other: several facts at a time.
_SPREADERS = 3
Round = Callable[[], Awaitable[int | bool | None]]


@dataclass(frozen=True)
class Rooms:
    """The parts of the room that have rounds."""

    stream: Stream
    subjects: Subjects
    spreading: Spreading
    sending: Sending
    following: Following
    resending: Resending
    watching: Watching
    contacts: ContactSweep
    digests: Digests
    receipts: Receipts
    consents: Consents
    registration: Registration
    information: Information
    extras: Extras


class Worker:
    """Runs each kind of round in a task of its own, so that a slow company does not hold the sending up."""

    def __init__(self, rooms: Rooms, *, every: float) -> None:
        """Rests `every` seconds when nothing was due."""
        self._every = every
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._rounds: dict[str, tuple[Round, float]] = {
            "stream": (rooms.stream.read_on, every * 2),
            "apply": (rooms.subjects.apply, every),
            "follow": (rooms.following.follow, every),
            "end": (rooms.following.end, every * 5),
            "reading": (rooms.following.note_reading, every * 15),
            "information": (rooms.information.take_next, every * 5),
            "extras": (rooms.extras.plan, every * 60),
            "register": (rooms.registration.look_after, every * 30),
            "contacts": (rooms.contacts.sweep_on, every * 60),
            "digests": (rooms.digests.tell_next, every * 30),
            "resend": (rooms.resending.resend_due, every * 15),
            "watch": (rooms.watching.look, every * 2),
            "climb": (rooms.watching.climb, every),
            "consents": (rooms.consents.tell_company, every * 5),
            "unanswered": (rooms.consents.miss, every * 15),
            "receipts": (rooms.receipts.make_due, every * 5),
        }
        for number in range(_SPREADERS):
            self._rounds[f"spread_{number}"] = (rooms.spreading.spread_next, every)
        for way in SENDING_WAYS:
            self._rounds[f"send_{way}"] = (self._sender(rooms.sending, way), every)

    def start(self) -> None:
        """Starts the rounds."""
        self._tasks = [asyncio.create_task(self._go(name)) for name in self._rounds]

    async def stop(self) -> None:
        """Ends after the rounds that run now: what they began is finished, the rest stays due."""
        self._stop.set()
        await asyncio.gather(*self._tasks)

    @property
    def alive(self) -> bool:
        """Whether every round is still made."""
        return all(not task.done() for task in self._tasks)

    async def _go(self, name: str) -> None:
        make, rest = self._rounds[name]
        log = structlog.get_logger().bind(round=name)
        while not self._stop.is_set():
            pause, began = rest, time.monotonic()
            try:
                if await make():
                    continue
                pause = max(rest, _REST_FOR_LOOK * (time.monotonic() - began))
            except (BackendError, StoreUnavailable) as error:
                log.warning("notices.round.postponed", error_code=error.code, reason=error.detail)
                pause = max(rest, _PAUSE_AFTER_FAILURE)
            except Exception as error:  # noqa: BLE001  # the last stop of a round: the others go on, it comes again
                log.error("notices.round.failed", exc_info=error)
                pause = _PAUSE_AFTER_FAILURE
            await self._rest(pause)

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stop.wait(), seconds)
        except asyncio.TimeoutError:
            return

    def _sender(self, sending: Sending, way: str) -> Round:
        async def send() -> int:
            return await sending.send_due(way)

        return send
