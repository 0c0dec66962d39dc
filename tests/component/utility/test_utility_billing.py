"""Readings become bills in the real books: issued once, refused with a reason, corrected with their history."""

from __future__ import annotations

from datetime import date, datetime

import aiohttp
import pytest

from runtime.clock import SHANGHAI
from runtime.postgres import Pool, transaction
from tests.fakes.billing_desk import (
    CHEN,
    CLOSED,
    CREDIT,
    DECEMBER,
    HOURS,
    LIN,
    D,
    differences,
    get,
    post,
    read_november,
)
from tests.fakes.utility_process import UtilityProcess
from utility import actors
from utility.accounts import service as accounts
from utility.billing import issuing
from utility.company import Company


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
