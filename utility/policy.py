"""The company's own figures, read from its books at start; no figure of policy or tariff is written in code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from runtime.errors import SettingsError
from runtime.postgres import Pool, transaction

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
class Tariff:
    """The residential tiers of a month: upper bounds of tiers 1 and 2 in kWh, and the price of each tier."""

    summer: tuple[Decimal, Decimal]
    other: tuple[Decimal, Decimal]
    summer_months: frozenset[int]
    price: tuple[Decimal, ...]
    multi_plus: Decimal

    def bounds(self, plan: str, month: int) -> tuple[Decimal, Decimal]:
        """Returns the upper bounds of tiers 1 and 2; only tier 1 is wider for a large household."""
        low, high = self.summer if month in self.summer_months else self.other
        return (low + self.multi_plus if plan == "tier_multi" else low), high


@dataclass(frozen=True)
class Policy:
    """Everything the company has decided."""

    company: str
    check_code: CheckCodeRules
    foreign_accounts: ForeignAccounts
    fault_merge: FaultMerge
    damages_resident: Decimal
    damages_other: Decimal
    tariff: Tariff
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
    return parse_policy(sections["policy"], sections["tariff"], sections["utility"]["name"])


def parse_policy(policy: dict[str, Any], tariff: dict[str, Any], company: str) -> Policy:
    """Builds the policy from the sections of the books."""
    code, foreign, merge = policy["check_code"], policy["foreign_accounts"], policy["fault_merge"]
    return Policy(
        company=company,
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
        tariff=_tariff(tariff["residential"], Decimal(policy["multi_person"]["tier1_plus"])),
        fault_letter=policy["numbers"]["fault_order"],
        outage_letter=policy["numbers"]["outage"],
    )


def _tariff(table: dict[str, Any], multi_plus: Decimal) -> Tariff:
    return Tariff(
        summer=_band(table["bands"]["summer"]),
        other=_band(table["bands"]["other"]),
        summer_months=frozenset(table["summer_months"]),
        price=tuple(Decimal(price) for price in table["price"]),
        multi_plus=multi_plus,
    )


def _band(bounds: list[int]) -> tuple[Decimal, Decimal]:
    low, high = bounds
    return Decimal(low), Decimal(high)
