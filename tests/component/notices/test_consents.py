"""Key accounts are asked a month before planned work: exact days, answers to the company, silence to a person."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from backend.errors import BackendUnavailable
from handoff.notices import consents
from handoff.notices.consents import Answer, Said
from notices.outage_times import months_before
from runtime.clock import SHANGHAI
from runtime.postgres import transaction
from tests.component.notices.company import Company, Room
from tests.component.notices.conftest import TestClock
from tests.component.notices.watched import rung, staff

START = datetime(2027, 1, 20, 8, 30, tzinfo=SHANGHAI)
ASKED = datetime(2026, 12, 20, 9, tzinfo=SHANGHAI)
ANSWER_BY = datetime(2027, 1, 6, 18, tzinfo=SHANGHAI)
WINDOW = {"kind": "planned", "status": "announced", "planned_from": START, "planned_to": START + timedelta(hours=8)}


@pytest.fixture
def company(clock: TestClock) -> Company:
    """A home, a key account and a plant that never stops."""
    made = Company(clock)
    made.home("1001", area="TA-1", phone="13800001001", people=[("wechat", "wx_a")])
    made.home("9001", area="TA-1", phone="13800009001", people=[("wechat", "wx_k")], tags=["key_account"])
    made.home("9002", area="TA-1", phone="13800009002", tags=["continuous_production"])
    return made


async def at(room: Room, clock: TestClock, moment: datetime) -> list[str]:
    """Goes to a moment, does what is due and names what was told since."""
    before = await room.kinds()
    clock.at = moment
    await room.tell()
    await room.consents.miss()
    await room.watch()
    return (await room.kinds())[len(before) :]


async def answered(room: Room, said: Said) -> bool:
    """The key account's person answers the notice."""
    async with transaction(room.pool) as connection:
        number = await connection.fetchval(
            "select notice_id from notices where person = 'wechat:wx_k' order by 1 limit 1"
        )
        return await consents.record(connection, number, said, "wechat:wx_k", at=room.clock.now()) is not None


async def test_key_accounts_alone_are_asked_to_the_day_a_month_ahead_and_all_are_told_seven_days_ahead(
    room: Room, company: Company, clock: TestClock
) -> None:
    company.outage("announced", **WINDOW)
    company.outage("consulting", answer_by=ANSWER_BY, **WINDOW)

    assert await at(room, clock, ASKED - timedelta(minutes=1)) == []
    assert await at(room, clock, ASKED) == ["outage_consult"]
    assert await at(room, clock, ASKED + timedelta(days=1)) == []
    assert await at(room, clock, datetime(2027, 1, 13, 8, 30, tzinfo=SHANGHAI)) == ["outage_planned"]

    asked = await room.notices(kind="outage_consult")
    assert [row["account_no"] for row in asked] == ["9001", "9002"]
    assert (await room.lines("wechat:wx_k"))[0].endswith("请在1月6日前告诉我们。")
    assert len(await room.lines("wechat:wx_a")) == 1


async def test_an_answer_is_told_to_the_company_once_and_again_when_it_changes(
    room: Room, company: Company, clock: TestClock
) -> None:
    company.outage("consulting", answer_by=ANSWER_BY, **WINDOW)
    await at(room, clock, ASKED)
    assert await answered(room, Said(Answer.AGREED))
    company.down = True
    with pytest.raises(BackendUnavailable):
        await room.consents.tell_company()
    company.down = False

    while await room.consents.tell_company():
        pass
    clock.pass_(hours=1)
    await answered(room, Said(Answer.REFUSED, "改到周六"))
    while await room.consents.tell_company():
        pass

    assert company.consents == [("T1", "9001", True, ""), ("T1", "9001", False, "改到周六")]


async def test_a_missing_answer_is_reminded_of_escalated_and_called(
    room: Room, company: Company, clock: TestClock
) -> None:
    await staff(room.pool)
    company.outage("consulting", answer_by=ANSWER_BY, **WINDOW)
    await at(room, clock, ASKED)
    await answered(room, Said(Answer.AGREED))

    await at(room, clock, ANSWER_BY - timedelta(days=3))
    assert await rung(room) == [("lead", "consent", "s1")]
    await at(room, clock, ANSWER_BY)
    assert await rung(room) == [("lead", "consent", "s1"), ("duty", "consent", "s1")]
    calls = await room.pool.fetch("select account_no, reason, phone from notice_calls")
    assert [tuple(row) for row in calls] == [("9002", "no_consent", "13800009002")]


@pytest.mark.parametrize("what", ["cancelled", "postponed"])
async def test_nobody_is_asked_or_missed_about_a_window_that_is_not_there_any_more(
    room: Room, company: Company, clock: TestClock, what: str
) -> None:
    await staff(room.pool)
    company.outage("consulting", answer_by=ANSWER_BY, **WINDOW)
    await at(room, clock, ASKED)
    later = {"planned_from": START + timedelta(days=9), "planned_to": START + timedelta(days=9, hours=8)}
    company.outage(what, **{**WINDOW, **(later if what == "postponed" else {})})

    await at(room, clock, ANSWER_BY + timedelta(days=1))

    assert not await answered(room, Said(Answer.AGREED))
    assert await rung(room) == []
    assert await room.pool.fetchval("select count(*) from notice_calls where reason = 'no_consent'") == 0


@pytest.mark.parametrize(
    ("start", "ahead"),
    [((2027, 3, 31), (2027, 2, 28)), ((2028, 3, 30), (2028, 2, 29)), ((2027, 1, 5), (2026, 12, 5))],
)
def test_a_month_ahead_is_the_same_day_or_the_last_one(start: tuple[int, ...], ahead: tuple[int, ...]) -> None:
    moment = datetime(*start, 10, tzinfo=SHANGHAI)  # type: ignore[misc,arg-type]

    assert months_before(moment, 1, ASKED.timetz()).date() == datetime(*ahead).date()  # type: ignore[arg-type,misc]


async def test_key_accounts_alone_are_asked_about_a_peak_shift_call_once_and_their_answer_is_told(
    room: Room, company: Company, clock: TestClock
) -> None:
    peak = {**WINDOW, "kind": "rotating"}
    company.outage("consulting", answer_by=ANSWER_BY, **peak)

    assert await at(room, clock, ASKED) == ["outage_consult_peak"]
    assert await at(room, clock, ASKED + timedelta(days=1)) == []

    assert [row["account_no"] for row in await room.notices(kind="outage_consult_peak")] == ["9001", "9002"]
    assert "错峰用电" in (await room.lines("wechat:wx_k"))[0]
    assert await room.lines("wechat:wx_a") == []
    assert await answered(room, Said(Answer.AGREED))
    await room.consents.tell_company()
    assert company.consents == [("T1", "9001", True, "")]


async def test_silence_about_a_peak_shift_call_is_a_call(room: Room, company: Company, clock: TestClock) -> None:
    company.outage("consulting", answer_by=ANSWER_BY, **{**WINDOW, "kind": "rotating"})
    await at(room, clock, ASKED)

    await at(room, clock, ANSWER_BY + timedelta(minutes=1))

    reasons = await room.pool.fetch("select account_no, reason from notice_calls where reason = 'no_consent'")
    assert {row["account_no"] for row in reasons} == {"9001", "9002"}
