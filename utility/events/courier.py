"""Sends events to their subscribers: signed, in order for each, again and again until one takes it or is given up.

A subscriber's place in the stream moves only after a 2xx, so an event may arrive more than once and never not at all;
`event_id` tells the repeats. Each subscriber has a task of its own: a slow one keeps nobody else waiting.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import takewhile

import aiohttp
import structlog

from runtime.postgres import transaction
from runtime.tasks import end_tasks
from utility.company import Company
from utility.events import rules, store
from utility.events.calls import calls
from utility.events.signing import HEADER, signature
from utility.events.values import Subscriber, Told

TIMEOUT = aiohttp.ClientTimeout(total=5, sock_connect=1)
READ_AT_ONCE = 200
_WIRE_ERRORS = (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError)


class Courier:
    """Sends what is due; one per process."""

    def __init__(self, company: Company, *, days: float, chance: Callable[[], float] = random.random) -> None:
        """Gives an undeliverable event up after `days`; `chance` spreads the repeats."""
        self._company, self._days, self._chance = company, days, chance
        self._session: aiohttp.ClientSession | None = None
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def send_due(self) -> None:
        """Starts a task for each subscriber who has not everything and has none."""
        self._tasks = {name: task for name, task in self._tasks.items() if not task.done()}
        async with transaction(self._company.pool) as connection:
            due = await store.due_subscribers(connection, self._company.clock.now())
        for subscriber in due:
            if subscriber.subscriber_id not in self._tasks:
                self._tasks[subscriber.subscriber_id] = asyncio.create_task(self._guarded(subscriber))

    async def settle(self) -> None:
        """Waits for the tasks that run now."""
        if self._tasks:
            await asyncio.wait(self._tasks.values())

    async def close(self) -> None:
        """Ends the tasks and closes the connections."""
        await end_tasks(self._tasks.values())
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _guarded(self, subscriber: Subscriber) -> None:
        try:
            await self._serve(subscriber)
        except Exception as error:  # noqa: BLE001  # the last stop of the task: the next tick starts a new one
            log = structlog.get_logger().bind(subscriber_id=subscriber.subscriber_id)
            log.error("utility.events.courier_failed", exc_info=error)

    async def _serve(self, subscriber: Subscriber) -> None:
        """Sends everything that is there, one after another, until there is no more or one is not taken."""
        going: Subscriber | None = subscriber
        while going is not None:
            async with transaction(self._company.pool) as connection:
                events = await store.events_after(connection, going.after, READ_AT_ONCE)
            going = await self._send_all(going, events) if events else None

    async def _send_all(self, subscriber: Subscriber, events: Sequence[Told]) -> Subscriber | None:
        """Sends these events; returns the subscriber as it stands then, None when some were not taken."""
        for call in calls(subscriber, events):
            error = await self._send(subscriber, call.body, call.last) if call.body else ""
            if error:
                await self._failed(subscriber, error, events[call.first :])
                return None
            moved = await self._move_on(subscriber, call.last)
            if moved is None:
                return None
            subscriber = moved
        return subscriber

    async def _move_on(self, subscriber: Subscriber, event: Told) -> Subscriber | None:
        """Notes that an event was taken; None when the subscriber was removed or moved meanwhile."""
        async with transaction(self._company.pool) as connection:
            moved = await store.move_on(connection, subscriber.subscriber_id, subscriber.after, event.position)
        return replace(subscriber, after=event.position, failures=0, failing_since=None) if moved else None

    async def _send(self, subscriber: Subscriber, body: bytes, event: Told) -> str:
        """Sends a body whose last event this is; returns what went wrong, or nothing."""
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Utility-Event": event.event_id,
            HEADER: signature(subscriber.secret, self._company.clock.now(), body),
        }
        try:
            request = self._opened().post(subscriber.url, data=body, headers=headers, allow_redirects=False)
            async with request as answered:
                return "" if 200 <= answered.status < 300 else f"answered {answered.status}"
        except _WIRE_ERRORS as error:
            return type(error).__name__

    async def _failed(self, subscriber: Subscriber, error: str, waiting: Sequence[Told]) -> None:
        """Notes when to try again; what could not be delivered for too long is listed for a person and passed over."""
        now = self._company.clock.now()
        again = rules.next_try(now, subscriber.failures + 1, self._chance())
        failing_since = subscriber.failing_since or now
        dead = list(takewhile(lambda event: rules.given_up(event.at, failing_since, now, self._days), waiting))
        log = structlog.get_logger().bind(subscriber_id=subscriber.subscriber_id)
        log.warning("utility.events.not_taken", reason=error, next_try_at=again.isoformat(), given_up=len(dead))
        async with transaction(self._company.pool) as connection:
            await store.note_failure(connection, subscriber.subscriber_id, error, now, again)
            if dead:
                await store.give_up(connection, subscriber, dead, now)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=TIMEOUT)
        return self._session
