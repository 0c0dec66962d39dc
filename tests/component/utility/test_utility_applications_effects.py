"""What an archived application changes in the books: holder, plan, people, capacity, accounts that begin and end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from runtime.embedded import EmbeddedPostgres
from tests.fakes.application_desk import (
    CLERK,
    HUANG,
    LIN,
    ME,
    PENG,
    PEOPLE,
    ZHOU,
    Desk,
    blocked,
    filled,
    household,
    transfer,
)
from tests.fakes.order_books import bench
from utility.applications import applying, handling
from utility.applications.closing import REGISTERS
from utility.applications.values import Start
from utility.billing.meter_store import readings
from utility.errors import Clash, InvalidRequest


@pytest.fixture(scope="module")
def books_url(postgres_server: EmbeddedPostgres) -> str:
    return asyncio.run(filled(postgres_server, "utility_applications_effects"))


@pytest_asyncio.fixture
async def desk(books_url: str) -> AsyncIterator[Desk]:
    async with bench(books_url) as made:
        yield Desk(made)


async def test_five_people_are_counted_once_and_their_numbers_are_not_kept(desk: Desk) -> None:
    await blocked(desk, household(*PEOPLE[:4]), "persons_enough")
    await blocked(desk, household(*PEOPLE[:4], PEOPLE[0]), "persons_enough", "persons_once")
    await blocked(desk, household(*PEOPLE[:4], "110101199003070012"), "persons_readable")

    number = (await desk.start(household(*PEOPLE))).application_no
    await desk.hand_in(number, "residence", "property", "id_card")
    await desk.do(handling.advance, number, "accepted", CLERK, "")
    await desk.do(handling.archive, number, CLERK, "")

    kept = await desk.value("select string_agg(digest, ' ') from household_members where account_no = $1", LIN)
    assert len(kept.split()) == 5
    assert not any(person in kept for person in PEOPLE)
    assert await desk.value("select plan from accounts where account_no = $1", LIN) == "tier_multi"
    await desk.bind(ZHOU)
    await blocked(desk, replace(household(*PEOPLE), account_no=ZHOU), "persons_once")


async def test_a_transfer_gives_the_account_to_its_new_holder(desk: Desk) -> None:
    number = (await desk.start(transfer())).application_no
    await desk.hand_in(number, "id_card", "old_holder_id", "property")
    for state in ("accepted", "contract_signed"):
        await desk.do(handling.advance, number, state, CLERK, "")

    await desk.do(handling.archive, number, CLERK, "both signed")

    row = await desk.bench.connection.fetchrow("select name, contact_phone from accounts where account_no = $1", LIN)
    assert tuple(row) == ("林小满", "13800009999")
    assert await desk.value("select count(*) from bindings where account_no = $1", LIN) == 0
    assert await desk.value("select new_holder from plan_changes where account_no = $1", LIN) is True


async def test_an_account_that_came_to_owe_is_not_closed(desk: Desk) -> None:
    wanted = Start("销户", LIN, facts={"meter_intact": "yes"})
    number = (await desk.start(wanted)).application_no
    await desk.hand_in(number, "id_card", "refund_account")
    for state in ("accepted", "metered"):
        await desk.do(handling.advance, number, state, CLERK, "")
    with pytest.raises(InvalidRequest) as unread:
        await desk.do(handling.archive, number, CLERK, "")
    reading_of = "select max(value) from meter_readings where account_no = $1"
    last = {"final_reading": str(int(await desk.value(reading_of, LIN)) + 100)}

    with pytest.raises(Clash) as refused:
        await desk.do(handling.archive, number, CLERK, "", last)

    assert unread.value.fields["field"] == "facts.final_reading"
    assert (refused.value.reason, refused.value.fields["payable"]) == ("account.in_arrears", "58.90")
    assert await desk.value("select status from accounts where account_no = $1", LIN) == "active"


async def test_an_account_is_closed_after_its_final_bill(desk: Desk) -> None:
    wanted = Start("销户", LIN, facts={"meter_intact": "yes"})
    number = (await desk.start(wanted)).application_no
    await desk.hand_in(number, "id_card", "refund_account")
    for state in ("accepted", "metered"):
        await desk.do(handling.advance, number, state, CLERK, "")
    last = await desk.value("select max(value) from meter_readings where account_no = $1", LIN)

    done = await desk.do(handling.archive, number, CLERK, "", {"final_reading": f"{last:.0f}"})

    assert done.order.resolution_code == "已办结并退费"
    assert await desk.value("select status from accounts where account_no = $1", LIN) == "closed"
    assert await desk.value("select total from bills where account_no = $1 and period = '2026-11'", LIN) == 0


async def test_an_account_with_hours_is_closed_when_each_register_was_read(desk: Desk) -> None:
    await desk.bind(HUANG)
    number = (await desk.start(Start("销户", HUANG, facts={"meter_intact": "yes"}))).application_no
    await desk.hand_in(number, "id_card", "refund_account")
    for state in ("accepted", "metered"):
        await desk.do(handling.advance, number, state, CLERK, "")
    last = (await readings(desk.bench.connection, HUANG))[-1]
    told = {"final_reading": f"{last.value:f}"}
    with pytest.raises(InvalidRequest) as unread:
        await desk.do(handling.archive, number, CLERK, "", told)
    shown = [f"{register:f}" for register in last.registers or ()]

    await desk.do(handling.archive, number, CLERK, "", {**told, **dict(zip(REGISTERS, shown, strict=True))})

    assert unread.value.fields["field"] == "facts.final_peak"
    assert await desk.value("select total from bills where account_no = $1 and period = '2026-11'", HUANG) == 0


async def test_the_credit_of_a_closed_account_is_given_back(desk: Desk) -> None:
    await desk.bind(PENG)
    await desk.do(applying.withdraw, ME, "N26112000007", "")
    number = (await desk.start(Start("销户", PENG, facts={"meter_intact": "yes"}))).application_no
    await desk.hand_in(number, "id_card", "refund_account")
    for state in ("accepted", "metered"):
        await desk.do(handling.advance, number, state, CLERK, "")
    last = await desk.value("select max(value) from meter_readings where account_no = $1", PENG)

    await desk.do(handling.archive, number, CLERK, "", {"final_reading": f"{last:.0f}"})

    given = await desk.bench.connection.fetch("select amount, state, reason from refunds where account_no = $1", PENG)
    assert [(f"{row['amount']}", row["state"], row["reason"]) for row in given] == [("143.13", "approved", "closing")]


async def test_only_the_staff_tell_the_final_reading(desk: Desk) -> None:
    wanted = Start("销户", LIN, facts={"meter_intact": "yes", "final_reading": "1"})
    with pytest.raises(InvalidRequest) as refused:
        await desk.start(wanted)

    assert (refused.value.reason, refused.value.fields["field"]) == ("field.unknown", "facts.final_reading")


async def test_a_charger_gets_an_account_of_its_own(desk: Desk) -> None:
    facts = {"holder_name": "林望舒", "place": "织女苑3栋", "capacity_kw": "7", "use_right": "owned"}
    wanted = Start("充电桩报装", LIN, facts=facts, contact_phone="13800001011")
    number = (await desk.start(wanted)).application_no
    await desk.hand_in(number, "id_card", "space_right")
    for state in ("accepted", "surveyed", "metered"):
        await desk.do(handling.advance, number, state, CLERK, "")

    await desk.do(handling.archive, number, CLERK, "")

    row = await desk.bench.connection.fetchrow(
        "select class, plan, area_id, capacity_kw from accounts order by account_no desc limit 1"
    )
    rows = await desk.bench.connection.fetch(
        "select account_no, class, plan, area_id from accounts where class = '充电设施'"
    )
    assert [tuple(r)[1:] for r in rows] == [("充电设施", "charger", "TA05")]
    bound = await desk.value("select count(*) from bindings where account_no = $1", rows[0]["account_no"])
    assert (bound, row is not None) == (1, True)


@pytest.mark.parametrize(
    ("facts", "check"),
    [
        ({"use_right": "rented", "right_until": "2027-11-20"}, "use_right_lasts"),
        ({"use_right": "rented", "right_until": "2027-11-21"}, ""),
    ],
)
async def test_a_charger_needs_the_space_for_a_year(desk: Desk, facts: dict[str, str], check: str) -> None:
    known = {"holder_name": "林望舒", "place": "织女苑", "capacity_kw": "7"}
    checked = await desk.do(applying.check, ME, Start("充电桩报装", LIN, facts={**known, **facts}))

    assert [one.check for one in checked.findings] == ([check] if check else [])
