"""The terms money is taken on, by region and day: damages, links, amounts; read from utility/data, never from code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from utility.policy import Policy
from utility.versions import Versions, read_versions


@dataclass(frozen=True)
class DamagesTerms:
    """How a late bill grows.

    Attributes:
        resident: the daily rate of a home.
        other: the daily rate of any other account, in the year of the bill's last payment day.
        other_later_years: and from 1 January after it.
        first_day: whether the first overdue day counts.
        payment_day: whether the day of payment counts.
        minimum: what is taken at least, once there are damages.
        cap: the most, as a share of the bill; None for no cap.
        damages_first: whether a part payment pays a bill's damages before the bill.
        waivers: the causes damages may be waived for.
    """

    resident: Decimal
    other: Decimal
    other_later_years: Decimal
    first_day: bool
    payment_day: bool
    minimum: Decimal
    cap: Decimal | None
    damages_first: bool
    waivers: frozenset[str]


@dataclass(frozen=True)
class PaymentTerms:
    """How money is taken and given back."""

    letters: Mapping[str, str]
    least: Decimal
    most: Decimal
    link: timedelta
    callback_skew: timedelta
    correction_workdays: int
    rows_a_round: int
    invoice_days: int


@dataclass(frozen=True)
class MoneyTables:
    """Every table of terms about money."""

    damages: Versions[DamagesTerms]
    payments: Versions[PaymentTerms]

    def damages_from(self, day: date, regions: Sequence[str], policy: Policy) -> DamagesTerms:
        """Returns the terms of a bill whose first overdue day is `day`; the company's own rates come before them."""
        terms = self.damages.at(day, regions).value
        return replace(terms, resident=policy.damages_resident, other=policy.damages_other)


def read_money_tables() -> MoneyTables:
    """Reads the tables.

    Raises:
        SettingsError: a file is not of its form.
    """
    return MoneyTables(
        damages=read_versions("damages", parse_damages), payments=read_versions("payments", parse_payments)
    )


def parse_damages(row: dict[str, Any]) -> DamagesTerms:
    """Builds one version of the damages."""
    rates = row["rates_per_day"]
    return DamagesTerms(
        resident=Decimal(rates["resident"]),
        other=Decimal(rates["other"]),
        other_later_years=Decimal(rates["other_later_years"]),
        first_day=bool(row["first_day"]),
        payment_day=bool(row["payment_day"]),
        minimum=Decimal(row["minimum"]),
        cap=None if row["cap"] is None else Decimal(row["cap"]),
        damages_first=row["within_bill"].index("damages") == 0,
        waivers=frozenset(row["waivers"]),
    )


def parse_payments(row: dict[str, Any]) -> PaymentTerms:
    """Builds one version of how money is taken."""
    return PaymentTerms(
        letters=row["letters"],
        least=Decimal(row["amount"]["least"]),
        most=Decimal(row["amount"]["most"]),
        link=timedelta(minutes=row["link_minutes"]),
        callback_skew=timedelta(seconds=row["callback_skew_s"]),
        correction_workdays=row["correction_workdays"],
        rows_a_round=row["rows_a_round"],
        invoice_days=row["invoice_days"],
    )
