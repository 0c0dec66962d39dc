"""How a call reaches the utility: one session per process, short deadlines, one careful retry, a circuit breaker."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from backend.breaker import Breaker
from backend.errors import BackendError, BackendProtocolError, BackendUnavailable
from backend.refusals import WIRE_ERRORS, from_answer, from_wire

JITTER_S = (0.05, 0.15)


@dataclass(frozen=True)
class Deadlines:
    """How long a call may take, in seconds."""

    connect: float = 0.5
    read: float = 2.0


@dataclass(frozen=True)
class Call:
    """One request; `repeatable` when sending it twice is the same as once."""

    method: str
    path: str
    repeatable: bool
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None


class Transport:
    """Sends calls to one utility; the session opens with the first call, in the loop that makes it."""

    def __init__(self, url: str, token: str, breaker: Breaker, deadlines: Deadlines) -> None:
        self._url = url.rstrip("/") + "/v1"
        self._token = token
        self._breaker = breaker
        self._timeout = aiohttp.ClientTimeout(
            total=deadlines.connect + deadlines.read, sock_connect=deadlines.connect, sock_read=deadlines.read
        )
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
        try:
            return await self._guarded(call)
        except BackendError as error:
            if not (error.retryable and call.repeatable):
                raise
        await asyncio.sleep(random.uniform(*JITTER_S))
        return await self._guarded(call)

    async def _guarded(self, call: Call) -> Any:
        if not self._breaker.allow():
            raise BackendUnavailable("the circuit to the utility is open")
        try:
            content = await self._once(call)
        except BackendError as error:
            self._note(error)
            raise
        except asyncio.CancelledError:
            self._breaker.abandoned()
            raise
        self._breaker.succeeded()
        return content

    def _note(self, error: BackendError) -> None:
        """A refusal or an odd answer is still somebody answering; only silence opens the circuit."""
        if error.retryable:
            self._breaker.failed()
        else:
            self._breaker.succeeded()

    async def _once(self, call: Call) -> Any:
        try:
            status, body = await self._exchange(call)
        except WIRE_ERRORS as error:
            raise from_wire(error) from error
        content = _json(body, status)
        if status >= 400:
            raise from_answer(status, content)
        return content

    async def _exchange(self, call: Call) -> tuple[int, bytes]:
        request = self._opened().request(
            call.method,
            self._url + call.path,
            headers={"Authorization": f"Bearer {self._token}", **call.headers},
            params=call.query,
            json=call.body,
            allow_redirects=False,
        )
        async with request as response:
            return response.status, await response.read()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        return self._session


def _json(body: bytes, status: int) -> Any:
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError as error:
        if status >= 400:
            return None  # a proxy's page: the status alone says what happened
        raise BackendProtocolError("the utility did not answer with JSON", status=status) from error
