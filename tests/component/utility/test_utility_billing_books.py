"""Bills in the books: plans that change inside a period, closed accounts, years of bands, and what the audit finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import aiohttp
import pytest

from runtime.clock import SHANGHAI
from runtime.postgres import Pool, transaction
from tests.fakes.billing_desk import (
    CHEN,
    CLOSED,
    DECEMBER,
    LIN,
    D,
    differences,
    get,
    post,
    read_november,
)
from tests.fakes.utility_process import UtilityProcess
from utility import actors
from utility.billing import issuing, meter_store
from utility.billing.plans import NewPlan, change_plan
from utility.billing.tariffs import read_tariffs
from utility.billing.values import Reading
from utility.company import Company
from utility.errors import Clash, InvalidRequest


async def test_a_change_of_plan_splits_the_bill_at_that_midnight(
    utility: UtilityProcess, operator: aiohttp.ClientSession, pool: Pool, company: Company
) -> None:
    utility.set_clock(DECEMBER)
    async with transaction(pool) as connection:
        await change_plan(connection, company, LIN, NewPlan(date(2026, 11, 11), "tier_tou"), actors.staff("K0103"))
    hours = {"peak": "60", "flat": "60", "valley": "40"}
    body = {"read_on": "2026-12-01", "value": "22725", "registers": hours}
    await post(operator, f"/accounts/{LIN}/readings", body)

    status, bill = await post(operator, f"/accounts/{LIN}/bills", {"period": "2026-11"})

    assert (status, bill["kwh"], bill["plan"], bill["total"]) == (201, "232", "tier_tou", "148.38")
    assert [(line["code"], line["quantity"], line["segment_no"]) for line in bill["lines"]] == [
        ("tier1", "72", 1),
        ("tou_peak", "60", 2),
        ("tou_flat", "60", 2),
        ("tou_valley", "40", 2),
        ("add2", "32", 2),
    ]
    assert await differences(pool, company) == []


async def test_the_last_bill_of_a_closed_account_stays_readable_to_who_is_bound(
    client: aiohttp.ClientSession, pool: Pool, utility: UtilityProcess
) -> None:
    async with transaction(pool) as connection:
        await connection.execute(
            "insert into bindings values ('wechat', 'wx_demo_lin', $1, $2)", CLOSED, utility.clock.now()
        )

    bill = await get(client, f"/accounts/{CLOSED}/bills/2026-08")
    after = await get(client, f"/accounts/{CLOSED}/bills/2026-09")

    assert (bill[0], bill[1]["total"], bill[1]["days"]) == (200, "89.53", 20)
    assert (after[0], after[1]["code"]) == (404, "bill.unknown")


async def test_a_year_of_bills_runs_through_the_bands(
    utility: UtilityProcess, operator: aiohttp.ClientSession, pool: Pool, company: Company
) -> None:
    utility.set_clock(datetime(2027, 3, 2, 9, 0, tzinfo=SHANGHAI))
    for read_on, value in (("2026-12-01", "24378"), ("2027-01-01", "24878"), ("2027-02-01", "25378")):
        await post(operator, f"/accounts/{CHEN}/readings", {"read_on": read_on, "value": value})
    shandong = _in_shandong(company)

    async with transaction(pool) as connection:
        bills = [
            await issuing.issue_bill(connection, shandong, CHEN, period) for period in ("2026-11", "2026-12", "2027-01")
        ]

    # 2,185 kWh were billed from January to October: 335 are left in tier 1 of 2,520, and January begins anew.
    assert [[line.quantity for line in bill.lines] for bill in bills] == [[D(335), D(165)], [D(0), D(500)], [D(500)]]
    assert [bill.tier for bill in bills] == [2, 2, 1]


def _in_shandong(company: Company) -> Company:
    return replace(company, policy=replace(company.policy, tariffs=read_tariffs(("shandong", "sgcc", "cn"))))


async def test_the_demo_books_are_what_their_readings_give(pool: Pool, company: Company) -> None:
    assert await differences(pool, company) == []


async def test_the_audit_finds_what_was_tampered_with(pool: Pool, company: Company) -> None:
    async with transaction(pool) as connection:
        await connection.execute("update bills set total = total + 1 where account_no = $1 and period = '2026-10'", LIN)
        await connection.execute(
            "update meter_readings set value = value + 7 where account_no = $1 and read_on = '2026-10-01'", CHEN
        )

    found = await differences(pool, company)

    assert {(item.what, item.where) for item in found} == {
        ("bills.total", f"{LIN} 2026-10"),
        ("bills.computed", f"{CHEN} 2026-09"),
        ("bills.computed", f"{CHEN} 2026-10"),
    }


async def test_a_bill_reaches_the_subscribers(
    utility: UtilityProcess, operator: aiohttp.ClientSession, pool: Pool
) -> None:
    utility.set_clock(DECEMBER)
    await read_november(operator, LIN, "22723")

    await post(operator, f"/accounts/{LIN}/bills", {"period": "2026-11"})

    async with transaction(pool) as connection:
        row = await connection.fetchrow("select account_no, data from events where type = 'bill.issued'")
    assert row["account_no"] == LIN
    year = row["data"].pop("year")
    assert [month["period"] for month in year] == ["2025-12", *(f"2026-{number:02}" for number in range(1, 12))]
    assert year[-1] == {"period": "2026-11", "kwh": "230"}
    assert row["data"] == {
        "period": "2026-11", "kwh": "230", "total": "136.97", "tier": 2, "due": "2026-12-25", "status": "unpaid",
    }  # fmt: skip


def test_the_next_due_day_is_never_behind() -> None:
    assert issuing.due_day(date(2026, 12, 2), 25) == date(2026, 12, 25)
    assert issuing.due_day(date(2026, 12, 25), 25) == date(2027, 1, 25)


async def test_an_account_that_ends_gets_its_last_bill_at_once(
    utility: UtilityProcess, operator: aiohttp.ClientSession, pool: Pool, company: Company
) -> None:
    utility.set_clock(datetime(2026, 11, 30, 16, 0, tzinfo=SHANGHAI))
    async with transaction(pool) as connection:
        final = Reading(date(2026, 12, 1), D(22693), "actual", why="final", taken_at=utility.clock.now())
        await meter_store.save_reading(connection, LIN, final, "staff:K0103")
        await connection.execute(
            "update accounts set status = 'closed', closed_on = '2026-11-30' where account_no = $1", LIN
        )

    status, bill = await post(operator, f"/accounts/{LIN}/bills", {"period": "2026-11"})

    assert (status, bill["total"], bill["issued"], bill["due"]) == (201, "117.80", "2026-11-30", "2026-11-30")
    assert await differences(pool, company) == []


async def test_a_large_household_is_billed_anew_from_its_day_on(
    utility: UtilityProcess, operator: aiohttp.ClientSession, pool: Pool, company: Company
) -> None:
    utility.set_clock(DECEMBER)
    async with transaction(pool) as connection:
        await change_plan(connection, company, LIN, NewPlan(date(2026, 12, 1), "tier_multi"), actors.staff("K0103"))
    await read_november(operator, LIN, "22793")

    _, bill = await post(operator, f"/accounts/{LIN}/bills", {"period": "2026-11"})

    assert (bill["plan"], [line["quantity"] for line in bill["lines"]]) == ("tier", ["200", "100"])


async def test_a_plan_cannot_change_inside_an_issued_bill(pool: Pool, company: Company) -> None:
    with pytest.raises(Clash) as caught:
        async with transaction(pool) as connection:
            await change_plan(connection, company, LIN, NewPlan(date(2026, 10, 15), "tier_tou"), actors.staff("K0103"))

    assert caught.value.reason == "plan.billed"


async def test_an_unknown_plan_is_refused(pool: Pool, company: Company) -> None:
    with pytest.raises(InvalidRequest) as caught:
        async with transaction(pool) as connection:
            await change_plan(connection, company, LIN, NewPlan(date(2026, 11, 30), "gold"), actors.staff("K0103"))

    assert caught.value.fields["field"] == "plan"
