"""Appointments in the books: booking, moving, cancelling, the staff's part, the rounds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
import pytest_asyncio

from runtime.embedded import EmbeddedPostgres
from tests.fakes.visit_desk import (
    ALIPAY_DENG,
    DENG,
    JIANG,
    LIN,
    METER,
    MOVE,
    STRANGER,
    WECHAT_LIN,
    Hall,
    at,
)
from tests.fakes.working_company import fill_city, working
from utility.appointments import operating, rounds, service
from utility.appointments.operating import Outcome, SlotSetting
from utility.appointments.values import SlotStatus
from utility.errors import Clash, Forbidden, InvalidRequest, NotKnown
from utility.orders import service as orders


@pytest.fixture(scope="module")
def books_url(postgres_server: EmbeddedPostgres) -> str:
    return asyncio.run(fill_city(postgres_server, "utility_appointments"))


@pytest_asyncio.fixture
async def hall(books_url: str) -> AsyncIterator[Hall]:
    async with working(books_url) as opened:
        made = Hall(opened.company, opened.clock)
        yield made
        assert await made.differences() == []


async def test_the_books_of_the_demo_city_agree(hall: Hall) -> None:
    assert await hall.differences() == []
    assert await hall.booked("D2-20261124-am") == 3


async def test_the_meter_test_of_7331(hall: Hall) -> None:
    found = await service.read(hall.company, ALIPAY_DENG, "A26111900012")

    assert (found.business_type, found.status, found.active) == (METER, "booked", True)
    assert (found.slot.day, found.slot.period) == (date(2026, 11, 24), "上午")
    assert found.change_until == at("11-23T18:00")


@pytest.mark.parametrize(
    ("account_no", "wanted"),
    [
        (LIN, ["23 下午 1", "24 上午 2", "25 上午 3", "25 下午 2"]),
        (DENG, ["23 上午 2", "24 下午 3", "25 上午 1", "25 下午 1"]),
        ("6201037008307", ["23 上午 2", "23 下午 1", "24 下午 2", "25 上午 2"]),
    ],
    ids=["启明区", "长庚区", "远岫县"],
)
async def test_the_free_half_days_of_the_demo_city(hall: Hall, account_no: str, wanted: list[str]) -> None:
    await hall.bind(STRANGER, account_no)
    await rounds.round(hall.company)

    offered = await service.offered(hall.company, STRANGER, account_no, MOVE, None)

    assert [f"{slot.day.day} {slot.period} {slot.free}" for slot in offered] == wanted


async def test_booking_takes_a_place_and_opens_a_work_order(hall: Hall) -> None:
    booked = await hall.book("D1-20261124-am")

    order = await hall.do(orders.order, booked.appointment_no)
    assert booked.appointment_no == "A26112100001"
    assert (booked.status, booked.change_until, booked.contact_phone) == ("booked", at("11-23T18:00"), "13800001011")
    assert (order.kind, order.owner, order.subject) == ("appointment", "计量技术员", "appointment:校表")
    assert await hall.booked("D1-20261124-am") == 2
    assert await hall.told(booked.appointment_no) == ["appointment.booked"]


@pytest.mark.parametrize(
    ("account_no", "kind", "slot_id", "error", "reason"),
    [
        (DENG, METER, "D1-20261124-am", Forbidden, "account.not_bound"),
        ("6201000000000", METER, "D1-20261124-am", Forbidden, "account.not_bound"),
        (LIN, "更名", "D1-20261124-am", Clash, "appointment.no_visit"),
        (LIN, "减容", "D1-20261124-am", Clash, "appointment.not_for_account"),
        (LIN, METER, "D1-20991124-am", NotKnown, "slot.unknown"),
        (LIN, METER, "D2-20261125-am", Clash, "slot.elsewhere"),
        (LIN, METER, "D1-20261120-am", Clash, "slot.past"),
        (LIN, METER, "D1-20261123-am", Clash, "slot.full"),
    ],
    ids=["foreign", "unknown", "no visit", "not for homes", "no such", "elsewhere", "past", "full"],
)
async def test_what_is_not_booked(
    hall: Hall, account_no: str, kind: str, slot_id: str, error: type[Exception], reason: str
) -> None:
    with pytest.raises(error) as caught:
        await hall.book(slot_id, account_no=account_no, kind=kind)

    assert caught.value.reason == reason  # type: ignore[attr-defined]


async def test_a_full_half_day_names_others(hall: Hall) -> None:
    with pytest.raises(Clash) as caught:
        await hall.book("D1-20261123-am")

    named: Any = caught.value.fields["alternatives"]
    assert [slot["slot_id"] for slot in named] == [
        "D1-20261123-pm",
        "D1-20261124-am",
        "D1-20261125-am",
        "D1-20261125-pm",
    ]


async def test_a_closed_account_is_not_visited(hall: Hall) -> None:
    await hall.bind(STRANGER, "6201011006240")

    with pytest.raises(Forbidden):
        await hall.book("D1-20261124-am", STRANGER, "6201011006240")


async def test_one_active_appointment_of_a_kind(hall: Hall) -> None:
    first = await hall.book("D1-20261124-am")

    with pytest.raises(Clash) as caught:
        await hall.book("D1-20261125-am")
    other = await hall.book("D1-20261125-am", kind=MOVE)

    assert (caught.value.reason, caught.value.fields["order_no"]) == (
        "appointment.already_booked",
        first.appointment_no,
    )
    assert other.appointment_no != first.appointment_no
    assert await hall.booked("D1-20261125-am") == 1


async def test_moving_takes_one_place_and_gives_the_other_back(hall: Hall) -> None:
    booked = await hall.book("D1-20261124-am")

    moved = await hall.do(service.move, WECHAT_LIN, booked.appointment_no, "D1-20261125-pm")

    assert (moved.slot.slot_id, moved.moves, moved.change_until) == ("D1-20261125-pm", 1, at("11-24T18:00"))
    assert (await hall.booked("D1-20261124-am"), await hall.booked("D1-20261125-pm")) == (1, 2)
    assert await hall.told(booked.appointment_no) == ["appointment.booked", "appointment.moved"]


@pytest.mark.parametrize(
    ("slot_id", "reason"),
    [
        ("D1-20261124-am", "appointment.same_slot"),
        ("D1-20261123-am", "slot.full"),
        ("D2-20261123-am", "slot.elsewhere"),
        ("D1-20261120-am", "slot.past"),
    ],
)
async def test_a_move_that_fails_changes_nothing(hall: Hall, slot_id: str, reason: str) -> None:
    booked = await hall.book("D1-20261124-am")

    with pytest.raises(Clash) as caught:
        await hall.do(service.move, WECHAT_LIN, booked.appointment_no, slot_id)

    assert caught.value.reason == reason
    assert await service.read(hall.company, WECHAT_LIN, booked.appointment_no) == booked


async def test_cancelling_frees_the_place_and_the_matter(hall: Hall) -> None:
    booked = await hall.book("D1-20261123-pm")

    gone = await hall.do(service.cancel, WECHAT_LIN, booked.appointment_no, "不用了")
    again = await hall.book("D1-20261123-pm")

    assert (gone.status, gone.active) == ("cancelled", False)
    assert again.appointment_no != booked.appointment_no
    assert await hall.booked("D1-20261123-pm") == 3


async def test_after_six_the_evening_before_it_stays(hall: Hall) -> None:
    booked = await hall.book("D1-20261124-am")
    hall.clock.set(at("11-23T18:00:01"))

    for use_case, last in ((service.move, "D1-20261125-am"), (service.cancel, "")):
        with pytest.raises(Clash) as caught:
            await hall.do(use_case, WECHAT_LIN, booked.appointment_no, last)
        assert caught.value.reason == "appointment.fixed"


async def test_somebody_elses_appointment_is_unknown(hall: Hall) -> None:
    with pytest.raises(NotKnown) as caught:
        await hall.do(service.cancel, WECHAT_LIN, "A26111900012", "")

    assert caught.value.reason == "appointment.unknown"


async def test_appointments_of_the_accounts_are_listed_latest_visit_first(hall: Hall) -> None:
    first, second = await hall.book("D1-20261124-am"), await hall.book("D1-20261125-am", kind=MOVE)
    await hall.do(service.cancel, WECHAT_LIN, first.appointment_no, "")

    async def listed(**more: Any) -> list[str]:
        found = await service.list_of(hall.company, WECHAT_LIN, [], after=None, most=10, **more)
        return [one.appointment_no for one in found]

    assert await listed(active_only=False) == [second.appointment_no, first.appointment_no]
    assert await listed(active_only=True) == [second.appointment_no]


async def test_the_staff_marks_a_visit_with_its_result(hall: Hall) -> None:
    hall.clock.set(at("11-24T10:30"))

    done = await hall.do(operating.mark, "A26111900012", Outcome.DONE, JIANG, result="误差合格")

    assert (done.status, done.active, done.result) == ("done", False, "误差合格")
    assert await hall.booked("D2-20261124-am") == 3  # a visit that took place used its place
    assert await hall.told("A26111900012") == ["appointment.visited"]


async def test_a_result_that_is_none_is_refused(hall: Hall) -> None:
    hall.clock.set(at("11-24T10:30"))

    with pytest.raises(InvalidRequest):
        await hall.do(operating.mark, "A26111900012", Outcome.DONE, JIANG, result="还行")


async def test_nobody_at_home_is_a_missed_visit(hall: Hall) -> None:
    with pytest.raises(Clash) as caught:
        await hall.do(operating.mark, "A26111900012", Outcome.MISSED, JIANG)
    hall.clock.set(at("11-24T11:30"))

    missed = await hall.do(operating.mark, "A26111900012", Outcome.MISSED, JIANG, note="敲门无人")

    assert caught.value.reason == "appointment.too_early"
    assert (missed.status, missed.active) == ("missed", False)


async def test_the_company_cancels_and_the_place_is_free(hall: Hall) -> None:
    hall.clock.set(at("11-24T08:00"))

    gone = await hall.do(operating.mark, "A26111900012", Outcome.CANCELLED, JIANG, note="表已更换")

    assert (gone.status, await hall.booked("D2-20261124-am")) == ("cancelled", 2)


async def test_a_storm_closes_a_half_day_and_its_visits_are_put_off_and_put_elsewhere(hall: Hall) -> None:
    closed = await hall.do(operating.set_slot, "D2-20261124-am", SlotSetting(SlotStatus.CLOSED, None, "台风"))
    await rounds.round(hall.company)
    await rounds.round(hall.company)
    postponed = await service.read(hall.company, ALIPAY_DENG, "A26111900012")
    hall.clock.set(at("11-24T07:00"))

    moved = await hall.do(operating.rebook, "A26111900012", "D2-20261125-am", JIANG, "台风")

    assert (closed.status, closed.booked) == (SlotStatus.CLOSED, 3)
    assert (postponed.status, postponed.active) == ("rescheduling", True)
    assert (moved.status, moved.slot.slot_id) == ("booked", "D2-20261125-am")
    assert await hall.told("A26111900012") == ["appointment.postponed", "appointment.moved"]


async def test_a_closed_half_day_takes_nobody(hall: Hall) -> None:
    await hall.do(operating.set_slot, "D1-20261124-am", SlotSetting(SlotStatus.CLOSED, None, ""))

    with pytest.raises(Clash) as caught:
        await hall.book("D1-20261124-am")

    assert caught.value.reason == "slot.closed"


async def test_a_day_off_is_offered_only_when_the_operator_opens_it(hall: Hall) -> None:
    hall.clock.set(at("09-30T10:00"))
    await rounds.round(hall.company)
    before = await service.offered(hall.company, WECHAT_LIN, LIN, METER, None)

    await hall.do(operating.set_slot, "D1-20261003-am", SlotSetting(SlotStatus.OPEN, 1, "假期加开"))
    after = await service.offered(hall.company, WECHAT_LIN, LIN, METER, None)

    assert [slot.day for slot in before[:2]] == [date(2026, 10, 8)] * 2
    assert (after[0].slot_id, after[0].free) == ("D1-20261003-am", 1)


@pytest.mark.parametrize(
    ("slot_id", "capacity", "error", "reason"),
    [
        ("D1-20261123-am", 2, Clash, "slot.capacity"),
        ("D1-20261121-am", 2, Clash, "slot.past"),
        ("D9-20261124-am", 2, NotKnown, "slot.unknown"),
        ("nonsense", 2, NotKnown, "slot.unknown"),
    ],
)
async def test_a_half_day_that_cannot_be_so(
    hall: Hall, slot_id: str, capacity: int, error: type[Exception], reason: str
) -> None:
    with pytest.raises(error) as caught:
        await hall.do(operating.set_slot, slot_id, SlotSetting(SlotStatus.OPEN, capacity, ""))

    assert caught.value.reason == reason  # type: ignore[attr-defined]


async def test_the_round_lays_half_days_open_once(hall: Hall) -> None:
    drawn = await rounds.round(hall.company)
    again = await rounds.round(hall.company)
    days = await hall.company.pool.fetch(
        "select distinct day from appointment_slots where day > '2026-11-21' order by 1"
    )

    assert (drawn, again) == (3 * 2 * 10 - 18, 0)
    assert [row["day"].weekday() < 5 for row in days] == [True] * 10


async def test_the_evening_before_the_customer_is_reminded_once(hall: Hall) -> None:
    hall.clock.set(at("11-23T17:59:59"))
    await rounds.round(hall.company)
    too_early = await hall.told("A26111900012")
    hall.clock.set(at("11-23T18:00:00"))
    await rounds.round(hall.company)
    await rounds.round(hall.company)

    assert too_early == []
    assert await hall.told("A26111900012") == ["appointment.reminded"]


async def test_who_moves_is_reminded_of_the_new_day(hall: Hall) -> None:
    booked = await hall.book("D1-20261124-am")
    hall.clock.set(at("11-23T18:00"))
    await rounds.round(hall.company)
    await hall.do(operating.rebook, booked.appointment_no, "D1-20261125-am", JIANG, "大雨")
    hall.clock.set(at("11-24T18:00"))
    await rounds.round(hall.company)

    assert (await hall.told(booked.appointment_no)).count("appointment.reminded") == 2
