"""Turns the demo city's sections into rows of the company's tables; every row is computed, none is invented here.

Each subject lists its own tables, parents before children; the sequences go on after the newest numbers of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from utility.accounts import seed as accounts
from utility.applications import seed as applications
from utility.appointments import seed as appointments
from utility.billing import seed as billing
from utility.cases import seed as cases
from utility.faults import seed as faults
from utility.grid import seed as grid
from utility.halls import seed as halls
from utility.invoices import seed as invoices
from utility.outages import seed as outages
from utility.payments import seed as payments
from utility.points import seed as points
from utility.seed.file import Section
from utility.seed.table import Table
from utility.subscriptions import seed as subscriptions
from utility.supply import seed as supply

SUBJECTS = (
    grid,
    accounts,
    billing,
    payments,
    supply,
    invoices,
    points,
    cases,
    outages,
    faults,
    halls,
    appointments,
    applications,
    subscriptions,
)
_NUMBER = re.compile(r"([A-Z])(\d{6})(\d{5})(?:-\d+)?")

# Sections that are tables already; the others are kept whole for the issues that will give them tables.
TABLED = frozenset({
    "accounts", "applications", "appointment_slots", "appointments", "bills", "cases", "channel_users", "customers",
    "daily_usage", "fault_orders", "grid_managers", "halls", "invoices", "key_account_managers", "lines", "outages",
    "payments", "point_goods", "points", "regions", "subscriptions", "transformer_areas",
})  # fmt: skip


def tables(city: Section, now: datetime) -> list[Table]:
    """Lists every table with its rows, parents before children, as the books stand when it is `now`."""
    return [
        *(table for subject in SUBJECTS for table in subject.tables(city, now)),
        _sequences(city),
        Table("seed_sections", "name, rows", [(name, city[name]) for name in city if name not in TABLED]),
    ]


def _sequences(city: Section) -> Table:
    last: dict[tuple[str, date], int] = {}
    for match in filter(None, map(_NUMBER.fullmatch, _texts(city))):
        key = match[1], datetime.strptime(match[2], "%y%m%d").date()
        last[key] = max(last.get(key, 0), int(match[3]))
    return Table("number_sequences", "letter, day, last", [(*key, number) for key, number in last.items()])


def _texts(value: Any) -> Iterator[str]:
    """Walks every text of the file: whatever looks like a ticket number is taken."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
