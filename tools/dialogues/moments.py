"""Moments as people write them in YAML: ISO 8601, `10:20` of today, or an offset such as `+1h30m`."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from runtime.clock import SHANGHAI
from tools.dialogues.case import CaseError
from utility.seed.file import shifted

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?")


def moment(value: Any, now: datetime) -> datetime:
    """Reads a moment; what has no time zone is the city's own time, a bare clock time is today's.

    Raises:
        CaseError: it is no moment.
    """
    if isinstance(value, datetime):
        return _local(value)
    if isinstance(value, date):
        return datetime.combine(value, time(0), SHANGHAI)
    if isinstance(value, int) and not isinstance(value, bool):
        return _from_seconds(value, now)
    text = str(value).strip()
    clock = _CLOCK.fullmatch(text)
    if clock:
        return datetime.combine(now.date(), time(int(clock[1]), int(clock[2])), SHANGHAI)
    try:
        return shifted(text, now) if text[:1] in "+-" else _local(datetime.fromisoformat(text.replace("Z", "+00:00")))
    except (ValueError, IndexError) as error:
        raise CaseError(f"{value!r} is no moment") from error


def _local(value: datetime) -> datetime:
    return value.replace(tzinfo=SHANGHAI) if value.tzinfo is None else value.astimezone(SHANGHAI)


def _from_seconds(value: int, now: datetime) -> datetime:
    """YAML 1.1 reads an unquoted 10:20 as the number 620, and 10:20:30 as 37230."""
    span = timedelta(minutes=value) if value < 24 * 60 else timedelta(seconds=value)
    if not timedelta(0) <= span < timedelta(days=1):
        raise CaseError(f"{value!r} is no moment")
    return datetime.combine(now.date(), time(0), SHANGHAI) + span
