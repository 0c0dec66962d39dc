"""When people are at the desk: who writes outside these hours is told the truth, and reads nothing of "soon".

Faults, danger and whoever depends on power are answered at every hour (business_rules.md section 8).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time

from handoff.errors import HoursError
from runtime.clock import SHANGHAI

ALWAYS = frozenset({"fault", "danger"})
# Danger and life support are never told to wait for the morning, whatever the skill.
_AT_ONCE = 1
_WRITTEN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True)
class HumanHours:
    """The hours of every day in which people answer everything; from and to the same hour is day and night."""

    opens: time = time(0)
    closes: time = time(0)

    @classmethod
    def parse(cls, text: str) -> HumanHours:
        """Reads `08:00-20:00`; `00:00-00:00` is day and night.

        Raises:
            HoursError: it is not of that shape.
        """
        found = _WRITTEN.fullmatch(text.strip())
        if found is None:
            raise HoursError(f"{text!r} are no hours such as 08:00-20:00", hours=text)
        first, second, third, fourth = (int(part) for part in found.groups())
        return cls(time(first, second), time(third, fourth))

    def open_at(self, at: datetime) -> bool:
        """Whether people answer everything at this moment."""
        now = at.astimezone(SHANGHAI).time()
        if self.opens < self.closes:
            return self.opens <= now < self.closes
        return now >= self.opens or now < self.closes

    def answers(self, skill: str, priority: int, at: datetime) -> bool:
        """Whether somebody is there for a request of this skill and priority."""
        return skill in ALWAYS or priority <= _AT_ONCE or self.open_at(at)

    def blanks(self) -> dict[str, str]:
        """The hours as sentences write them."""
        return {"opens": f"{self.opens.hour}:{self.opens:%M}", "closes": f"{self.closes.hour}:{self.closes:%M}"}
