"""The company as its doors see it: its books, its clock, its decisions and its map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from string import Template
from typing import Any

from runtime.clock import Clock
from runtime.postgres import Pool, transaction
from utility.accounts.rulebook import AccountRules, parse_rules
from utility.applications.catalogue import ApplicationBooks, read_books
from utility.appointments.tables import read_slot_tables, read_visit_types
from utility.appointments.values import SlotTable, VisitTypes
from utility.billing.tables import BillingTables, read_billing_tables
from utility.cases.rulebook import CaseRules, read_case_rules
from utility.claims.tables import read_claim_tables
from utility.claims.values import ClaimTable
from utility.faults.rulebook import FaultRules, parse_fault_rules
from utility.grid import store as grid
from utility.grid.gazetteer import Gazetteer, read_words
from utility.grid.territory import Territory, parse_territory
from utility.grid.values import Area
from utility.halls.schedules import HoursWords
from utility.halls.schedules import read_words as read_hours_words
from utility.orders.books import OrderBooks, read_order_books
from utility.orders.worktime import Calendar, Limit
from utility.outages.rulebook import parse_outage_rules
from utility.outages.rules import OutageRules
from utility.payments.terms import MoneyTables, read_money_tables
from utility.policy import Policy, read_policy
from utility.regions import regions_of
from utility.standing.values import StandingRules, parse_standing
from utility.subscriptions.rules import parse_notices
from utility.subscriptions.values import NoticeRules
from utility.supply.terms import SupplyTerms, parse_supply
from utility.versions import Versions, read_versions

_CHECK_CODE_TEXT = Path(__file__).parent / "accounts" / "texts" / "check_code.txt"


@dataclass(frozen=True)
class Company:
    """Everything a door needs to answer; `regions` says whose versions of a table hold, nearest first."""

    pool: Pool
    clock: Clock
    policy: Policy
    regions: tuple[str, ...]
    areas: Mapping[str, Area]
    gazetteer: Gazetteer
    account_rules: Versions[AccountRules]
    territory: Versions[Territory]
    check_code_text: Template
    purposes: Versions[frozenset[str]]
    retention: Versions[timedelta]
    billing: BillingTables
    money: MoneyTables
    supply: Versions[SupplyTerms]
    orders: OrderBooks
    applications: ApplicationBooks
    case_rules: Versions[CaseRules]
    outage_rules: Versions[OutageRules]
    fault_rules: Versions[FaultRules]
    slot_tables: Versions[SlotTable]
    visit_types: Versions[VisitTypes]
    claim_tables: Versions[ClaimTable]
    notices: Versions[NoticeRules]
    standing: Versions[StandingRules]
    hours_words: HoursWords

    @property
    def calendar(self) -> Calendar:
        """The days that are worked."""
        return self.orders.calendar

    def standard(self, name: str, day: date) -> Limit:
        """Returns the limit that is published under `name` on `day`.

        Raises:
            SettingsError: nothing is, or it is no single figure of time.
        """
        return self.orders.standards.limit(name, day, self.regions)

    async def check(self) -> dict[str, Any]:
        """Tells whether the books can be read.

        Raises:
            StoreUnavailable: they cannot.
        """
        async with transaction(self.pool) as connection:
            await connection.execute("select 1")
        return {"database": "ok"}


async def open_company(pool: Pool, clock: Clock) -> Company:
    """Reads what does not change while the process runs.

    Raises:
        SettingsError: the books are empty.
        StoreUnavailable: the database does not answer.
    """
    policy = await read_policy(pool)
    async with transaction(pool) as connection:
        areas = await grid.areas(connection)
        utility = await connection.fetchval("select rows from seed_sections where name = 'utility'")
    return Company(
        pool=pool,
        clock=clock,
        policy=policy,
        regions=regions_of(utility["province_table"]),
        areas={area.area_id: area for area in areas},
        gazetteer=Gazetteer(areas, read_words(), utility["city"]),
        account_rules=read_versions("accounts", parse_rules),
        territory=read_versions("territory", parse_territory),
        check_code_text=Template(_CHECK_CODE_TEXT.read_text(encoding="utf-8").strip()),
        purposes=read_versions("purposes", lambda row: frozenset(row["purposes"])),
        retention=read_versions("retention", lambda row: timedelta(days=row["idempotency_days"])),
        billing=read_billing_tables(regions_of(utility["province_table"])),
        money=read_money_tables(),
        supply=read_versions("supply", parse_supply),
        orders=await read_order_books(pool),
        applications=read_books(),
        case_rules=read_case_rules(),
        outage_rules=read_versions("outage_rules", parse_outage_rules),
        fault_rules=read_versions("fault_rules", parse_fault_rules),
        slot_tables=read_slot_tables(),
        visit_types=read_visit_types(),
        claim_tables=read_claim_tables(),
        notices=read_versions("notices", parse_notices),
        standing=read_versions("standing", parse_standing),
        hours_words=read_hours_words(),
    )
