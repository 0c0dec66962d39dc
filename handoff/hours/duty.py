"""When people are at the desk: who writes outside these hours is told the truth, and reads nothing of "soon".

`HumanHours` is the default (HUMAN_HOURS); what supervisors have set by skill stands in PostgreSQL (`handoff.hours`).
Faults, danger and whoever depends on power are answered at every hour (business_rules.md section 8).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from handoff.errors import HoursError
from handoff.hours import book
from handoff.hours.calendar import ALWAYS, AT_ONCE, Calendar
from handoff.hours.spans import Span
from handoff.phrases import Phrases
from runtime.clock import SHANGHAI
from runtime.postgres import Connection

__all__ = ["ALWAYS", "Absence", "HumanHours", "HoursError", "absence", "read_calendar", "moment"]

# The question that comes with every turn: which businesses nobody is there for (`bot.reception.turns`).
DESK_CLOSED = "desk_closed"


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
        span = Span.parse(text)
        return cls(span.opens, span.closes)

    @property
    def span(self) -> Span:
        """The hours as one span."""
        return Span(self.opens, self.closes)

    def open_at(self, at: datetime) -> bool:
        """Whether people answer everything at this moment."""
        now = at.astimezone(SHANGHAI).time()
        if self.opens < self.closes:
            return self.opens <= now < self.closes
        return now >= self.opens or now < self.closes

    def answers(self, skill: str, priority: int, at: datetime) -> bool:
        """Whether somebody is there for a request of this skill and priority."""
        return skill in ALWAYS or priority <= AT_ONCE or self.open_at(at)

    def blanks(self) -> dict[str, str]:
        """The hours as sentences write them."""
        return {"opens": f"{self.opens.hour}:{self.opens:%M}", "closes": f"{self.closes.hour}:{self.closes:%M}"}


@dataclass(frozen=True)
class Absence:
    """Nobody is there: from when to when people are there next, and by when an answer is promised."""

    opens: datetime
    closes: datetime
    promised: datetime

    def blanks(self, phrases: Phrases, now: datetime) -> dict[str, str]:
        """What the sentences of the night need: the day and hours people are there next, and the promise."""
        ends = self.closes.astimezone(SHANGHAI)
        return {
            "opens": moment(phrases, self.opens, now),
            "closes": f"{ends.hour}:{ends:%M}",
            "promised": moment(phrases, self.promised, now),
        }


async def read_calendar(connection: Connection, hours: HumanHours) -> Calendar:
    """Reads the hours by skill, with HUMAN_HOURS for who has none of their own."""
    return await book.read_calendar(connection, (hours.span,))


def absence(calendar: Calendar, skill: str, at: datetime, *, answer_within: timedelta) -> Absence | None:
    """When people of a closed skill are back; None where nothing is planned, so that nothing is promised."""
    shift = calendar.next_shift(skill, at)
    return Absence(shift[0], shift[1], min(shift[0] + answer_within, shift[1])) if shift else None


def moment(phrases: Phrases, when: datetime, now: datetime) -> str:
    """Writes a time as people say it today: the hour, tomorrow's hour, or the date with its hour."""
    when, now = when.astimezone(SHANGHAI), now.astimezone(SHANGHAI)
    clock, days = f"{when.hour}:{when:%M}", (when.date() - now.date()).days
    if days in (0, 1):
        return phrases.say("utter_human_today" if days == 0 else "utter_human_tomorrow", time=clock)
    return phrases.say("utter_human_day", month=when.month, day=when.day, time=clock)
