"""Power in the books: the ladder by the clock, cuts that are checked again, the way back, and who is never cut."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import pytest_asyncio

from runtime.embedded import EmbeddedPostgres
from tests.fakes.cashier import Cashier, at, cashier, fill
from utility.accounts.values import Person
from utility.actors import staff
from utility.errors import Clash
from utility.supply import cutting, reconnect, rounds, service, store

XIE, ZHAO, WU, GAO = "6201011006315", "6201011006224", "6201024007232", "6201024007216"
WECHAT_ZHAO, STRANGER = Person("wechat", "wx_demo_zhao"), Person("web", "a-stranger")
WEB_GAO = Person("web", "web_demo_gao")


@pytest.fixture(scope="module")
def books_url(postgres_server: EmbeddedPostgres) -> str:
    return asyncio.run(fill(postgres_server, "utility_supply"))


@pytest_asyncio.fixture
async def desk(books_url: str) -> AsyncIterator[Cashier]:
    async with cashier(books_url) as opened:
        yield opened


async def walk(desk: Cashier, until: datetime, step: timedelta = timedelta(minutes=30)) -> None:
    """Lets the clock run and makes the rounds of power."""
    while desk.clock.now() < until:
        desk.clock.move(step)
        await rounds.round(desk.company)


async def steps(desk: Cashier, account_no: str) -> list[tuple[str, str]]:
    """Lists what was done, and on which day and hour."""
    rows = await desk.company.pool.fetch(
        """select step, at from supply_steps join supply_cases using (case_no) where account_no = $1
        order by case_no, step_no""",
        account_no,
    )
    return [(row["step"], f"{row['at'].astimezone(desk.clock.now().tzinfo):%m-%d %H:%M}") for row in rows]


async def arrears_of_6315_at(desk: Cashier, moment: str) -> None:
    desk.clock.set(at(moment))
    await rounds.round(desk.company)


async def test_the_ladder_of_6315_from_reminder_to_cut(desk: Cashier) -> None:
    # September was due on 10-25: the second of three reminders is due, the letter may go out from 11-24
    await arrears_of_6315_at(desk, "2026-11-21T10:00")
    await arrears_of_6315_at(desk, "2026-11-24T09:00")
    await arrears_of_6315_at(desk, "2026-12-01T08:30")
    await walk(desk, at("2026-12-01T11:00"))

    assert await steps(desk, XIE) == [
        ("reminded", "11-21 10:00"),
        ("letter", "11-24 09:00"),
        ("final", "12-01 09:00"),
        ("cut", "12-01 09:30"),
    ]
    assert await desk.status(XIE) == "cut_off"


async def test_the_letter_says_what_it_must(desk: Cashier) -> None:
    await arrears_of_6315_at(desk, "2026-11-21T10:00")
    await arrears_of_6315_at(desk, "2026-11-24T09:00")

    letter = (await desk.events("supply.notice"))[-1]["data"]

    assert (letter["step"], letter["cut_on"]) == ("letter", "2026-11-30")
    assert (letter["amount"], letter["reason"]) == (str(Decimal("202.98") + Decimal("6.09")), "arrears")
    assert letter["reminded_at"] == "2026-11-21T10:00+08:00"


async def test_who_pays_is_not_cut(desk: Cashier) -> None:
    await arrears_of_6315_at(desk, "2026-11-21T10:00")
    await arrears_of_6315_at(desk, "2026-11-24T09:00")
    await desk.pay(STRANGER, XIE, "top_up", amount=Decimal("500.00"))

    await walk(desk, at("2026-12-01T16:00"), timedelta(hours=3))

    assert await desk.status(XIE) == "active"
    assert [step for step, _ in await steps(desk, XIE)] == ["reminded", "letter", "settled"]


async def test_paying_while_the_cut_runs_ends_with_power_on_its_way(desk: Cashier) -> None:
    await arrears_of_6315_at(desk, "2026-11-21T10:00")
    await arrears_of_6315_at(desk, "2026-11-24T09:00")
    await arrears_of_6315_at(desk, "2026-11-30T09:00")
    desk.clock.move(timedelta(minutes=30))
    order = await desk.link(STRANGER, XIE, "top_up", amount=Decimal("500.00"))

    await asyncio.gather(desk.told("t1", order), desk.do(cutting.look_at, XIE))
    await rounds.round(desk.company)

    assert await desk.status(XIE) == "active"
    assert (await desk.money(XIE)).reconnect == 0


async def test_nobody_is_cut_in_hard_weather(desk: Cashier) -> None:
    await arrears_of_6315_at(desk, "2026-11-21T10:00")
    await arrears_of_6315_at(desk, "2026-11-24T09:00")
    await store.note_hard_weather(desk.company.pool, date(2026, 11, 30), "staff:K0103")

    await arrears_of_6315_at(desk, "2026-11-30T09:00")
    await arrears_of_6315_at(desk, "2026-11-30T09:30")

    assert await desk.status(XIE) == "active"


async def test_who_depends_on_power_goes_to_a_person(desk: Cashier) -> None:
    await desk.company.pool.execute(
        "update bills set status = 'unpaid', paid_on = null where account_no = $1 and period = '2026-08'", GAO
    )
    await desk.company.pool.execute("delete from ledger_moves where account_no = $1 and period = '2026-08'", GAO)
    await desk.company.pool.execute(
        """delete from ledger_moves where ref in (
            select payment_no from payments where account_no = $1 and payment_no not in (
                select ref from ledger_moves where to_book = 'bill'))""",
        GAO,
    )
    await desk.company.pool.execute(
        """delete from payments where account_no = $1 and payment_no not in (
            select ref from ledger_moves where to_book = 'bill')""",
        GAO,
    )
    await walk(desk, at("2026-12-05T10:00"), timedelta(hours=6))

    done = [step for step, _ in await steps(desk, GAO)]
    assert done[-1] == "handed_over"
    assert "letter" not in done
    assert await desk.status(GAO) == "active"


async def test_paying_all_that_is_overdue_brings_power_back(desk: Cashier) -> None:
    await desk.pay(STRANGER, ZHAO, "top_up", amount=Decimal("327.49"))
    assert await desk.status(ZHAO) == "cut_off"

    await rounds.round(desk.company)

    assert await desk.status(ZHAO) == "active"
    registered, back = await desk.events("supply.reconnect_registered", "supply.reconnected")
    assert registered["data"]["due"] == "2026-11-22T10:00:00+08:00"
    assert back["data"]["by"] == "system"


async def test_a_cent_too_little_brings_nothing_back(desk: Cashier) -> None:
    await desk.pay(STRANGER, ZHAO, "top_up", amount=Decimal("327.48"))
    await rounds.round(desk.company)

    assert await desk.status(ZHAO) == "cut_off"
    with pytest.raises(Clash) as caught:
        await desk.do(reconnect.request, WECHAT_ZHAO, ZHAO, "arrears")
    assert (caught.value.reason, caught.value.fields["reconnect"]) == ("account.in_arrears", "0.01")


async def test_a_meter_that_does_not_close_gets_a_crew(desk: Cashier) -> None:
    await desk.company.pool.execute("update accounts set voltage = '10kV' where account_no = $1", ZHAO)
    await desk.pay(STRANGER, ZHAO, "top_up", amount=Decimal("400.00"))
    await rounds.round(desk.company)
    desk.clock.move(timedelta(hours=2))
    await rounds.round(desk.company)

    (number,) = await desk.company.pool.fetchrow("select reconnect_no from reconnects")
    kept = await store.reconnect(desk.company.pool, number)
    assert kept is not None
    assert (kept.state, kept.order_no) == ("field", "R26112100001")
    await desk.do(reconnect.done, number, staff("K0103"))
    assert await desk.status(ZHAO) == "active"


async def test_temporary_power_is_not_for_everybody(desk: Cashier) -> None:
    with pytest.raises(Clash) as caught:
        await desk.do(reconnect.request, WECHAT_ZHAO, ZHAO, "temporary")

    assert caught.value.reason == "reconnect.not_entitled"


async def test_temporary_power_ends_after_a_day(desk: Cashier) -> None:
    await desk.company.pool.execute("update accounts set tags = '{独居老人}' where account_no = $1", ZHAO)
    made = await desk.do(reconnect.request, WECHAT_ZHAO, ZHAO, "temporary")
    assert (await desk.do(reconnect.request, WECHAT_ZHAO, ZHAO, "temporary")).reconnect_no == made.reconnect_no
    await rounds.round(desk.company)
    assert await desk.status(ZHAO) == "active"
    desk.clock.move(timedelta(hours=24))
    await rounds.round(desk.company)

    assert [event["data"]["reason"] for event in await desk.events("supply.handed_over")] == ["temporary_over"]


async def test_the_low_balance_of_7232_is_said_once(desk: Cashier) -> None:
    await walk(desk, at("2026-11-22T10:00"), timedelta(hours=2))

    assert await steps(desk, WU) == [("low", "11-21 12:00")]
    told = next(event for event in await desk.events("supply.notice") if event["account_no"] == WU)
    case_no = await desk.company.pool.fetchval("select case_no from supply_cases where account_no = $1", WU)
    assert (told["subject"], told["data"]["balance"]) == (f"{WU}:{case_no}", "18.36")


async def test_the_customers_own_warning_limit_counts(desk: Cashier) -> None:
    await desk.bind(STRANGER, WU)
    told = await desk.do(service.set_warning_limit, STRANGER, WU, Decimal("10.00"))
    await rounds.round(desk.company)

    assert told.warning_limit == Decimal("10.00")
    assert await steps(desk, WU) == []


async def test_a_balance_below_zero_is_cut_after_three_days(desk: Cashier) -> None:
    await desk.company.pool.execute(
        "update daily_usage set kwh = kwh * 3 where account_no = $1 and day >= '2026-11-01'", WU
    )
    await walk(desk, at("2026-11-25T12:00"))

    done = await steps(desk, WU)
    assert [step for step, _ in done] == ["letter", "final", "cut"]
    assert [when[:5] for _, when in done[:2]] == ["11-21", "11-24"]
    assert await desk.status(WU) == "cut_off"

    await desk.pay(STRANGER, WU, "top_up", amount=Decimal("300.00"))
    await rounds.round(desk.company)
    assert await desk.status(WU) == "active"
