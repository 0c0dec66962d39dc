"""The weather over the company's systems: they fall silent, are gone, come back, while a conversation goes on."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from runtime.clock import FileClock
from tools.dialogues.database import Database
from tools.stack import Stack

_COMPANY = "utility"
# How long the actions' circuit to the company stays open after its last failure (backend/breaker.py).
_CIRCUIT_RESTS_S = 5.5


class Weather:
    """What the company's process can do to the others: hang (it takes calls and answers none), be down, be back."""

    def __init__(self, stack: Stack, ours: Database) -> None:
        self._stack, self._ours = stack, ours
        self._hangs = self._down = False

    @property
    def events(self) -> Mapping[str, Callable[[Mapping[str, Any]], None]]:
        """The events of the format, by name."""
        return {
            "company_hangs": lambda _: self._hang(),
            "company_down": lambda _: self._fall(),
            "company_back": self._back,
        }

    def clear(self) -> None:
        """Has the company answer again, whatever the conversation before did to it."""
        if self._hangs or self._down:
            self._return()

    def working(self, now: datetime) -> bool:
        """Whether something kept for later is due or owed to a customer; a company that hangs is not waited for."""
        if self._hangs:
            return False
        query = """
            select 1 from errands e join conversations c using (conversation_id)
            where (e.state = 'waiting' and e.next_at <= %s) or (e.owed and c.owner <> 'agent') limit 1
        """
        return bool(self._ours.read(query, (now,)))

    def _hang(self) -> None:
        os.kill(self._stack.pid(_COMPANY), signal.SIGSTOP)
        self._hangs = True

    def _fall(self) -> None:
        self._stack.kill(_COMPANY)
        self._down = True

    def _back(self, event: Mapping[str, Any]) -> None:
        self._return()
        clock_file = self._stack.plan.clock_file
        if clock_file:
            self._stack.set_clock(FileClock(clock_file).now() + timedelta(seconds=float(event.get("wait_s", 0))))

    def _return(self) -> None:
        if self._hangs:
            os.kill(self._stack.pid(_COMPANY), signal.SIGCONT)
        if self._down:
            self._stack.restart(_COMPANY)
        self._hangs = self._down = False
        time.sleep(_CIRCUIT_RESTS_S)
