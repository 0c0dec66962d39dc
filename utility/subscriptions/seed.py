"""The notices of the demo city as rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from utility.seed.file import Section
from utility.seed.table import Table


def tables(city: Section, now: datetime) -> Iterator[Table]:
    """Lists the notices; the limits of balance warnings stand with the accounts (utility/supply/seed.py)."""
    keys = ("account_no", "notice_type", "channel", "enabled")
    rows = [(*(row[key] for key in keys), now, "seed") for row in city["subscriptions"]]
    yield Table("subscriptions", "account_no, notice_type, channel, enabled, set_at, set_by", rows)
