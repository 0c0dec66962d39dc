"""How long the calls of one turn may take together: a customer waits for the turn, not for each call.

Whoever answers a turn opens its budget; every call inside it, and every pause before a retry, is paid from that.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

TURN_S = 6.0
LEAST_S = 2.5  # one whole call: a turn that is run again after a crash must be able to ask
_REMEMBERED = 1_000

_DEADLINE: ContextVar[float | None] = ContextVar("backend_deadline", default=None)


def remaining() -> float | None:
    """Returns the seconds left in the budget that stands; None when none does."""
    deadline = _DEADLINE.get()
    return None if deadline is None else deadline - time.monotonic()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Bounds every call of the block together; a budget inside another cannot outlast it."""
    outer, deadline = _DEADLINE.get(), time.monotonic() + seconds
    mark = _DEADLINE.set(deadline if outer is None else min(outer, deadline))
    try:
        yield
    finally:
        _DEADLINE.reset(mark)


class Turns:
    """The budgets of the turns of one process: steps of the same turn share one, by the id of its message."""

    def __init__(
        self, turn_s: float = TURN_S, least_s: float = LEAST_S, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Gives a turn `turn_s` in all, and each step of it at least `least_s`."""
        self._turn_s, self._least_s, self._monotonic = turn_s, least_s, monotonic
        self._spent: OrderedDict[str, float] = OrderedDict()

    @contextmanager
    def step(self, message_id: str) -> Iterator[None]:
        """Bounds the calls of one step of a turn by what the steps before it have left."""
        began = self._monotonic()
        try:
            with within(max(self._least_s, self._turn_s - self._spent.get(message_id, 0.0))):
                yield
        finally:
            self._note(message_id, self._monotonic() - began)

    def _note(self, message_id: str, seconds: float) -> None:
        self._spent[message_id] = self._spent.pop(message_id, 0.0) + seconds
        while len(self._spent) > _REMEMBERED:
            self._spent.popitem(last=False)
