"""The months a message names (YYYY-MM, or YYYY), also where the understanding gave them in the customer's own words."""

from __future__ import annotations

import re
from datetime import date, timedelta

from actions.visit import Visit

_PERIOD = re.compile(r"\d{4}(?:-\d{2})?")
_MONTHS_OF_A_YEAR = range(1, 13)
MONTH_LENGTH = len("YYYY-MM")


def last_month(today: date) -> str:
    """The month before `today` as YYYY-MM."""
    return (today.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")


def periods_said(visit: Visit) -> list[str]:
    """The months, or the year, that the message names, each once, in their order."""
    values = visit.tracker.get_latest_entity_values("bill_period")
    found = (period for value in values for part in str(value).split(",") for period in _read(visit, part))
    return list(dict.fromkeys(found))


def months_said(visit: Visit) -> list[str]:
    """The months (YYYY-MM) that the message names; no year."""
    return [period for period in periods_said(visit) if len(period) == MONTH_LENGTH]


def _read(visit: Visit, said: str) -> list[str]:
    """A period as it stands, or the numbers of months in it: the last month of that number that has begun."""
    if _PERIOD.fullmatch(said):
        return [said]
    now = visit.services.clock.now()
    numbers = [int(run) for run in re.findall(r"\d+", said) if int(run) in _MONTHS_OF_A_YEAR]
    return [f"{now.year if number <= now.month else now.year - 1}-{number:02d}" for number in numbers]
