"""One pipelined connection to Redis: commands are written as they come, and answered in their order.

The client library makes each command a borrowing of a connection, a look whether it is stale, a timer and three reads;
here it is one write and one future. It connects through the library (address, password, TLS, number of the database)
and raises the library's errors. An answer that does not come ends the connection: who knows what it holds.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias, TypeVar

import redis.asyncio as redis
from redis.exceptions import ConnectionError as LineLost
from redis.exceptions import NoScriptError, RedisError, ResponseError
from redis.exceptions import TimeoutError as NoAnswer

Word = str | bytes | int | float
# The library's pool: a generic one to its type stubs only.
Library: TypeAlias = "redis.ConnectionPool[Any]"
_END = b"\r\n"
# How often an ear asks whether Redis is there, and how many events may wait for a listener.
_EAR_ASKS_EVERY_S, _EAR_HOLDS = 5.0, 10_000
_AnyWire = TypeVar("_AnyWire", bound="_Wire")


class Script:
    """A Lua script, which Redis is told once and then knows by its hash."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


class RedisLine:
    """Asks one Redis; the connection opens with the first command, and again after it was lost.

    Args:
        url: `redis://`, `rediss://` or `unix://`.
        patience: the seconds that connecting, and each answer, may take.
    """

    def __init__(self, url: str, *, patience: float) -> None:
        self._library: Library = redis.ConnectionPool.from_url(
            url, socket_connect_timeout=patience, socket_timeout=patience, decode_responses=True
        )
        self._patience = patience
        self._wire: _Wire | None = None
        self._opening = asyncio.Lock()

    async def ask(self, *command: Word) -> Any:
        """Sends a command and returns its answer, text as `str`.

        Raises:
            RedisError: Redis cannot be reached, does not answer in time, or refuses the command.
        """
        wire = self._wire
        if wire is None or wire.is_lost:
            wire = await self._opened()
        return await wire.ask(command)

    async def run(self, script: Script, keys: list[str], arguments: list[Word]) -> Any:
        """Runs a script. Raises as `ask`."""
        rest = (len(keys), *keys, *arguments)
        try:
            return await self.ask("EVALSHA", script.sha, *rest)
        except NoScriptError:
            return await self.ask("EVAL", script.text, *rest)

    @asynccontextmanager
    async def follow(self, pattern: str) -> AsyncIterator[AsyncIterator[tuple[str, str]]]:
        """Subscribes to channels by a pattern (glob), on a connection of its own; gives each event's channel and words.

        Raises:
            RedisError: Redis cannot be reached, or was lost; what it said meanwhile is not known.
        """
        ear = await _Ear.open(self._library, self._patience)
        try:
            await ear.ask(("PSUBSCRIBE", pattern))
            yield ear.events()
        finally:
            ear.end(LineLost("nobody listens any more"))

    async def close(self) -> None:
        """Leaves Redis; a later command would connect anew."""
        if self._wire is not None:
            self._wire.end(LineLost("the line was closed"))
            self._wire = None

    async def _opened(self) -> _Wire:
        async with self._opening:
            if self._wire is None or self._wire.is_lost:
                self._wire = await _Wire.open(self._library, self._patience)
            return self._wire


