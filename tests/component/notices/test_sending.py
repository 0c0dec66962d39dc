"""A fact reaches each person once, by the first way that takes it; the ledger says what happened and ends."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from conversation.events import Owner
from conversation.identity import AgentIdentity
from handoff import transcript
from notices import ways
from notices.errors import GatewayAway, GatewayRefused
from notices.sms import ShortMessage, Taken
from runtime.postgres import transaction
from tests.component.handoff.chats import hire
from tests.component.notices.company import Company, Room
from tests.component.notices.conftest import TestClock

_IN_HAND = "update notices set state = 'sending', receipt = null, tries = 0 where notice_id = $1"
_WAITS = """
    select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')
"""


async def tries(room: Room) -> list[tuple[str, str]]:
    rows = await room.pool.fetch("select way, result from notice_tries order by notice_id, try_no")
    return [(row["way"], row["result"]) for row in rows]


async def test_each_home_is_told_once_by_its_first_way(room: Room, company: Company, clock: TestClock) -> None:
    company.outage("raised", eta=clock.at + timedelta(hours=2))

    await room.tell()
    await room.doors_deliver()

    assert await room.lines("wechat:wx_a") == [
        "【停电了】织女苑停电，线路故障，正在抢修，预计 今天14:00 恢复，以现场为准。有变化我马上告诉您。"
    ]
    assert [one.phone for one in room.gateway.sent.values()] == ["13800001003"]
    assert {row["outcome"] for row in await room.notices()} == {"delivered"}
    assert await room.lines("wechat:wx_z") == []


async def test_what_wechat_refuses_goes_by_sms_and_is_not_owed_any_more(room: Room, company: Company) -> None:
    company.outage("raised")
    await room.tell()

    await room.doors_deliver(accept=False)
    await room.send()

    row = await room.pool.fetchrow("select owed, delivery from messages where conversation_id = 'wechat:wx_a'")
    assert (row["owed"], row["delivery"]) == (False, "failed")
    assert await room.pool.fetchval("select count(*) from call_list where done_at is null") == 0
    assert sorted(one.phone for one in room.gateway.sent.values()) == ["13800001001", "13800001002", "13800001003"]
    assert (await tries(room))[:2] == [("wechat", "failed"), ("sms", "delivered")]


async def test_a_shut_window_is_asked_before_and_costs_no_line(room: Room, company: Company) -> None:
    room.reach.shut = {"wechat": "no_quota"}
    company.outage("raised")

    await room.tell()

    assert await room.lines("wechat:wx_a") == []
    assert "13800001001" in [one.phone for one in room.gateway.sent.values()]


async def test_while_an_agent_has_the_word_the_notice_is_the_systems_line(room: Room, company: Company) -> None:
    jiang: AgentIdentity = await hire(room.pool, "K0104", "江一苇")
    async with transaction(room.pool) as connection:
        await transcript.open_conversation(connection, "wechat:wx_a", at=room.clock.now())
        await connection.execute(
            "update conversations set owner = $2, agent_id = $1 where conversation_id = 'wechat:wx_a'",
            *(jiang.agent_id, Owner.AGENT.value),
        )
    company.outage("raised")

    await room.tell()

    role = await room.pool.fetchval("select role from messages where conversation_id = 'wechat:wx_a'")
    assert role == "system"


async def test_a_line_that_a_take_over_silenced_goes_again_as_the_systems(room: Room, company: Company) -> None:
    company.outage("raised")
    await room.tell()
    jiang = await hire(room.pool, "K0104", "江一苇")
    async with transaction(room.pool) as connection:
        await transcript.suppress_pending(connection, "wechat:wx_a")
        await connection.execute(
            "update conversations set owner = 'agent', agent_id = $1 where conversation_id = 'wechat:wx_a'",
            jiang.agent_id,
        )

    await room.following.follow()
    await room.send()

    rows = await room.pool.fetch(
        "select role, delivery from messages where conversation_id = 'wechat:wx_a' order by seq"
    )
    assert [(row["role"], row["delivery"]) for row in rows] == [("bot", "suppressed"), ("system", "pending")]


async def test_a_refused_number_ends_on_the_list_of_calls(room: Room, company: Company) -> None:
    room.gateway.fails = lambda message: GatewayRefused("the number is dead")
    company.outage("raised")

    await room.tell()

    (row,) = await room.notices(person="account:1003")
    assert (row["state"], row["outcome"], row["reason"]) == ("final", "undelivered", "the number is dead")
    assert await room.pool.fetchval("select account_no from notice_calls") == "1003"


async def test_a_phone_of_ten_digits_is_nobodys_number(room: Room, company: Company) -> None:
    company.home("1009", area="TA-2", phone="1380000100")
    company.outage("raised", areas=("TA-2",))

    await room.tell()

    (row,) = await room.notices(account_no="1009")
    assert (row["outcome"], row["reason"], row["ways"]) == ("undelivered", "no_contact", [])
    assert room.gateway.sent == {}


async def test_a_gateway_that_is_away_is_asked_again_under_the_same_key(
    room: Room, company: Company, clock: TestClock
) -> None:
    room.gateway.fails = lambda message: GatewayAway("busy")
    company.outage("raised")
    await room.tell()
    room.gateway.fails = lambda message: None

    clock.pass_(minutes=1)
    await room.send()

    (row,) = await room.notices(person="account:1003")
    assert list(room.gateway.sent) == [f"notice-{row['notice_id']}-1"]
    assert row["outcome"] == "delivered"


async def test_a_worker_that_died_while_sending_leaves_it_to_another(
    room: Room, company: Company, clock: TestClock
) -> None:
    def dies(message: object) -> Exception:
        raise RuntimeError("killed")

    company.outage("raised")
    await room.run()
    room.gateway.fails = dies
    with pytest.raises(RuntimeError):
        await room.sending.send_due("sms")
    room.gateway.fails = lambda message: None
    assert await room.sending.send_due("sms") == 0

    clock.pass_(minutes=2)
    await room.sending.send_due("sms")

    (row,) = await room.notices(person="account:1003")
    assert (row["outcome"], row["tries"], len(room.gateway.sent)) == ("delivered", 1, 1)


async def test_nothing_is_left_open_behind_its_deadline(room: Room, company: Company, clock: TestClock) -> None:
    room.gateway.reports = False
    company.outage("raised")
    await room.tell()

    clock.pass_(hours=4)
    while await room.following.end():
        pass

    outcomes = {row["person"]: (row["outcome"], row["reason"]) for row in await room.notices(kind="outage_fault_open")}
    assert outcomes["account:1003"] == ("unconfirmed", "no_report")
    assert outcomes["wechat:wx_a"] == ("undelivered", "deadline")
    assert await room.pool.fetchval("select count(*) from messages where delivery = 'pending'") == 0


async def test_a_report_settles_a_message_and_a_bad_one_sends_it_on(room: Room, company: Company) -> None:
    room.gateway.reports = False
    company.outage("raised")
    await room.tell()
    (receipt,) = room.gateway.sent

    assert await room.following.report(receipt, arrived=False, reason="ABSENT")
    assert not await room.following.report(receipt, arrived=True)

    (row,) = await room.notices(person="account:1003")
    assert (row["outcome"], row["reason"]) == ("undelivered", "ABSENT")


async def test_twice_a_day_the_undelivered_go_again_by_another_way(
    room: Room, company: Company, clock: TestClock
) -> None:
    room.gateway.fails = lambda message: GatewayRefused("full")
    room.reach.shut = {"wechat": "no_quota", "alipay": "no_window"}
    start = clock.at + timedelta(days=6)
    company.outage("announced", kind="planned", planned_from=start, planned_to=start + timedelta(hours=3))
    await room.tell()
    assert {row["outcome"] for row in await room.notices()} == {"undelivered"}
    room.reach.shut, room.gateway.fails = {}, lambda message: None

    clock.pass_(hours=4)
    assert await room.resending.resend_due() == 3
    assert await room.resending.resend_due() == 0
    await room.send()

    assert len(room.gateway.sent) == 1
    assert len(await room.lines("wechat:wx_a")) == 1


async def test_an_unknown_value_never_leaves_the_house(room: Room, company: Company, clock: TestClock) -> None:
    company.tell(
        "supply.notice", "1001:S1", account_no="1001", data={"step": "letter", "amount": "12.00", "reason": "x"}
    )

    await room.tell()

    assert await room.pool.fetchval("select reason from notice_facts") == "arrears_letter has no cut_on"
    assert await room.notices() == []


@pytest.mark.parametrize("answers", [True, False], ids=["the-answer-comes-after", "the-answer-is-lost"])
async def test_a_report_that_overtakes_its_record_counts_and_nobody_is_told_twice(
    room: Room, company: Company, clock: TestClock, *, answers: bool
) -> None:
    asked: list[str] = []

    async def send(message: ShortMessage) -> Taken:
        asked.append(message.key)
        if len(asked) == 1:
            assert await room.following.report(f"biz-{message.key}", arrived=True, key=message.key)
            if not answers:
                raise GatewayAway("its answer was lost on the wire")
        return Taken(f"biz-{message.key}")

    room.gateway.send = send  # type: ignore[method-assign]
    company.outage("raised")
    await room.tell()
    clock.pass_(hours=5)
    await room.tell()

    rows = await room.notices(kind="outage_fault_open")
    (row,) = [row for row in rows if row["notice_id"] == int(asked[0].split("-")[1])]
    assert (row["outcome"], row["receipt"]) == ("delivered", f"biz-{asked[0]}")
    assert asked.count(asked[0]) == 1
    assert not [key for key in asked[1:] if key.startswith(asked[0].rpartition("-")[0])]


async def test_a_bad_report_that_overtakes_its_record_sends_it_on(room: Room, company: Company) -> None:
    async def send(message: ShortMessage) -> Taken:
        assert await room.following.report(f"biz-{message.key}", arrived=False, reason="ABSENT", key=message.key)
        return Taken(f"biz-{message.key}")

    room.gateway.send = send  # type: ignore[method-assign]
    company.outage("raised")
    await room.tell()

    (row,) = [row for row in await room.notices(kind="outage_fault_open") if row["reason"] == "ABSENT"]
    assert row["outcome"] == "undelivered"


async def test_a_report_under_a_key_that_nobody_sent_is_nobodys(room: Room) -> None:
    assert not await room.following.report("biz-1", arrived=True, key="notice-99-1")
    assert not await room.following.report("biz-1", arrived=True, key="notice-x")


async def test_a_report_that_waits_for_its_record_is_not_lost(room: Room, company: Company, clock: TestClock) -> None:
    room.gateway.reports = False
    company.outage("raised")
    await room.tell()
    (key,) = room.gateway.sent
    notice_id = int(key.split("-")[1])
    await room.pool.execute(
        "update notices set state = 'sending', receipt = null, tries = 0 where notice_id = $1", notice_id
    )

    async with transaction(room.pool) as connection:
        row = await connection.fetchrow("select * from notices where notice_id = $1", notice_id)
        await ways.sent(connection, row, clock.now(), receipt="biz-1")
        report = asyncio.create_task(room.following.report("biz-1", arrived=True, key=f"notice-{notice_id}-1"))
        for _ in range(1000):
            if await room.pool.fetchval(_WAITS):
                break
            await asyncio.sleep(0.01)

    assert await report
    assert await room.pool.fetchval("select outcome from notices where notice_id = $1", notice_id) == "delivered"
