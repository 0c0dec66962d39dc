"""The hours as PostgreSQL keeps them: what supervisors write, read into a calendar; it decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from handoff.errors import UnknownDay
from handoff.hours.calendar import Calendar, SpecialDays, Week
from handoff.hours.spans import Spans, parse_spans, written_spans
from runtime.postgres import Connection

# The skills of the desk that hours can be set for, besides those agents have.
SKILLS = ("general", "billing", "application", "complaint", "points", "key_account", "fault", "danger")

_SET_WEEK = """
    insert into service_hours (skill, workday, weekend, holiday, updated_by, updated_at) values ($1, $2, $3, $4, $5, $6)
    on conflict (skill) do update set workday = excluded.workday, weekend = excluded.weekend,
        holiday = excluded.holiday, updated_by = excluded.updated_by, updated_at = excluded.updated_at
"""

_ADD_DAYS = """
    insert into service_days (skill, first_day, last_day, hours, name, made_by, made_at)
    values ($1, $2, $3, $4, $5, $6, $7) returning day_id
"""


@dataclass(frozen=True)
class Written:
    """An exception as it stands in the book."""

    day_id: int
    days: SpecialDays
    made_by: str


async def read_calendar(connection: Connection, default: Spans) -> Calendar:
    """Reads the calendar; `default` are the hours of every day of a skill without a row."""
    weeks = await connection.fetch("select skill, workday, weekend, holiday from service_hours")
    days = await connection.fetch("select * from service_days order by day_id")
    return calendar_of(weeks, days, default)


def calendar_of(weeks: Sequence[Any], days: Sequence[Any], default: Spans) -> Calendar:
    """The calendar of rows that were read before."""
    return Calendar(
        Week(default, default, default),
        {row["skill"]: _week(row) for row in weeks},
        tuple(_days(row) for row in days),
    )


async def read_days(connection: Connection) -> list[Written]:
    """Reads the exceptions, oldest entry first."""
    rows = await connection.fetch("select * from service_days order by day_id")
    return [
        Written(
            row["day_id"],
            _days(row),
            row["made_by"],
        )
        for row in rows
    ]


async def set_week(connection: Connection, skill: str, week: Week, *, by: str, at: datetime) -> None:
    """Writes the hours of a skill."""
    texts = (written_spans(spans) for spans in (week.workday, week.weekend, week.holiday))
    await connection.execute(_SET_WEEK, skill, *texts, by, at)


async def drop_week(connection: Connection, skill: str) -> None:
    """Gives a skill the default hours again."""
    await connection.execute("delete from service_hours where skill = $1", skill)


async def add_days(connection: Connection, days: SpecialDays, *, by: str, at: datetime) -> int:
    """Writes an exception; returns its number."""
    number = await connection.fetchval(
        _ADD_DAYS, days.skill, days.first, days.last, written_spans(days.hours), days.name, by, at
    )
    return int(number)


async def drop_days(connection: Connection, day_id: int) -> date:
    """Takes an exception out of the book; returns its first day. Raises UnknownDay."""
    first: date | None = await connection.fetchval(
        "delete from service_days where day_id = $1 returning first_day", day_id
    )
    if first is None:
        raise UnknownDay("There is no such exception.", day_id=day_id)
    return first


async def skills(connection: Connection) -> tuple[str, ...]:
    """The skills hours can be set for: the desk's own, and those agents or the book name."""
    rows = await connection.fetch(
        "select distinct unnest(skills) as skill from agents where active union select skill from service_hours"
    )
    return (*SKILLS, *sorted({row["skill"] for row in rows} - set(SKILLS)))


def _days(row: Any) -> SpecialDays:
    return SpecialDays(row["skill"], row["first_day"], row["last_day"], parse_spans(row["hours"]), row["name"])


def _week(row: Any) -> Week:
    return Week(parse_spans(row["workday"]), parse_spans(row["weekend"]), parse_spans(row["holiday"]))
