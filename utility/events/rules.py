"""How often a failing subscriber is tried, and when a person has to look: no I/O, no clock, no chance of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(hours=1)


def next_try(now: datetime, failures: int, chance: float) -> datetime:
    """Returns when to try again after `failures` in a row: twice as long each time, by up to half earlier.

    Args:
        now: when the last try failed.
        failures: how many in a row, this one counted; at least 1.
        chance: from 0 to 1, drawn anew each time, so that subscribers do not come back in step.
    """
    doubled: timedelta = FIRST_WAIT * 2 ** min(failures - 1, 20)
    longest = min(doubled, LONGEST_WAIT)
    return now + longest * (1 - chance / 2)


def given_up(happened: datetime, failing_since: datetime, now: datetime, days: float) -> bool:
    """Tells whether an event has been undeliverable for so long that a person has to look."""
    return now - max(happened, failing_since) > timedelta(days=days)
