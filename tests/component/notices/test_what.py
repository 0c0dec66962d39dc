"""What is told and when: planned work, faults, power cut for arrears, bills, visits, orders; who may turn what off."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from conversation.message import Role
from handoff import transcript
from runtime.clock import SHANGHAI
from runtime.postgres import transaction
from tests.component.notices.company import Company, Room
from tests.component.notices.conftest import TestClock

START = datetime(2026, 12, 1, 9, tzinfo=SHANGHAI)
WINDOW = {"kind": "planned", "planned_from": START, "planned_to": START + timedelta(hours=4)}


async def at(room: Room, clock: TestClock, *moment: int) -> list[str]:
    """Goes to a moment, tells what is due and names what was told since."""
    before = await room.kinds()
    clock.at = datetime(*moment, tzinfo=SHANGHAI)  # type: ignore[misc,arg-type]
    await room.tell()
    return (await room.kinds())[len(before) :]


async def test_planned_work_is_told_seven_days_ahead_and_the_evening_before(
    room: Room, company: Company, clock: TestClock
) -> None:
    company.outage("announced", **WINDOW)

    assert await at(room, clock, 2026, 11, 21, 12, 1) == []
    assert await at(room, clock, 2026, 11, 24, 9, 0) == ["outage_planned"]
    assert await at(room, clock, 2026, 11, 30, 17, 59) == []
    assert await at(room, clock, 2026, 11, 30, 18, 0) == ["outage_planned_eve"]
    assert await at(room, clock, 2026, 12, 1, 9, 0) == ["outage_planned_soon"] * 0
    assert len(await room.lines("wechat:wx_a")) == 2


async def test_a_moved_window_is_told_with_the_old_one_and_the_old_evening_is_dropped(
    room: Room, company: Company, clock: TestClock
) -> None:
    company.outage("announced", **WINDOW)
    await at(room, clock, 2026, 11, 25, 10)
    moved = START + timedelta(days=2)
    company.outage("postponed", kind="planned", planned_from=moved, planned_to=moved + timedelta(hours=4))

    assert await at(room, clock, 2026, 11, 25, 11) == ["outage_changed"]
    assert await at(room, clock, 2026, 11, 30, 18, 30) == []
    assert await at(room, clock, 2026, 12, 2, 18, 0) == ["outage_planned_eve"]
    assert (await room.lines("wechat:wx_a"))[1].startswith("【停电改期】织女苑的计划停电改为 12月3日09:00")


async def test_moved_before_anybody_heard_of_it_is_simply_the_new_window(
    room: Room, company: Company, clock: TestClock
) -> None:
    company.outage("announced", **WINDOW)
    moved = START + timedelta(days=2)
    company.outage("postponed", kind="planned", planned_from=moved, planned_to=moved + timedelta(hours=4))

    assert await at(room, clock, 2026, 11, 24, 10) == []
    assert await at(room, clock, 2026, 11, 26, 10) == ["outage_planned"]


async def test_called_off_work_is_told_to_those_who_heard_of_it_and_ends_it(
    room: Room, company: Company, clock: TestClock
) -> None:
    company.outage("announced", **WINDOW)
    company.outage("announced", "T2", areas=("TA-2",), **WINDOW)
    company.outage("cancelled", "T2", areas=("TA-2",), **WINDOW)
    await at(room, clock, 2026, 11, 25, 10)
    company.outage("cancelled", **WINDOW)

    assert await at(room, clock, 2026, 11, 25, 11) == ["outage_cancelled"]
    assert await at(room, clock, 2026, 12, 2, 0) == []
    assert await room.lines("wechat:wx_z") == []


async def test_a_long_fault_has_progress_every_two_hours_past_four_until_it_is_over(
    room: Room, company: Company, clock: TestClock
) -> None:
    company.outage("raised", started=clock.at, status="repairing")

    assert await at(room, clock, 2026, 11, 21, 12, 1) == ["outage_fault_open"]
    assert await at(room, clock, 2026, 11, 21, 15, 59) == []
    assert await at(room, clock, 2026, 11, 21, 16, 0) == ["outage_progress_open"]
    assert await at(room, clock, 2026, 11, 21, 18, 0) == ["outage_progress_open"]
    company.outage("restored", restored=clock.at, status="restored")
    assert await at(room, clock, 2026, 11, 21, 18, 5) == ["outage_restored"]
    assert await at(room, clock, 2026, 11, 21, 23, 0) == []


async def test_areas_that_are_back_first_are_told_first_and_once(
    room: Room, company: Company, clock: TestClock
) -> None:
    both = ("TA-1", "TA-2")
    company.outage("raised", areas=both)
    await room.tell()
    data = {"outage_no": "T1", "kind": "fault", "status": "repairing", "area_ids": list(both), "buildings": []}
    company.tell("outage.partly_restored", "T1", area_ids=("TA-2",), data=data)
    await room.tell()
    assert [row["person"] for row in await room.notices(kind="outage_restored")] == ["wechat:wx_z"]

    company.tell("outage.restored", "T1", area_ids=("TA-1",), data={**data, "restored": clock.at.isoformat()})
    await room.tell()

    told = [row["person"] for row in await room.notices(kind="outage_restored")]
    assert sorted(told) == ["account:1003", "alipay:ali_b", "wechat:wx_a", "wechat:wx_z"]


async def test_the_word_that_power_is_back_may_use_what_is_kept_for_it(room: Room, company: Company) -> None:
    company.outage("raised")
    await room.tell()
    company.outage("restored", restored=room.clock.now(), status="restored")

    await room.tell()

    marks = await room.pool.fetch("select body->>'notice' as mark from messages where conversation_id = 'wechat:wx_a'")
    assert [row["mark"] for row in marks] == ["outage_fault_open", "restoration"]


async def test_three_outages_in_two_months_are_apologised_for_where_it_is_so(
    room: Room, company: Company, clock: TestClock
) -> None:
    company.frequent = {"TA-1"}
    for number, area in (("T1", "TA-1"), ("T2", "TA-2")):
        company.outage("raised", number, areas=(area,))
        await room.tell()
        company.outage("restored", number, areas=(area,), restored=clock.at, status="restored")
        await room.tell()

    assert await at(room, clock, 2026, 11, 21, 13, 1) == ["outage_frequent"]
    assert {row["account_no"][0] for row in await room.notices(kind="outage_frequent")} == {"1"}


async def test_a_late_end_is_told_with_the_old_and_the_new_one(room: Room, company: Company, clock: TestClock) -> None:
    start, end = clock.at + timedelta(hours=1), clock.at + timedelta(hours=4)
    window = {"kind": "planned", "planned_from": start, "planned_to": end}
    company.outage("announced", **window)
    await room.tell()
    company.outage("late", status="late", eta=end + timedelta(hours=2), **window)
    company.outage("late", status="late", eta=end + timedelta(hours=2), **window)

    await room.tell()

    assert (await room.kinds()).count("outage_late") == 1
    assert "由16:00" not in "".join(await room.lines("wechat:wx_a"))
    assert "原定 今天16:00 送电，现在要推迟到 今天18:00" in "".join(await room.lines("wechat:wx_a"))


async def test_a_bill_goes_only_to_who_asked_for_it_and_by_the_way_they_asked(room: Room, company: Company) -> None:
    company.home("3001", area="TA-3", people=[("wechat", "wx_b")], wishes=[("电费账单", "wechat", True)])
    company.home("3002", area="TA-3", people=[("wechat", "wx_c")])
    company.home("3003", area="TA-3", people=[("wechat", "wx_d")], wishes=[("电费账单", "wechat", False)])
    bill = {"period": "2026-10", "kwh": "318", "total": "190.20", "tier": 1, "due": "2026-11-30", "status": "unpaid"}
    for account in ("3001", "3002", "3003"):
        company.tell("bill.issued", f"{account}-2026-10", account_no=account, data=bill)

    await room.tell()

    assert [row["account_no"] for row in await room.notices(kind="bill_issued")] == ["3001"]
    assert await room.lines("wechat:wx_b") == [
        "【电费账单】尾号 3001 2026年10月用电 318 度，电费 190.20 元，请在11月30日前交。回复“电费明细”看怎么算的。"
    ]


async def test_ones_own_outage_cannot_be_turned_off_entirely(room: Room, company: Company) -> None:
    off = [("停电通知", way, False) for way in ("wechat", "sms")]
    company.home("3001", area="TA-3", phone="13800003001", people=[("wechat", "wx_b")], wishes=off)
    company.outage("raised", areas=("TA-3",))

    await room.tell()

    assert [row["ways"] for row in await room.notices()] == [["sms"]]


async def test_what_can_wait_waits_for_the_morning_and_a_fault_does_not(
    room: Room, company: Company, clock: TestClock
) -> None:
    clock.at = datetime(2026, 11, 21, 23, 30, tzinfo=SHANGHAI)
    arrears = {"step": "reminded", "amount": "12.00", "reason": "arrears"}
    company.tell("supply.notice", "2001:S1", account_no="2001", data=arrears)
    company.outage("raised")
    await room.tell()
    assert len(await room.lines("wechat:wx_a")) == 1
    assert await room.lines("wechat:wx_z") == []

    clock.at = datetime(2026, 11, 22, 8, 0, tzinfo=SHANGHAI)
    await room.tell()

    assert len(await room.lines("wechat:wx_z")) == 1


async def test_who_has_paid_is_not_reminded_any_more(room: Room, company: Company, clock: TestClock) -> None:
    clock.at = datetime(2026, 11, 21, 23, 30, tzinfo=SHANGHAI)
    company.tell(
        "supply.notice", "2001:S1", account_no="2001", data={"step": "reminded", "amount": "12.00", "reason": "x"}
    )
    await room.tell()
    company.tell(
        "supply.notice", "2001:S1", account_no="2001", data={"step": "settled", "amount": "0.00", "reason": "x"}
    )

    await room.tell()
    clock.pass_(hours=10)
    await room.send()

    assert await room.lines("wechat:wx_z") == []
    assert [row["outcome"] for row in await room.notices()] == ["void"]


async def test_life_support_gets_a_call_besides_and_two_hours_before_planned_work(
    room: Room, company: Company, clock: TestClock
) -> None:
    company.home("3001", area="TA-1", phone="13800003001", people=[("wechat", "wx_b")], tags=["life_support"])
    company.outage("announced", **WINDOW)

    for moment in ((2026, 11, 24, 9, 0), (2026, 11, 30, 18, 0), (2026, 12, 1, 7, 0)):
        await at(room, clock, *moment)

    calls = await room.pool.fetch(
        "select f.kind, c.account_no, c.care from notice_calls c join notice_facts f using (fact_id) order by call_id"
    )
    assert [(row["kind"], row["account_no"], row["care"]) for row in calls] == [
        (kind, "3001", "life_support") for kind in ("outage_planned", "outage_planned_eve", "outage_planned_soon")
    ]
    assert [row["account_no"] for row in await room.notices(kind="outage_planned_soon")] == ["3001"]


async def test_linked_identities_are_one_person_and_a_landlord_hears_once(room: Room, company: Company) -> None:
    await room.pool.execute(
        "insert into identity_links (link_id, conversation_id, source_id, way, made_at)"
        " values ('l', 'wechat:wx_b', 'alipay:ali_c', 'code', now())"
    )
    company.home("3001", area="TA-3", phone="13800003001", people=[("wechat", "wx_b"), ("alipay", "ali_c")])
    company.home("3002", area="TA-3", phone="13800003001", people=[("wechat", "wx_b")])
    company.home("3003", area="TA-3", phone="13800003001")
    company.outage("raised", areas=("TA-3",))

    await room.tell()

    assert [(row["account_no"], row["ways"]) for row in await room.notices()] == [("3001", ["wechat", "alipay", "sms"])]


async def test_single_buildings_concern_only_their_homes(room: Room, company: Company) -> None:
    company.home("3001", area="TA-3", phone="13800003001", building="3栋")
    company.home("3002", area="TA-3", phone="13800003002", building="5栋")
    company.outage("raised", areas=("TA-3",), buildings=[{"area_id": "TA-3", "building": "3栋"}])

    await room.tell()

    assert [row["account_no"] for row in await room.notices()] == ["3001"]


async def test_who_lives_alone_reads_plain_words(room: Room, company: Company) -> None:
    company.home("3001", area="TA-3", people=[("wechat", "wx_b")], tags=["alone"])
    company.outage("raised", areas=("TA-3",))

    await room.tell()

    assert (await room.lines("wechat:wx_b"))[0].startswith("织女苑停电了，师傅正在修")


async def test_an_order_step_goes_to_who_asked_once_for_each_state(room: Room, company: Company) -> None:
    order = {"kind": "complaint", "case_type": "x", "owner": "", "parent_no": None, "filed": "", "due": None}
    asked = {"channel": "wechat", "channel_user": "wx_q"}
    for status in ("dispatched", "dispatched", "replied"):
        company.tell("order.advanced", "T261", data={**order, **asked, "status": status})
    company.tell("order.urged", "T261", data={**order, **asked, "status": "replied"})

    await room.tell()

    assert await room.lines("wechat:wx_q") == ["【工单进度】T261：已有处理结果。想知道更多，回复“进度”。"]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        pytest.param((), False, id="nobody-wrote"),
        pytest.param(((Role.CUSTOMER, "没电了"), (Role.BOT, "抱歉，我这边暂时办不了")), True, id="an-apology"),
        pytest.param(((Role.CUSTOMER, "没电了"), (Role.BOT, "已登记，工单号 T261。")), False, id="the-bot-said-it"),
        pytest.param(((Role.CUSTOMER, "没电了"), (Role.AGENT, "给您登记了 T261")), False, id="an-agent-said-it"),
        pytest.param(((Role.CUSTOMER, "没电了"), (Role.NOTE, "T261")), True, id="a-note-is-not-read-by-customers"),
    ],
)
async def test_an_order_whose_number_the_chat_does_not_name_is_told(
    room: Room, company: Company, clock: TestClock, lines: tuple[tuple[Role, str], ...], told: bool
) -> None:
    async with transaction(room.pool) as connection:
        await transcript.open_conversation(connection, "web:v1", at=clock.at)
        for role, text in lines:
            await transcript.lock(connection, "web:v1")
            await transcript.append(connection, "web:v1", role, {"text": text}, at=clock.at, epoch=0)
    order = {"kind": "fault", "case_type": "x", "owner": "", "parent_no": None, "filed": "", "due": None}
    asked = {"channel": "web", "channel_user": "v1", "status": "filed"}
    company.tell("order.opened", "T261", data={**order, **asked})

    await room.tell()
    assert [line for line in await room.lines("web:v1") if "【已登记】" in line] == []
    clock.pass_(minutes=2)
    await room.tell()
    await room.tell()

    said = [line for line in await room.lines("web:v1") if line.startswith("【已登记】") and "T261" in line]
    assert len(said) == int(told)


async def test_after_a_long_downtime_only_what_is_still_worth_it_is_told(
    room: Room, company: Company, clock: TestClock
) -> None:
    company.outage("announced", **WINDOW)
    await room.hear()

    assert await at(room, clock, 2026, 12, 1, 9, 30) == []
    states = await room.pool.fetch("select state from notice_facts")
    assert {row["state"] for row in states} == {"void"}


async def test_what_happened_long_ago_is_not_told_when_the_notices_begin(
    room: Room, company: Company, clock: TestClock
) -> None:
    company.home("3001", area="TA-3", people=[("wechat", "wx_b")], wishes=[("电费账单", "wechat", True)])
    bill = {"period": "2026-10", "kwh": "318", "total": "190.20", "tier": 1, "due": "2026-11-30", "status": "unpaid"}
    company.tell("bill.issued", "3001-2026-10", account_no="3001", data=bill)
    company.outage("raised")
    company.outage("restored", restored=clock.at, status="restored")
    clock.pass_(days=30)

    await room.tell()

    assert await room.notices() == []


async def test_rotating_outages_are_told_at_once_and_half_an_hour_ahead(
    room: Room, company: Company, clock: TestClock
) -> None:
    start = datetime(2026, 11, 21, 18, tzinfo=SHANGHAI)
    company.outage("announced", kind="rotating", planned_from=start, planned_to=start + timedelta(hours=1))

    assert await at(room, clock, 2026, 11, 21, 12, 1) == ["outage_rotating"]
    assert await at(room, clock, 2026, 11, 21, 17, 29) == []
    assert await at(room, clock, 2026, 11, 21, 17, 30) == ["outage_rotating"]


async def test_visits_and_applications_are_told(room: Room, company: Company, clock: TestClock) -> None:
    slot = {"day": "2026-11-22", "period": "上午", "starts": "2026-11-22T08:30:00+08:00"}
    company.tell("appointment.reminded", "A1", account_no="1001", data=slot)
    asked = {"channel": "wechat", "channel_user": "wx_q", "missing": [], "status_name": "现场勘查"}
    company.tell("application.advanced", "N1", data={**asked, "status": "surveyed"})
    company.tell("application.returned", "N1", data={**asked, "status": "returned", "missing": ["身份证", "房产证"]})

    await room.tell()

    assert (await room.lines("wechat:wx_a"))[0].startswith("【预约提醒】11月22日上午工作人员上门")
    stage = await room.pool.fetch("select outcome from notices where person = 'wechat:wx_q' order by notice_id")
    assert [row["outcome"] for row in stage] == ["superseded", None]
    assert await room.lines("wechat:wx_q") == [
        "【材料补正】申请 N1 还差：身份证, 房产证。直接在这里补交就行，补齐后接着办。"
    ]


async def test_who_is_dark_since_now_hears_what_the_others_heard(room: Room, company: Company) -> None:
    company.outage("raised")
    await room.tell()
    company.outage("widened", areas=("TA-1", "TA-2"))

    await room.tell()

    assert len(await room.lines("wechat:wx_a")) == 1
    assert len(await room.lines("wechat:wx_z")) == 1


async def test_a_cut_and_its_end_are_told_to_the_account(room: Room, company: Company) -> None:
    for what, data in (("cut", {"amount": "12.00", "reason": "x"}), ("reconnected", {"by": "remote", "kind": "paid"})):
        company.tell(f"supply.{what}", "2001:S1", account_no="2001", data=data)
        await room.tell()

    told = await room.lines("wechat:wx_z")
    assert [line[:12] for line in told] == ["尾号 2001 因欠费 ", "尾号 2001 已恢复供"]
