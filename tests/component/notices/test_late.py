"""The warning before a fault's estimate passes: once, to who is dark by then, never beside the company's own word."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations

import pytest

from notices.kinds import the_book
from runtime.clock import SHANGHAI
from runtime.postgres import Pool
from tests.component.notices.company import Company, Room
from tests.component.notices.conftest import NOON, TestClock

ETA = NOON + timedelta(hours=2)


async def at(room: Room, clock: TestClock, moment: datetime) -> list[str]:
    """Goes to a moment, tells what is due and names what was told since."""
    before = await room.kinds()
    clock.at = moment
    await room.tell()
    return (await room.kinds())[len(before) :]


async def test_half_an_hour_before_the_estimate_the_affected_hear_that_it_may_be_missed_once(
    room: Room, company: Company, clock: TestClock
) -> None:
    company.outage("raised", eta=ETA, started=clock.at)
    await room.tell()

    assert await at(room, clock, ETA - timedelta(minutes=31)) == []
    assert await at(room, clock, ETA - timedelta(minutes=30)) == ["outage_overdue"]
    company.outage("updated", eta=ETA, status="repairing")
    assert await at(room, clock, ETA) == []
    assert (await room.lines("wechat:wx_a"))[1].startswith("【抢修提醒】织女苑原定 今天14:00 恢复，可能晚于这个时间")


async def test_a_newer_estimate_takes_the_place_of_the_warning_and_has_one_of_its_own(
    room: Room, company: Company, clock: TestClock
) -> None:
    company.outage("raised", eta=ETA)
    await room.tell()
    clock.pass_(hours=1)
    company.outage("updated", eta=ETA + timedelta(hours=1))

    assert await at(room, clock, ETA - timedelta(minutes=30)) == ["outage_eta_changed"]
    assert await at(room, clock, ETA + timedelta(minutes=30)) == ["outage_overdue"]


async def test_power_that_is_back_needs_no_warning(room: Room, company: Company, clock: TestClock) -> None:
    company.outage("raised", eta=ETA)
    await room.tell()
    company.outage("restored", restored=clock.at, status="restored", eta=ETA)

    assert await at(room, clock, ETA - timedelta(minutes=20)) == ["outage_restored"]


async def test_the_companys_own_word_of_a_late_fault_is_told_and_ours_is_not(
    room: Room, company: Company, clock: TestClock
) -> None:
    company.outage("raised", eta=ETA)
    await room.tell()
    clock.at = ETA - timedelta(minutes=40)
    company.outage("late", eta=ETA + timedelta(hours=3))

    assert await at(room, clock, ETA - timedelta(minutes=25)) == ["outage_late"]
    assert (await room.lines("wechat:wx_a"))[1].startswith("【送电推迟】织女苑原定 今天14:00 送电，现在要推迟到")


async def test_only_who_is_dark_by_then_is_warned(room: Room, company: Company, clock: TestClock) -> None:
    both = ("TA-1", "TA-2")
    company.outage("raised", eta=ETA)
    company.outage("widened", areas=both, eta=ETA, eta_said_at=NOON)
    await room.tell()
    data = {"outage_no": "T1", "kind": "fault", "status": "repairing", "area_ids": list(both), "eta": ETA.isoformat()}
    company.tell("outage.partly_restored", "T1", area_ids=("TA-1",), data={**data, "eta_said_at": NOON.isoformat()})
    await room.tell()

    await at(room, clock, ETA - timedelta(minutes=30))

    assert [row["person"] for row in await room.notices(kind="outage_overdue")] == ["wechat:wx_z"]


async def test_who_just_heard_a_short_estimate_is_not_warned_in_the_same_breath(
    room: Room, company: Company, clock: TestClock
) -> None:
    company.outage("raised", eta=NOON + timedelta(minutes=25))

    assert await at(room, clock, NOON + timedelta(minutes=9)) == ["outage_fault"]
    assert await at(room, clock, NOON + timedelta(minutes=10)) == ["outage_overdue"]


async def test_planned_work_that_goes_on_to_its_end_is_no_lateness(
    room: Room, company: Company, clock: TestClock
) -> None:
    start = datetime(2026, 12, 1, 9, tzinfo=SHANGHAI)
    company.outage("announced", kind="planned", planned_from=start, planned_to=start + timedelta(hours=4))
    await at(room, clock, start - timedelta(days=1))
    company.outage("started", kind="planned", planned_from=start, planned_to=start + timedelta(hours=4))

    assert await at(room, clock, start + timedelta(hours=3, minutes=45)) == []


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_in_any_order_of_events_and_restarts_it_is_said_once_at_most_and_never_after_the_end(
    database: Pool, company: Company, clock: TestClock, order: tuple[int, ...]
) -> None:
    events = [
        company.outage("raised", eta=ETA),
        company.outage("updated", eta=ETA, status="repairing"),
        company.outage("restored", eta=ETA, restored=NOON, status="restored"),
    ]
    clock.at = ETA - timedelta(minutes=29)
    for number in order:
        room = Room(database, clock, company, the_book())
        await room.intake.take([events[number], events[number]], "webhook")
        await room.settle()
        await room.send()
        clock.pass_(minutes=1)

    kinds = await Room(database, clock, company, the_book()).kinds()
    end = kinds.index("outage_restored")
    assert kinds.count("outage_overdue") <= 1
    assert "outage_overdue" not in kinds[end:]
