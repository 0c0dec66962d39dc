"""The company's own figures, read from its books at start; no figure of policy or tariff is written in code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from runtime.errors import SettingsError
from runtime.postgres import Pool, transaction
from utility.appointments import tables as appointment_tables
from utility.appointments.values import AppointmentRules
from utility.billing.tables import BillCalendar, parse_bill_calendar
from utility.billing.tariffs import Tariffs, city_tariffs
from utility.claims import tables as claim_tables
from utility.claims.values import ClaimRules
from utility.payments.policy import PaymentPolicy, PointsPolicy, parse_payment, parse_points

SECTIONS = ("policy", "tariff", "utility")


@dataclass(frozen=True)
class CheckCodeRules:
    """How a one-time code is sent and tried."""

    digits: int
    valid: timedelta
    resend: timedelta
    tries_per_code: int
    tries_per_day: int


@dataclass(frozen=True)
class ForeignAccounts:
    """How many different accounts one person may ask for within the window."""

    limit: int
    window: timedelta


@dataclass(frozen=True)
class FaultMerge:
    """When separate reports are taken for one event."""

    window: timedelta
    homes_in_building: int
    homes_in_estate: int


@dataclass(frozen=True)
class Policy:
    """Everything the company has decided."""

    company: str
    check_code: CheckCodeRules
    foreign_accounts: ForeignAccounts
    fault_merge: FaultMerge
    damages_resident: Decimal
    damages_other: Decimal
    payment: PaymentPolicy
    points: PointsPolicy
    appointment: AppointmentRules
    claim: ClaimRules
    tariffs: Tariffs
    bill_calendar: BillCalendar
    fault_letter: str
    outage_letter: str


async def read_policy(pool: Pool) -> Policy:
    """Reads the policy from the books.

    Raises:
        SettingsError: the books are empty; `python -m utility.seed` fills them.
    """
    async with transaction(pool) as connection:
        rows = await connection.fetch("select name, rows from seed_sections where name = any($1)", list(SECTIONS))
    sections = {row["name"]: row["rows"] for row in rows}
    missing = [name for name in SECTIONS if name not in sections]
    if missing:
        raise SettingsError(f"the books are empty (no {', '.join(missing)}): run python -m utility.seed")
    return parse_policy(sections["policy"], sections["tariff"], sections["utility"])


def parse_policy(policy: dict[str, Any], tariff: dict[str, Any], utility: dict[str, Any]) -> Policy:
    """Builds the policy from the sections of the books."""
    code, foreign, merge = policy["check_code"], policy["foreign_accounts"], policy["fault_merge"]
    return Policy(
        company=utility["name"],
        check_code=CheckCodeRules(
            digits=code["digits"],
            valid=timedelta(minutes=code["valid_min"]),
            resend=timedelta(seconds=code["resend_s"]),
            tries_per_code=code["tries_per_session"],
            tries_per_day=code["tries_per_day"],
        ),
        foreign_accounts=ForeignAccounts(limit=foreign["limit"], window=timedelta(days=foreign["days"])),
        fault_merge=FaultMerge(
            window=timedelta(minutes=merge["window_min"]),
            homes_in_building=merge["homes_in_building"],
            homes_in_estate=merge["homes_in_estate"],
        ),
        damages_resident=Decimal(policy["payment"]["damages_per_day_resident"]),
        damages_other=Decimal(policy["payment"]["damages_per_day_other"]),
        payment=parse_payment(policy),
        points=parse_points(policy),
        appointment=appointment_tables.read_rules(policy["appointment"]),
        claim=claim_tables.read_rules(policy["claim"]),
        tariffs=city_tariffs(utility, policy, tariff),
        bill_calendar=parse_bill_calendar(policy),
        fault_letter=policy["numbers"]["fault_order"],
        outage_letter=policy["numbers"]["outage"],
    )
