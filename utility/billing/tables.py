"""The tables of billing that a company reads at start, and the days its bills go by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from utility.billing.powerfactor import PowerFactorRule, read_power_factors
from utility.billing.usage import UsageRules, read_usage_rules
from utility.versions import Versions


@dataclass(frozen=True)
class BillCalendar:
    """The day of the month bills are issued on, and the last day to pay them."""

    bill_day: int
    due_day: int


@dataclass(frozen=True)
class BillingTables:
    """Every table of billing but the prices."""

    factors: Versions[PowerFactorRule]
    usage: Versions[UsageRules]
    regions: tuple[str, ...]

    def factors_at(self, day: date) -> PowerFactorRule:
        """Returns the power-factor rule of a day. Raises SettingsError when none holds."""
        return self.factors.at(day, self.regions).value

    def usage_at(self, day: date) -> UsageRules:
        """Returns how usage is looked at on a day. Raises SettingsError when no rule holds."""
        return self.usage.at(day, self.regions).value


def read_billing_tables(regions: tuple[str, ...]) -> BillingTables:
    """Reads the tables of utility/data.

    Raises:
        SettingsError: one is not of its form.
    """
    return BillingTables(read_power_factors(), read_usage_rules(), regions)


def parse_bill_calendar(policy: Mapping[str, Any]) -> BillCalendar:
    """Reads the days from the city's policy section."""
    return BillCalendar(policy["payment"]["bill_day"], policy["payment"]["due_day"])
