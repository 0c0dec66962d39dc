"""Who has not confirmed a rotating outage: the list ten minutes after the half-hour notice, and what is done then."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from notices.kinds import the_book
from runtime.clock import SHANGHAI
from runtime.postgres import Pool
from tests.component.notices.company import Company, Room
from tests.component.notices.conftest import TestClock

START = datetime(2026, 11, 21, 18, tzinfo=SHANGHAI)
NOTICE = START - timedelta(minutes=30)
ROTATION = {"kind": "rotating", "planned_from": START, "planned_to": START + timedelta(hours=1)}


@pytest.fixture
def company(clock: TestClock) -> Company:
    """Two homes, a key account and a plant that never stops."""
    made = Company(clock)
    made.home("1001", area="TA-1", phone="13800001001", people=[("wechat", "wx_a")])
    made.home("1002", area="TA-1", people=[("wechat", "wx_b")])
    made.home("9001", area="TA-1", phone="13800009001", people=[("wechat", "wx_k")], tags=["key_account"])
    made.home("9002", area="TA-1", phone="13800009002", people=[("wechat", "wx_c")], tags=["continuous_production"])
    return made


async def told(room: Room, company: Company, clock: TestClock) -> None:
    """It was announced at noon and told half an hour ahead; all lines arrived."""
    company.outage("announced", **ROTATION)
    for moment in (clock.at, NOTICE):
        clock.at = moment
        await room.tell()
        await room.doors_deliver()


async def confirm(room: Room, person: str) -> None:
    """A person answers the newest notice."""
    await room.pool.execute(
        "update notices set read_at = $2 where notice_id = (select max(notice_id) from notices where person = $1)",
        *(person, room.clock.now()),
    )


async def listed(room: Room) -> list[tuple[str, str, str]]:
    """Lists account, what was done and by which way, in the order of the list."""
    rows = await room.pool.fetch(
        "select n.account_no, u.did, u.way from notice_unconfirmed u join notices n using (notice_id)"
        " order by u.care = '', u.notice_id"
    )
    return [(row["account_no"], row["did"], row["way"]) for row in rows]


async def open_calls(room: Room) -> list[tuple[str, str]]:
    """Lists the calls about the half-hour notice that wait."""
    rows = await room.pool.fetch(
        "select c.account_no, c.reason from notice_calls c join notice_facts f using (fact_id)"
        " where done_at is null and f.fact_key like '%/soon' order by c.account_no"
    )
    return [(row["account_no"], row["reason"]) for row in rows]


async def test_after_ten_minutes_who_has_not_confirmed_is_listed_key_accounts_first_and_told_by_the_next_way(
    room: Room, company: Company, clock: TestClock
) -> None:
    await told(room, company, clock)
    await confirm(room, "wechat:wx_b")
    clock.at = NOTICE + timedelta(minutes=9)
    await room.ask_receipts()
    assert await listed(room) == []

    clock.pass_(minutes=1)
    await room.ask_receipts()

    assert await listed(room) == [("9001", "call", "sms"), ("9002", "call", "sms"), ("1001", "resent", "sms")]
    assert sorted(one.phone for one in room.gateway.sent.values()) == ["13800001001", "13800009001", "13800009002"]
    assert await open_calls(room) == [("9001", "no_receipt"), ("9002", "no_receipt")]


async def test_who_does_not_confirm_the_next_way_either_is_called_before_power_goes(
    room: Room, company: Company, clock: TestClock
) -> None:
    await told(room, company, clock)
    clock.at = NOTICE + timedelta(minutes=10)
    await room.ask_receipts()
    clock.pass_(minutes=10)

    await room.ask_receipts()

    by = await room.pool.fetchval("select max(call_by) from notice_calls where reason = 'no_receipt'")
    assert [account for account, _ in await open_calls(room)] == ["1001", "1002", "9001", "9002"]
    assert by <= START
    assert len(room.gateway.sent) == 3


async def test_a_plant_that_has_confirmed_is_off_the_list_of_calls(
    room: Room, company: Company, clock: TestClock
) -> None:
    await told(room, company, clock)
    await confirm(room, "wechat:wx_c")
    clock.at = NOTICE + timedelta(minutes=10)

    await room.ask_receipts()

    assert [account for account, _ in await open_calls(room)] == ["1002", "9001"]
    assert "9002" not in [account for account, *_ in await listed(room)]


async def test_the_reading_mark_of_the_web_chat_is_a_receipt(room: Room, company: Company, clock: TestClock) -> None:
    company.home("1003", area="TA-1", people=[("web", "v1")])
    await told(room, company, clock)
    await room.pool.execute("update conversations set customer_read_seq = last_seq where conversation_id = 'web:v1'")
    clock.at = NOTICE + timedelta(minutes=10)

    await room.ask_receipts()

    assert "1003" not in [account for account, *_ in await listed(room)]


@pytest.mark.parametrize("what", ["cancelled", "postponed"])
async def test_nobody_is_asked_about_an_outage_that_does_not_come_then(
    room: Room, company: Company, clock: TestClock, what: str
) -> None:
    await told(room, company, clock)
    later = {"planned_from": START + timedelta(days=1), "planned_to": START + timedelta(days=1, hours=1)}
    company.outage(what, **{**ROTATION, **(later if what == "postponed" else {})})
    await room.tell()
    sent = len(room.gateway.sent)
    clock.at = NOTICE + timedelta(minutes=10)

    await room.ask_receipts()

    assert await listed(room) == []
    assert len(room.gateway.sent) == sent


async def test_after_a_downtime_the_list_is_made_late_and_once(
    database: Pool, room: Room, company: Company, clock: TestClock
) -> None:
    await told(room, company, clock)
    clock.at = START + timedelta(minutes=5)
    for _ in range(2):
        await Room(database, clock, company, the_book()).ask_receipts()

    assert [did for _, did, _ in await listed(room)] == ["late"] * 4
    assert room.gateway.sent == {}
