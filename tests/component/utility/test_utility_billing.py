"""Readings become bills in the real books: issued once, refused with a reason, corrected with their history."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from runtime import postgres
from runtime.clock import SHANGHAI
from runtime.postgres import Pool, transaction
from tests.fakes.utility_process import UtilityProcess
from utility import actors
from utility.accounts import service as accounts
from utility.billing import audit, issuing, meter_store
from utility.billing.plans import NewPlan, change_plan
from utility.billing.tariffs import read_tariffs
from utility.billing.values import Reading
from utility.company import Company, open_company
from utility.errors import Clash, InvalidRequest

D = Decimal
LIN, CHEN, PREPAID, CLOSED, CREDIT = "6201011006117", "6201011006125", "6201024007232", "6201011006240", "6201024007299"
HOURS = "6201024007141"
DECEMBER = datetime(2026, 12, 2, 9, 0, tzinfo=SHANGHAI)


@pytest_asyncio.fixture
async def pool(utility: UtilityProcess) -> AsyncIterator[Pool]:
    """The books behind the running utility."""
    found = await postgres.connect(utility.database_url, most=2)
    yield found
    await found.close()


@pytest_asyncio.fixture
async def company(pool: Pool, utility: UtilityProcess) -> Company:
    """The company itself, on the same books and clock."""
    return await open_company(pool, utility.clock)


async def post(session: aiohttp.ClientSession, path: str, body: dict[str, Any], key: str = "") -> tuple[int, Any]:
    headers = {"Idempotency-Key": key or f"{path} {sorted(body.items())}".replace("'", "")}
    async with session.post(f"/v1{path}", json=body, headers=headers) as answer:
        return answer.status, await answer.json()


async def get(session: aiohttp.ClientSession, path: str) -> tuple[int, Any]:
    async with session.get(f"/v1{path}") as answer:
        return answer.status, await answer.json()


async def read_november(operator: aiohttp.ClientSession, account_no: str, value: str) -> None:
    status, content = await post(
        operator, f"/accounts/{account_no}/readings", {"read_on": "2026-12-01", "value": value}
    )
    assert (status, content["kind"]) == (201, "actual")


async def test_a_reading_becomes_a_bill(
    utility: UtilityProcess, operator: aiohttp.ClientSession, client: aiohttp.ClientSession
) -> None:
    utility.set_clock(DECEMBER)
    await read_november(operator, LIN, "22723")

    status, bill = await post(operator, f"/accounts/{LIN}/bills", {"period": "2026-11"})

    assert (status, bill["kwh"], bill["tier"], bill["total"]) == (201, "230", 2, "136.97")
    assert (bill["issued"], bill["due"], bill["status"], bill["days"]) == ("2026-12-02", "2026-12-25", "unpaid", 30)
    assert await get(client, f"/accounts/{LIN}/bills/2026-11") == (200, bill)


async def test_a_bill_is_issued_once(utility: UtilityProcess, operator: aiohttp.ClientSession) -> None:
    utility.set_clock(DECEMBER)
    await read_november(operator, LIN, "22723")
    first = await post(operator, f"/accounts/{LIN}/bills", {"period": "2026-11"}, key="one")

    again = await post(operator, f"/accounts/{LIN}/bills", {"period": "2026-11"}, key="one")
    other = await post(operator, f"/accounts/{LIN}/bills", {"period": "2026-11"}, key="another")

    assert again == first
    assert (other[0], other[1]["code"]) == (409, "bill.exists")


@pytest.mark.parametrize(
    ("account_no", "period", "status", "code"),
    [
        (LIN, "2027-03", 409, "period.in_future"),
        (LIN, "2026-12", 409, "period.not_over"),
        (LIN, "2026-10", 409, "bill.exists"),
        (LIN, "2026-11", 409, "reading.missing"),
        (CLOSED, "2026-11", 409, "account.closed"),
        ("6201000000000", "2026-11", 404, "account.unknown"),
    ],
)
async def test_what_cannot_be_billed_says_why(
    utility: UtilityProcess, operator: aiohttp.ClientSession, account_no: str, period: str, status: int, code: str
) -> None:
    utility.set_clock(DECEMBER)

    answer, problem = await post(operator, f"/accounts/{account_no}/bills", {"period": period})

    assert (answer, problem["code"]) == (status, code)


async def test_a_month_left_out_is_a_gap_and_one_unread_is_a_two_month_reading(
    utility: UtilityProcess, operator: aiohttp.ClientSession
) -> None:
    utility.set_clock(datetime(2027, 1, 2, 9, 0, tzinfo=SHANGHAI))
    await read_november(operator, LIN, "22723")
    for account_no, value in ((LIN, "22900"), (CHEN, "24378")):
        await post(operator, f"/accounts/{account_no}/readings", {"read_on": "2027-01-01", "value": value})

    gap = await post(operator, f"/accounts/{LIN}/bills", {"period": "2026-12"})
    both = await post(operator, f"/accounts/{CHEN}/bills", {"period": "2026-12"})

    assert (gap[0], gap[1]["code"], gap[1]["since"]) == (409, "bill.gap", "2026-11-01")
    assert (both[0], both[1]["kwh"], both[1]["since"], both[1]["days"]) == (201, "500", "2026-11-01", 61)
    assert [line["quantity"] for line in both[1]["lines"]] == ["400", "100"]


async def test_the_days_tell_the_midnight_reading_of_a_whole_month(
    utility: UtilityProcess, operator: aiohttp.ClientSession, pool: Pool
) -> None:
    utility.set_clock(DECEMBER)
    async with transaction(pool) as connection:
        days = [(LIN, date(2026, 11, day), D(8)) for day in range(21, 31)]
        await connection.executemany("insert into daily_usage (account_no, day, kwh) values ($1, $2, $3)", days)

    status, bill = await post(operator, f"/accounts/{LIN}/bills", {"period": "2026-11"})

    assert (status, bill["kwh"], bill["reading_after"]) == (201, "223", "22716")


async def test_a_run_bills_who_can_be_billed_and_lists_the_others(
    utility: UtilityProcess, operator: aiohttp.ClientSession
) -> None:
    utility.set_clock(DECEMBER)
    await read_november(operator, LIN, "22723")
    await read_november(operator, CHEN, "24000")

    status, run = await post(operator, "/bill-runs", {"period": "2026-11"})

    assert (status, run["issued"]) == (200, [LIN, CHEN])
    assert {item["code"] for item in run["refused"]} == {"reading.missing"}
    assert run["next_after"] is None
    assert len(run["refused"]) == 21  # 24 accounts without these two and the closed one


async def test_a_run_goes_on_where_it_stopped(
    utility: UtilityProcess, operator: aiohttp.ClientSession, pool: Pool, company: Company
) -> None:
    utility.set_clock(DECEMBER)
    await read_november(operator, LIN, "22723")
    await read_november(operator, CHEN, "24000")

    async with transaction(pool) as connection:
        first = await issuing.issue_period(connection, company, "2026-11", most=1)
        second = await issuing.issue_period(connection, company, "2026-11", after=first.next_after, most=1)

    assert (first.issued, first.next_after, second.issued) == ((LIN,), LIN, (CHEN,))


async def test_credit_pays_a_new_bill_at_once_and_nobody_is_told_it_is_unpaid(
    utility: UtilityProcess, operator: aiohttp.ClientSession, pool: Pool
) -> None:
    utility.set_clock(DECEMBER)
    status, readings = await get(operator, f"/accounts/{CREDIT}/readings")
    last = D(readings["readings"][-1]["value"])
    await read_november(operator, CREDIT, str(last + 100))

    _, bill = await post(operator, f"/accounts/{CREDIT}/bills", {"period": "2026-11"})

    assert (status, bill["total"], bill["status"], bill["paid_on"]) == (200, "58.90", "paid", "2026-12-02")
    told = await pool.fetchval("select data from events where type = 'bill.issued' and account_no = $1", CREDIT)
    assert (told["total"], told["status"]) == ("58.90", "paid")


async def test_a_meter_that_bills_by_the_hours_is_read_with_its_registers(
    utility: UtilityProcess, operator: aiohttp.ClientSession
) -> None:
    utility.set_clock(DECEMBER)

    status, problem = await post(operator, f"/accounts/{HOURS}/readings", {"read_on": "2026-12-01", "value": "21383"})

    assert (status, problem["code"], problem["field"]) == (400, "field.missing", "registers")


async def test_the_last_reading_of_a_closed_account_can_be_told_the_next_day(
    utility: UtilityProcess, pool: Pool, company: Company, operator: aiohttp.ClientSession
) -> None:
    async with transaction(pool) as connection:
        await accounts.close_account(connection, company, LIN, actors.staff("K0103"))
    utility.set_clock(datetime(2026, 11, 22, 9, 0, tzinfo=SHANGHAI))

    status, _ = await post(operator, f"/accounts/{LIN}/readings", {"read_on": "2026-11-22", "value": "22700"})
    issued, bill = await post(operator, f"/accounts/{LIN}/bills", {"period": "2026-11"})

    assert (status, issued, bill["until"], bill["kwh"]) == (201, 201, "2026-11-22", "207")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"read_on": "2026-12-01", "value": "22000"}, "reading.falls"),
        ({"read_on": "2026-12-03", "value": "23000"}, "reading.in_future"),
        ({"read_on": "2026-11-01", "value": "22493"}, "reading.exists"),
    ],
)
async def test_a_reading_that_cannot_be_is_refused(
    utility: UtilityProcess, operator: aiohttp.ClientSession, body: dict[str, str], code: str
) -> None:
    utility.set_clock(DECEMBER)

    status, problem = await post(operator, f"/accounts/{LIN}/readings", body)

    assert (status, problem["code"]) == (409, code)


@pytest.mark.parametrize("value", ["-5", "1e9", "NaN", 22723, "22723.12345"])
async def test_a_reading_that_is_no_figure_is_refused(operator: aiohttp.ClientSession, value: object) -> None:
    status, problem = await post(operator, f"/accounts/{LIN}/readings", {"read_on": "2026-11-15", "value": value})

    assert (status, problem["code"], problem["field"]) == (400, "field.invalid", "value")


async def test_a_corrected_reading_is_paid_back_with_the_next_bill(
    utility: UtilityProcess, operator: aiohttp.ClientSession, pool: Pool, company: Company
) -> None:
    utility.set_clock(DECEMBER)
    right = {"read_on": "2026-11-01", "value": "22473", "why": "read wrong"}
    status, done = await post(operator, f"/accounts/{LIN}/reading-corrections", right)
    await read_november(operator, LIN, "22700")

    _, bill = await post(operator, f"/accounts/{LIN}/bills", {"period": "2026-11"})

    assert (status, done["bills"]) == (200, [])
    assert done["adjustments"] == [{"period": "2026-10", "kwh": "20", "price": "-0.639"}]
    assert [(line["code"], line["amount"]) for line in bill["lines"]] == [
        ("tier1", "117.80"),
        ("tier2", "17.25"),
        ("adjust", "-12.78"),
    ]
    assert await differences(pool, company) == []


async def test_an_unpaid_bill_can_be_redone_and_keeps_its_history(
    operator: aiohttp.ClientSession, pool: Pool, company: Company
) -> None:
    right = {"read_on": "2026-11-01", "value": "23868", "why": "read wrong", "redo_bill": True}

    status, done = await post(operator, f"/accounts/{CHEN}/reading-corrections", right)

    assert (status, done["bills"][0]["total"], done["bills"][0]["version"]) == (200, "144.31", 2)
    async with transaction(pool) as connection:
        kept = await connection.fetchrow("select version, bill, why from bill_versions where account_no = $1", CHEN)
    assert (kept["version"], kept["bill"]["total"], kept["why"]) == (1, "150.20", "read wrong")
    assert await differences(pool, company) == []


async def test_a_settled_bill_is_not_redone(operator: aiohttp.ClientSession) -> None:
    right = {"read_on": "2026-11-01", "value": "22473", "why": "read wrong", "redo_bill": True}

    status, problem = await post(operator, f"/accounts/{LIN}/reading-corrections", right)

    assert (status, problem["code"]) == (409, "bill.settled")


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


async def differences(pool: Pool, company: Company) -> list[Any]:
    async with transaction(pool) as connection:
        return await audit.differences(connection, company)


async def test_a_bill_reaches_the_subscribers(
    utility: UtilityProcess, operator: aiohttp.ClientSession, pool: Pool
) -> None:
    utility.set_clock(DECEMBER)
    await read_november(operator, LIN, "22723")

    await post(operator, f"/accounts/{LIN}/bills", {"period": "2026-11"})

    async with transaction(pool) as connection:
        row = await connection.fetchrow("select account_no, data from events where type = 'bill.issued'")
    assert row["account_no"] == LIN
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
