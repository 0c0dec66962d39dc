"""Events come in once and in order: repeats, late ones and broken ones change nothing and are accounted for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.component.notices.company import Company, Room
from tests.component.notices.conftest import TestClock


async def test_a_fault_with_an_estimate_is_told_to_each_home_of_the_area(
    room: Room, company: Company, clock: TestClock
) -> None:
    company.outage("raised", eta=clock.at + timedelta(hours=2), started=clock.at)

    await room.run()

    told = await room.notices(kind="outage_fault")
    assert [(row["person"], row["way"]) for row in told] == [
        ("wechat:wx_a", "wechat"),
        ("alipay:ali_b", "alipay"),
        ("account:1003", "sms"),
    ]


async def test_a_repeated_event_changes_nothing(room: Room, company: Company) -> None:
    event = company.outage("raised")
    await room.run()

    await room.intake.take([event, event], "webhook")
    await room.run()

    assert await room.kinds() == ["outage_fault_open"]
    assert len(await room.notices()) == 3


async def test_an_event_that_comes_late_does_not_turn_time_back(room: Room, company: Company, clock: TestClock) -> None:
    first, second = clock.at + timedelta(hours=2), clock.at + timedelta(hours=4)
    raised = company.outage("raised", eta=first)
    updated = company.outage("updated", eta=second)
    await room.intake.take([updated], "webhook")
    await room.settle()

    await room.intake.take([raised], "webhook")
    await room.settle()

    (fact,) = {row["said"]["eta"] for row in await room.notices()}
    assert fact == second.isoformat()
    assert (await room.events())[1][0] == "stale"


async def test_restored_stays_restored(room: Room, company: Company, clock: TestClock) -> None:
    company.outage("raised", eta=clock.at + timedelta(hours=2))
    await room.run()
    company.outage("restored", restored=clock.at, status="restored")
    company.outage("updated", eta=clock.at + timedelta(hours=5))

    await room.run()

    assert await room.kinds() == ["outage_fault", "outage_restored"]
    assert (await room.events())[3][0] == "stale"


async def test_an_older_estimate_never_takes_the_place_of_a_newer_one(
    room: Room, company: Company, clock: TestClock
) -> None:
    new = clock.at + timedelta(hours=4)
    company.outage("raised", eta=new, eta_said_at=clock.at)
    await room.run()
    company.outage("updated", eta=clock.at + timedelta(hours=1), eta_said_at=clock.at - timedelta(hours=1))

    await room.run()

    assert await room.kinds() == ["outage_fault"]
    known = await room.pool.fetchval("select known from notice_subjects")
    assert known["eta"] == new.isoformat()


async def test_each_change_of_the_estimate_is_told_with_the_old_one_and_none_when_equal(
    room: Room, company: Company, clock: TestClock
) -> None:
    first, second = clock.at + timedelta(hours=2), clock.at + timedelta(hours=3)
    for what, eta in (("raised", first), ("updated", first), ("updated", second), ("updated", second)):
        company.outage(what, eta=eta)
        await room.run()

    assert await room.kinds() == ["outage_fault", "outage_eta_changed"]
    said = (await room.notices(kind="outage_eta_changed"))[0]["said"]
    assert (said["old_eta"], said["eta"]) == (first.isoformat(), second.isoformat())


async def test_an_estimate_in_the_past_is_not_told_and_says_why(room: Room, company: Company, clock: TestClock) -> None:
    company.outage("raised", eta=clock.at - timedelta(minutes=1))

    await room.run()

    assert await room.kinds() == ["outage_fault_open"]
    state, reason = (await room.events())[1]
    assert state == "applied"
    assert "had passed" in reason


async def test_an_unknown_area_is_kept_aside_with_its_reason(room: Room, company: Company) -> None:
    company.outage("raised", areas=("TA-NOWHERE",))
    company.outage("raised", "T2")

    await room.run()

    rows = await room.pool.fetch("select state, reason from notice_facts where state = 'aside'")
    assert [(row["state"], "area.unknown" in row["reason"]) for row in rows] == [("aside", True)]
    assert await room.kinds() == ["outage_fault_open"]


async def test_what_is_no_moment_or_names_nothing_is_kept_aside(room: Room, company: Company) -> None:
    company.outage("raised", planned_from="tomorrow, perhaps")
    company.tell("outage.raised", "T9", data={})
    company.tell("bill.issued", "B1", account_no="1001", data={"period": "2026-10"})
    company.tell("supply.notice", "x", data={"step": "low", "amount": "1.00", "reason": "x"})
    company.outage("raised", "T2")

    await room.run()

    assert [state for state, _ in (await room.events()).values()] == ["aside"] * 4 + ["applied"]


async def test_an_event_without_number_or_zone_is_kept_for_a_person(room: Room, company: Company) -> None:
    event = company.outage("raised")

    await room.intake.take([replace(event, event_id="x"), replace(event, at=event.at.replace(tzinfo=None))], "webhook")

    assert await room.pool.fetchval("select count(*) from notice_unreadable") == 2
    assert await room.events() == {}


async def test_after_a_downtime_the_stream_is_read_from_where_it_was(room: Room, company: Company) -> None:
    company.outage("raised", "T1")
    await room.run()
    for number in range(2, 300):
        company.outage("updated", f"T{number}", areas=("TA-2",))
    company.down = False

    await room.run()

    assert len(await room.events()) == 299
    assert await room.pool.fetchval("select cursor from notice_stream") == "299"
