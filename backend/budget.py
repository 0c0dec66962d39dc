"""How long the calls of one turn may take together: a customer waits for the turn, not for each call.

Whoever answers a turn opens its budget; every call inside it, and every pause before a retry, is paid from that.
All steps of a turn together stay below what the reception waits for (`REPLY_DEADLINE_S` of the bot): an action must
have the time to say that the company does not answer. A request done later has a longer budget: nobody waits for it.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

TURN_S = 3.0
LEAST_S = 0.6  # a turn that is run again after a crash must be able to ask
PATIENT_S = 10.0  # not more: while it probes an open circuit nobody else is let through
_REMEMBERED = 1_000

_DEADLINE: ContextVar[float | None] = ContextVar("backend_deadline", default=None)
_PATIENT: ContextVar[bool] = ContextVar("backend_patient", default=False)


def remaining() -> float | None:
    """Returns the seconds left in the budget that stands; None when none does."""
    deadline = _DEADLINE.get()
    return None if deadline is None else deadline - time.monotonic()


def is_patient() -> bool:
    """Whether nobody waits: a single call may then take all the time there is."""
    return _PATIENT.get()


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
    def step(self, message_id: str, *, patient: bool = False) -> Iterator[None]:
        """Bounds the calls of one step of a turn by what the steps before it have left; `patient`: nobody waits."""
        if patient:
            with _patiently():
                yield
            return
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


@contextmanager
def _patiently() -> Iterator[None]:
    mark = _PATIENT.set(True)
    try:
        with within(PATIENT_S):
            yield
    finally:
        _PATIENT.reset(mark)
