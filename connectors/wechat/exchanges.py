"""The open questions of WeChat: a push waits here for its answer, its retries wait with it, and all get the same."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable

# WeChat waits 5 s; the rest is for the way there and back.
ANSWER_SECONDS = 4.5
# Retries come within 15 s.
_REMEMBERED_SECONDS = 120.0


class Exchange:
    """One push and its passive reply: `taken` ends when the message is durable."""

    def __init__(self, key: str, taken: asyncio.Task[bool]) -> None:
        self.key = key
        self.taken = taken
        self.began = time.monotonic()
        self.waiters = 0
        self._answer: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._words: list[str] = []
        self._promised: str | None = None
        # Whether what it was answered with is recorded already, for retries at other workers.
        self.is_recorded = False

    @property
    def is_open(self) -> bool:
        """Whether an answer may still go out with it."""
        return not self._answer.done()

    def give(self, answer: str) -> bool:
        """Answers everybody who waits, and closes; tells whether it was open."""
        return self._close(answer)

    def promise(self, answer: str) -> bool:
        """Keeps the answer back until `settle`, or until its time is over; tells whether it was free for one."""
        if not self.is_open or self._promised is not None or self._words:
            return False
        self._promised = answer
        return True

    @property
    def is_promised(self) -> bool:
        """Whether an answer is kept back until it is recorded."""
        return self._promised is not None

    def settle(self, *, recorded: bool) -> bool:
        """Gives the promised answer, or takes the promise back; tells whether the words have left or leave now."""
        promised, self._promised = self._promised, None
        self.is_recorded = recorded
        if not self.is_open:
            return True
        if recorded:
            self._close(promised)
        elif not self.waiters:
            self._close(None)  # the push failed meanwhile: nobody would hear another answer
        return recorded

    def add(self, words: str, most: int) -> bool:
        """Keeps words for the answer and lets it wait for more until its time is over: nothing else leaves now.

        False: it is closed, or the answer would be longer than `most` bytes.
        """
        if not self.is_open or len("\n\n".join([*self._words, words]).encode("utf-8", "replace")) > most:
            return False
        self._words.append(words)
        return True

    def end(self) -> bool:
        """Closes with what was kept, if anything; tells whether the answer is left to a customer-service message."""
        words = self._promised or "\n\n".join(self._words) or None
        return self._close(words) and words is None

    async def answer(self, seconds: float) -> tuple[str | None, bool]:
        """Waits for the answer until so long after the first push, then closes.

        Returns:
            the answer, none if it comes later; and whether this call is the one that found it late.
        """
        left = max(0.0, self.began + seconds - time.monotonic())
        await asyncio.wait({self._answer}, timeout=left)
        late = self.end()
        return self._answer.result(), late

    def _close(self, answer: str | None) -> bool:
        if not self.is_open:
            return False
        self._answer.set_result(answer)
        return True


class Exchanges:
    """Every push of the last two minutes, by the person who wrote."""

    def __init__(self, *, seconds: float = ANSWER_SECONDS, on_late: Callable[[str], None] = lambda _: None) -> None:
        """`on_late(openid)` is called when a push waited for its answer in vain."""
        self._seconds = seconds
        self._on_late = on_late
        self._known: OrderedDict[str, Exchange] = OrderedDict()
        self._open: dict[str, list[Exchange]] = defaultdict(list)

    async def answer(self, openid: str, key: str, take: Callable[[], Awaitable[bool]]) -> str | None:
        """Takes a push once and returns its passive reply, None when there is none (in time).

        `take` makes it durable and tells whether an answer is to be waited for.

        Raises:
            StoreUnavailable: it is not durable; the next try takes it anew.
        """
        self._forget_old()
        name = f"{openid}/{key}"
        exchange = self._known.get(name)
        if exchange is None:
            exchange = Exchange(name, asyncio.ensure_future(take()))
            self._known[name] = exchange
            self._open[openid].append(exchange)
        exchange.waiters += 1
        try:
            # A retry must not be cut short because the first connection was.
            if not await asyncio.shield(exchange.taken):
                exchange.end()
            answer, late = await exchange.answer(self._seconds)
            if late:
                self._on_late(openid)
            return answer
        finally:
            self._leave(openid, exchange)

    def waiting(self, openid: str) -> Exchange | None:
        """The oldest push of a person that still waits for its answer."""
        return next((exchange for exchange in self._open.get(openid, ()) if exchange.is_open), None)

    def end_taken(self, openid: str) -> None:
        """Ends what waits for no answer of its own: of a burst the first push has brought it to the customer."""
        for exchange in self._open.get(openid, ()):
            if exchange.taken.done():
                exchange.end()

    def of(self, openid: str, key: str) -> Exchange | None:
        """The exchange of one push."""
        return self._known.get(f"{openid}/{key}")

    async def drain(self) -> None:
        """Lets every push become durable."""
        await asyncio.gather(*(exchange.taken for exchange in self._known.values()), return_exceptions=True)

    def _leave(self, openid: str, exchange: Exchange) -> None:
        exchange.waiters -= 1
        if not exchange.waiters and not exchange.is_promised:
            exchange.end()  # nobody would hear it any more; a retry gets what was kept
        failed = exchange.taken.done() and (exchange.taken.cancelled() or exchange.taken.exception())
        if failed:
            self._known.pop(exchange.key, None)
        left = [one for one in self._open.get(openid, ()) if one.is_open]
        if left:
            self._open[openid] = left
        else:
            self._open.pop(openid, None)

    def _forget_old(self) -> None:
        border = time.monotonic() - _REMEMBERED_SECONDS
        while self._known and next(iter(self._known.values())).began < border:
            self._known.popitem(last=False)
