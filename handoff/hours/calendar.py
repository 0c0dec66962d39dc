"""When people of a skill are there: by the kind of day, an operator's own days before everything; it reads no store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from handoff.hours.days import DayKind, Nature, nature_of
from handoff.hours.spans import Spans
from runtime.clock import SHANGHAI

# Answered at every hour, whatever stands in the books (business_rules.md section 8).
ALWAYS = frozenset({"fault", "danger"})
# Danger and life support are never told to wait for the morning, whatever the skill.
AT_ONCE = 1
# Nobody is told of an opening farther away than this: such a calendar is a mistake, and is shown as one.
_LOOKS_AHEAD = 60


@dataclass(frozen=True)
class Week:
    """The hours of a skill on each kind of day."""

    workday: Spans
    weekend: Spans
    holiday: Spans

    def on(self, kind: DayKind) -> Spans:
        """The hours on a kind of day."""
        return {DayKind.WORKDAY: self.workday, DayKind.WEEKEND: self.weekend, DayKind.HOLIDAY: self.holiday}[kind]


@dataclass(frozen=True)
class SpecialDays:
    """Days an operator decides on: a typhoon, a training day, a longer evening; `skill` empty: for everybody."""

    skill: str
    first: date
    last: date
    hours: Spans
    name: str

    def covers(self, skill: str, day: date) -> bool:
        """Whether they say something about this day of this skill."""
        return self.skill in ("", skill) and self.first <= day <= self.last


@dataclass(frozen=True)
class Plan:
    """One day of a skill: what it is, and when people are there."""

    day: date
    nature: Nature
    hours: Spans
    exception: str = ""
    always: bool = False


@dataclass(frozen=True)
class Calendar:
    """The hours of every skill; a skill that is not named has the default week."""

    default: Week
    weeks: Mapping[str, Week] = field(default_factory=dict)
    special: tuple[SpecialDays, ...] = ()

    def plan(self, skill: str, day: date) -> Plan:
        """Tells one day. An exception of the skill stands before one of everybody, a later one before an earlier."""
        nature = nature_of(day)
        said = [days for days in self.special if days.covers(skill, day)]
        if said:
            chosen = max(enumerate(said), key=lambda pair: (bool(pair[1].skill), pair[0]))[1]
            return Plan(day, nature, chosen.hours, chosen.name, always=skill in ALWAYS)
        return Plan(day, nature, self.weeks.get(skill, self.default).on(nature.kind), always=skill in ALWAYS)

    def open_at(self, skill: str, at: datetime) -> bool:
        """Whether people of this skill are there."""
        return skill in ALWAYS or any(begins <= at < ends for begins, ends in self._around(skill, at, days=1))

    def answers(self, skill: str, priority: int, at: datetime) -> bool:
        """Whether somebody is there for a request of this skill and priority."""
        return priority <= AT_ONCE or self.open_at(skill, at)

    def next_shift(self, skill: str, at: datetime) -> tuple[datetime, datetime] | None:
        """The hours people of this skill are there next, or are in; None where nothing is planned for two months."""
        return next((shift for shift in self._around(skill, at, days=_LOOKS_AHEAD) if shift[1] > at), None)

    def closed_skills(self, skills: tuple[str, ...], at: datetime) -> dict[str, datetime | None]:
        """Which of the skills nobody is there for now, with when people come back."""
        closed = {skill: self.next_shift(skill, at) for skill in skills if not self.open_at(skill, at)}
        return {skill: shift[0] if shift else None for skill, shift in closed.items()}

    def _around(self, skill: str, at: datetime, *, days: int) -> Iterator[tuple[datetime, datetime]]:
        """The shifts that begin from yesterday on, in their order."""
        today = at.astimezone(SHANGHAI).date()
        for number in range(-1, days):
            day = today + timedelta(days=number)
            for span in self.plan(skill, day).hours:
                yield span.on(day)
