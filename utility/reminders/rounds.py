"""Emits `points.expiring` and `usage.noted`, once for each account and period; a day missed is made late, or left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from runtime.clock import SHANGHAI
from runtime.postgres import Connection, transaction
from runtime.yaml_files import read_yaml
from utility.company import Company
from utility.events.outbox import Event, emit
from utility.points import rules as points
from utility.points import store as point_book

_FILE = Path(__file__).parent.parent / "data" / "reminders.yml"
_AT_ONCE = 200
_WITH_POINTS = """
    select distinct account_no from point_moves m join accounts a using (account_no)
    where a.status <> 'closed' and not exists (select from reminders_sent r
        where (r.account_no, r.kind, r.period) = (m.account_no, 'points', $1)) order by account_no limit $2
"""
_WITH_USAGE = """
    select distinct account_no from subscriptions s join accounts a using (account_no)
    where s.notice_type = $3 and s.enabled and a.status = 'active' and not exists (select from reminders_sent r
        where (r.account_no, r.kind, r.period) = (s.account_no, 'usage', $1)) order by account_no limit $2
"""
_SENT = "insert into reminders_sent values ($1, $2, $3, $4) on conflict do nothing returning true"
_USED = "select sum(kwh) from daily_usage where account_no = $1 and day between $2 and $3"


@dataclass(frozen=True)
class ReminderRules:
    """The days and hours."""

    points_from: tuple[int, int, int]
    topic: str
    days: tuple[int, ...]
    hour: int
    late: timedelta


@dataclass(frozen=True)
class Decade:
    """Ten days of a month, or what is left of it (旬)."""

    since: date
    until: date

    @classmethod
    def before(cls, day: date) -> Decade:
        """The one that ended the day before."""
        until = day - timedelta(days=1)
        return cls(until.replace(day=1 if until.day <= 10 else 11 if until.day <= 20 else 21), until)


async def round(company: Company) -> int:
    """Emits what is due; returns how many events."""
    now, rules = company.clock.now().astimezone(SHANGHAI), reminder_rules()
    count = 0
    async with transaction(company.pool) as connection:
        if (now.month, now.day, now.hour) >= rules.points_from:
            count += await _points(connection, now)
        due = last_usage_day(now, rules)
        if due is not None:
            count += await _usage(connection, now, Decade.before(due), rules.topic)
    return count


def last_usage_day(now: datetime, rules: ReminderRules) -> date | None:
    """Returns the newest day of telling that has come and is not too long ago."""
    for back in range(rules.late.days + 1):
        day = now.date() - timedelta(days=back)
        if day.day in rules.days and (back or now.hour >= rules.hour):
            return day
    return None


async def _points(connection: Connection, now: datetime) -> int:
    today, count = now.date(), 0
    for account_no in await _new(connection, _WITH_POINTS, "points", str(today.year), now):
        balance = points.balance(account_no, await point_book.moves(connection, account_no, today), today)
        if balance.expiring > 0:
            data = {"points": balance.expiring, "expires_on": balance.expires_on.isoformat()}
            await emit(connection, Event("points.expiring", now, f"{account_no}-{today.year}", account_no, data=data))
            count += 1
    return count


async def _usage(connection: Connection, now: datetime, told: Decade, topic: str) -> int:
    count, period = 0, told.until.isoformat()
    for account_no in await _new(connection, _WITH_USAGE, "usage", period, now, topic):
        used = await connection.fetchval(_USED, account_no, told.since, told.until)
        if used is not None:
            data = {"since": told.since.isoformat(), "until": period, "kwh": f"{used:f}"}
            await emit(connection, Event("usage.noted", now, f"{account_no}-{period}", account_no, data=data))
            count += 1
    return count


async def _new(
    connection: Connection, statement: str, kind: str, period: str, now: datetime, *more: str
) -> Sequence[str]:
    """Lists whom nobody has told yet, and notes that they are told now."""
    found = [row["account_no"] for row in await connection.fetch(statement, period, _AT_ONCE, *more)]
    return [no for no in found if await connection.fetchval(_SENT, no, kind, period, now)]


@lru_cache(maxsize=1)
def reminder_rules() -> ReminderRules:
    """Reads utility/data/reminders.yml, once."""
    held = read_yaml(_FILE)
    day, usage = held["points"], held["usage"]
    return ReminderRules(
        points_from=(day["month"], day["day"], day["hour"]),
        topic=usage["topic"],
        days=tuple(usage["days"]),
        hour=usage["hour"],
        late=timedelta(days=usage["late_days"]),
    )