class _Wire(asyncio.Protocol):
    """A connection, and who waits for its next answers."""

    def __init__(self, connection: Any, transport: asyncio.Transport, patience: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._connection, self._transport, self._patience = connection, transport, patience
        self._waiting: deque[tuple[asyncio.Future[Any], float]] = deque()
        self._unread = b""
        self._watch: asyncio.TimerHandle | None = None
        self._ended = False

    @classmethod
    async def open(cls: type[_AnyWire], library: Library, patience: float) -> _AnyWire:
        """Lets the library connect, then takes its connection over. Raises RedisError."""
        connection = library.make_connection()
        await connection.connect()
        transport = connection._writer.transport
        wire = cls(connection, transport, patience)
        transport.set_protocol(wire)
        return wire

    @property
    def is_lost(self) -> bool:
        """Whether nothing can be asked here any more."""
        return self._ended or self._transport.is_closing()

    def ask(self, command: tuple[Word, ...]) -> asyncio.Future[Any]:
        """Writes a command; the future gets its answer."""
        answer: asyncio.Future[Any] = self._loop.create_future()
        self._waiting.append((answer, self._loop.time() + self._patience))
        self._transport.write(packed(command))
        if self._watch is None:
            self._watch = self._loop.call_later(self._patience, self._look)
        return answer

    def data_received(self, data: bytes) -> None:
        """See base class."""
        self._unread += data
        at = 0
        try:
            while at < len(self._unread):
                answer, at = read(self._unread, at)
                self._give(answer)
        except Incomplete:
            pass
        except (ValueError, IndexError) as error:
            self.end(LineLost(f"Redis said what is no answer: {error}"))
        self._unread = self._unread[at:]

    def connection_lost(self, error: Exception | None) -> None:
        """See base class."""
        self.end(LineLost(f"the connection to Redis was lost: {error or 'closed by the server'}"))

    def end(self, error: RedisError) -> None:
        """Ends the connection, and every wait for it; again does nothing."""
        if self._ended:
            return
        self._ended = True
        if self._watch is not None:
            self._watch.cancel()
        self._connection._reader = self._connection._writer = None  # it has nothing to close any more
        self._transport.abort()
        while self._waiting:
            self._refuse(self._waiting.popleft()[0], error)

    def _give(self, answer: Any) -> None:
        waiting, _ = self._waiting.popleft()
        if isinstance(answer, RedisError):
            self._refuse(waiting, answer)
        elif not waiting.done():  # whoever asked may have gone
            waiting.set_result(answer)

    def _refuse(self, waiting: asyncio.Future[Any], error: RedisError) -> None:
        if not waiting.done():
            waiting.set_exception(error)

    def _look(self) -> None:
        """Ends the connection when the oldest wait has lasted too long."""
        self._watch = None
        if not self._waiting:
            return
        left = self._waiting[0][1] - self._loop.time()
        if left <= 0:
            self.end(NoAnswer(f"Redis did not answer within {self._patience} s"))
        else:
            self._watch = self._loop.call_later(left, self._look)


class _Ear(_Wire):
    """A connection that hears events, and asks now and then whether Redis is still there."""

    def __init__(self, connection: Any, transport: asyncio.Transport, patience: float) -> None:
        super().__init__(connection, transport, patience)
        self._heard: asyncio.Queue[tuple[str, str] | RedisError] = asyncio.Queue()
        self._next_look = self._loop.call_later(_EAR_ASKS_EVERY_S, self._ask_whether_it_is_there)

    async def events(self) -> AsyncIterator[tuple[str, str]]:
        """Gives what is heard until the connection ends, which it raises."""
        while True:
            event = await self._heard.get()
            if isinstance(event, RedisError):
                raise event
            yield event

    def end(self, error: RedisError) -> None:
        """See base class; whoever listens is told."""
        self._next_look.cancel()
        super().end(error)
        self._heard.put_nowait(error)

    def _give(self, answer: Any) -> None:
        if not (isinstance(answer, list) and answer[0] == "pmessage"):
            super()._give(answer)
        elif self._heard.qsize() < _EAR_HOLDS:
            self._heard.put_nowait((answer[2], answer[3]))
        else:  # events only wake: who lost some looks into PostgreSQL, as after every loss
            self.end(LineLost("nobody keeps up with what is said"))

    def _ask_whether_it_is_there(self) -> None:
        self.ask(("PING",)).add_done_callback(_let_go)
        self._next_look = self._loop.call_later(_EAR_ASKS_EVERY_S, self._ask_whether_it_is_there)


def _let_go(answer: asyncio.Future[Any]) -> None:
    """Whoever listens is told of an error by the end of the connection."""
    if not answer.cancelled():
        answer.exception()


class Incomplete(Exception):
    """The rest of an answer is still on its way."""


def packed(command: tuple[Word, ...]) -> bytes:
    """A command as Redis reads it."""
    words = [word if isinstance(word, bytes) else str(word).encode() for word in command]
    return b"".join([b"*%d\r\n" % len(words), *(b"$%d\r\n%b\r\n" % (len(word), word) for word in words)])


def read(told: bytes, at: int) -> tuple[Any, int]:
    """Reads the answer that begins at a place; returns it and where the next one begins.

    Raises:
        Incomplete: its end has not come yet.
        ValueError: it is no answer.
    """
    end = told.find(_END, at)
    if end < 0:
        raise Incomplete
    kind, line, after = told[at : at + 1], told[at + 1 : end], end + len(_END)
    if kind == b"+":
        return line.decode(), after
    if kind == b":":
        return int(line), after
    if kind == b"-":
        return _refusal(line.decode()), after
    if kind == b"$":
        return _text(told, after, int(line))
    if kind == b"*":
        return _row(told, after, int(line))
    raise ValueError(f"an answer cannot begin with {kind!r}")


def _text(told: bytes, at: int, length: int) -> tuple[str | None, int]:
    if length < 0:
        return None, at
    if len(told) < at + length + len(_END):
        raise Incomplete
    return told[at : at + length].decode(), at + length + len(_END)


def _row(told: bytes, at: int, length: int) -> tuple[list[Any] | None, int]:
    if length < 0:
        return None, at
    row = []
    for _ in range(length):
        value, at = read(told, at)
        row.append(value)
    return row, at


def _refusal(line: str) -> RedisError:
    return NoScriptError(line) if line.startswith("NOSCRIPT") else ResponseError(line)
