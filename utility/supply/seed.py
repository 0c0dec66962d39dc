"""The warning limits of the demo city as rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from utility.seed.file import Section
from utility.seed.table import Table


def tables(city: Section, now: datetime) -> Iterator[Table]:
    """Lists the balances below which customers want to be warned."""
    own = [
        (row["account_no"], Decimal(row["extra"]["warning_limit"]), now)
        for row in city["accounts"]
        if "warning_limit" in row.get("extra", {})
    ]
    yield Table("supply_settings", "account_no, warning_limit, set_at", own)
