"""Reads the tables of the subject: half days and capacities, kinds of visits, and the company's own settings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from utility.appointments.values import AppointmentRules, Period, SlotTable, VisitType, VisitTypes
from utility.versions import Versions, read_versions


def read_slot_tables() -> Versions[SlotTable]:
    """Reads utility/data/appointment_slots.yml.

    Raises:
        SettingsError: it is not of its form.
    """
    return read_versions("appointment_slots", _slot_table)


def read_visit_types() -> Versions[VisitTypes]:
    """Reads utility/data/visit_types.yml.

    Raises:
        SettingsError: it is not of its form.
    """
    return read_versions("visit_types", _visit_types)


def read_rules(section: Mapping[str, Any]) -> AppointmentRules:
    """Reads the city's `policy.appointment`; `change_until` begins with the clock time of the day before."""
    change_at = time.fromisoformat(section["change_until"].split()[0])
    return AppointmentRules(section["offer_slots"], section["within_workdays"], change_at)


def _slot_table(row: dict[str, Any]) -> SlotTable:
    return SlotTable(
        periods=tuple(_period(period) for period in row["periods"]),
        capacity={kind: int(most) for kind, most in row["capacity"].items()},
        ahead_workdays=int(row["ahead_workdays"]),
        reminder_at=time.fromisoformat(row["reminder_at"]),
    )


def _period(row: Mapping[str, str]) -> Period:
    since, _, until = row["hours"].partition("-")
    return Period(row["id"], row["name"], time.fromisoformat(since), time.fromisoformat(until))


def _visit_types(row: dict[str, Any]) -> VisitTypes:
    known = {kind["name"]: VisitType(kind["name"], kind["visitor"], kind["customers"]) for kind in row["types"]}
    return VisitTypes(known, row["visitor"]["shows_card"], row["visitor"]["takes_money"])
