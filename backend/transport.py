"""How a call reaches the utility: one session per process, short deadlines, careful retries, a circuit breaker."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import ujson

from backend import budget
from backend.breaker import Breaker, Permit
from backend.errors import BackendBusy, BackendError, BackendProtocolError, BackendTimeout, BackendUnavailable
from backend.refusals import WIRE_ERRORS, from_answer, from_wire

JITTER_S = (0.05, 0.15)
TRIES = 2


@dataclass(frozen=True)
class Deadlines:
    """How long a call may take, in seconds; `turn` bounds a call with its retries where no turn's budget stands."""

    connect: float = 0.5
    read: float = 2.0
    turn: float = budget.TURN_S


@dataclass(frozen=True)
class Call:
    """One request; `repeatable` when sending it twice is the same as once."""

    method: str
    path: str
    repeatable: bool
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    content: bytes | None = None


class Transport:
    """Sends calls to one utility; the session opens with the first call, in the loop that makes it."""

    def __init__(self, url: str, token: str, breaker: Breaker, deadlines: Deadlines) -> None:
        self._url = url.rstrip("/") + "/v1"
        self._token = token
        self._breaker = breaker
        self._deadlines = deadlines
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Closes the session; a later call would open a new one."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(self, call: Call) -> Any:
        """Sends a call and returns the answer's JSON; None for an empty answer.

        Raises:
            BackendError: of whatever kind fits, see backend/refusals.py.
        """
        if budget.remaining() is not None:
            return await self._persistent(call)
        with budget.within(self._deadlines.turn):
            return await self._persistent(call)

    async def _persistent(self, call: Call) -> Any:
        """Sends a call, after silence once more, and to a busy company when it says so, all inside the budget."""
        tries = 0
        while True:
            try:
                return await self._guarded(call)
            except BackendError as error:
                tries += 1
                pause = _pause(error, tries)
                if not (error.retryable and call.repeatable) or pause is None or pause >= _left():
                    raise
            await asyncio.sleep(pause)

    async def _guarded(self, call: Call) -> Any:
        if _left() <= 0:
            raise BackendTimeout("the time of this turn is used up")
        permit = self._breaker.allow()
        if permit is None:
            raise BackendUnavailable("the circuit to the utility is open")
        try:
            content = await self._once(call)
        except BackendError as error:
            self._note(permit, error)
            raise
        except asyncio.CancelledError:
            self._breaker.abandoned(permit)
            raise
        self._breaker.succeeded(permit)
        return content

    def _note(self, permit: Permit, error: BackendError) -> None:
        """A refusal, an odd answer or a busy company is still somebody answering; only silence opens the circuit."""
        if error.retryable and not isinstance(error, BackendBusy):
            self._breaker.failed(permit)
        else:
            self._breaker.succeeded(permit)

    async def _once(self, call: Call) -> Any:
        try:
            status, retry_after, body = await self._exchange(call)
        except WIRE_ERRORS as error:
            raise from_wire(error) from error
        content = _json(body, status)
        if status >= 400:
            raise from_answer(status, content, retry_after)
        return content

    async def _exchange(self, call: Call) -> tuple[int, str, bytes]:
        request = self._opened().request(
            call.method,
            self._url + call.path,
            headers={"Authorization": f"Bearer {self._token}", **call.headers},
            params=call.query,
            json=call.body,
            data=call.content,
            allow_redirects=False,
            timeout=self._timeout(),
        )
        async with request as response:
            return response.status, response.headers.get("Retry-After", ""), await response.read()

    def _timeout(self) -> aiohttp.ClientTimeout:
        """The deadlines of one try, and never more than the turn has left."""
        limits, left = self._deadlines, max(_left(), 0.001)
        read = left if budget.is_patient() else limits.read
        total = min(limits.connect + read, left)
        return aiohttp.ClientTimeout(total=total, sock_connect=limits.connect, sock_read=read)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())  # the company sets none
        return self._session


def _pause(error: BackendError, tries: int) -> float | None:
    """How long to wait before the next try; None when there is none."""
    jitter = random.uniform(*JITTER_S) * tries
    if isinstance(error, BackendBusy):
        return error.retry_after_s + jitter
    return jitter if tries < TRIES else None


def _left() -> float:
    left = budget.remaining()
    return 0.0 if left is None else left


def _json(body: bytes, status: int) -> Any:
    if not body:
        return None
    try:
        return ujson.loads(body)
    except ValueError as error:
        if status >= 400:
            return None  # a proxy's page: the status alone says what happened
        raise BackendProtocolError("the utility did not answer with JSON", status=status) from error
