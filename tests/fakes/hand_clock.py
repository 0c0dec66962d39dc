"""A clock that a test moves by hand: for our side and, as epoch seconds, for a platform's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from runtime.clock import SHANGHAI


@dataclass
class HandClock:
    """Runs with the real time, ahead of it by what a test has let pass."""

    ahead: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        """See base class."""
        return datetime.now(SHANGHAI) + self.ahead

    def seconds(self) -> float:
        """The same as epoch seconds."""
        return self.now().timestamp()

    def pass_(self, **spans: float) -> None:
        """Lets time pass, e.g. `pass_(hours=49)`."""
        self.ahead += timedelta(**spans)
