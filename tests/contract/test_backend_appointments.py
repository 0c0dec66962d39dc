"""The contract of a Backend, appointments: what is offered, booked, moved and cancelled in the demo city."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from backend.errors import Conflict, NotAllowed, NotFound
from backend.models import Appointment, Booking
from conversation.identity import ChannelName, ChannelUser
from runtime.clock import SHANGHAI
from tests.contract.stands import Stand

LIN, LIN_COUNTRY, DENG = "6201011006117", "6201037008307", "6201024007331"
METER, MOVE = "校表", "移表"
WECHAT_LIN = ChannelUser(ChannelName.WECHAT, "wx_demo_lin")
ALIPAY_DENG = ChannelUser(ChannelName.ALIPAY, "2088000000000233")
STRANGER = ChannelUser(ChannelName.WEB, "a-stranger")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


async def book(stand: Stand, slot_id: str, *, kind: str = METER, key: str = "turn-1", **more: str) -> Appointment:
    booking = Booking(LIN, kind, slot_id, **more)
    return await stand.backend.book_appointment(booking, WECHAT_LIN, idempotency_key=key)


async def free(stand: Stand, account_no: str = LIN, user: ChannelUser = WECHAT_LIN, **more: Any) -> list[str]:
    slots = await stand.backend.appointment_slots(account_no, MOVE, user, **more)
    return [f"{slot.day.day} {slot.period} {slot.free}" for slot in slots]


@pytest.mark.parametrize(
    ("account_no", "user", "wanted"),
    [
        (LIN, WECHAT_LIN, ["23 下午 1", "24 上午 2", "25 上午 3", "25 下午 2"]),
        (DENG, ALIPAY_DENG, ["23 上午 2", "24 下午 3", "25 上午 1", "25 下午 1"]),
        (LIN_COUNTRY, WECHAT_LIN, ["23 上午 2", "23 下午 1", "24 下午 2", "25 上午 2"]),
    ],
    ids=["启明区", "长庚区", "远岫县"],
)
async def test_the_free_half_days_of_the_demo_city(
    stand: Stand, account_no: str, user: ChannelUser, wanted: list[str]
) -> None:
    assert await free(stand, account_no, user) == wanted


async def test_a_wished_day_moves_what_is_offered(stand: Stand) -> None:
    assert await free(stand, wanted=date(2026, 11, 25)) == ["25 上午 3", "25 下午 2"]


@pytest.mark.parametrize(
    ("account_no", "kind", "error", "reason"),
    [
        (DENG, METER, NotAllowed, "account.not_bound"),
        (LIN, "更名", Conflict, "appointment.no_visit"),
        (LIN, "减容", Conflict, "appointment.not_for_account"),
    ],
)
async def test_nothing_is_offered_for_what_cannot_be(
    stand: Stand, account_no: str, kind: str, error: type[Exception], reason: str
) -> None:
    with pytest.raises(error) as caught:
        await stand.backend.appointment_slots(account_no, kind, WECHAT_LIN)

    assert caught.value.reason == reason  # type: ignore[attr-defined]


async def test_a_visit_is_promised(stand: Stand) -> None:
    booked = await book(stand, "D1-20261124-am", note="电表走得快")

    assert (booked.appointment_no, booked.status, booked.active) == ("A26112100001", "booked", True)
    assert (booked.slot.day, booked.slot.period, booked.slot.free) == (date(2026, 11, 24), "上午", 1)
    assert (booked.change_until, booked.contact_phone_masked) == (at("11-23T18:00"), "138****1011")
    assert (booked.visitor.who, booked.visitor.shows_card, booked.visitor.takes_money) == ("计量技术员", True, False)
    assert await stand.backend.appointment(booked.appointment_no, WECHAT_LIN) == booked


async def test_the_same_key_is_one_booking(stand: Stand) -> None:
    first, second = await book(stand, "D1-20261124-am"), await book(stand, "D1-20261124-am")

    assert first == second
    assert "24 上午 1" in await free(stand)


async def test_the_same_key_for_another_booking_is_refused(stand: Stand) -> None:
    await book(stand, "D1-20261124-am")

    with pytest.raises(Conflict) as caught:
        await book(stand, "D1-20261125-am")

    assert caught.value.reason == "idempotency.mismatch"


@pytest.mark.parametrize(
    ("slot_id", "error", "reason"),
    [
        ("D1-20261123-am", Conflict, "slot.full"),
        ("D1-20261120-am", Conflict, "slot.past"),
        ("D2-20261123-am", Conflict, "slot.elsewhere"),
        ("D1-20301123-am", NotFound, "slot.unknown"),
        ("tomorrow", NotFound, "slot.unknown"),
    ],
)
async def test_a_half_day_that_cannot_be_booked(
    stand: Stand, slot_id: str, error: type[Exception], reason: str
) -> None:
    with pytest.raises(error) as caught:
        await book(stand, slot_id)

    assert caught.value.reason == reason  # type: ignore[attr-defined]


async def test_a_full_half_day_names_what_is_free(stand: Stand) -> None:
    with pytest.raises(Conflict) as caught:
        await book(stand, "D1-20261123-am")

    named: Any = caught.value.fields["alternatives"]
    assert [one["slot_id"] for one in named] == ["D1-20261123-pm", "D1-20261124-am", "D1-20261125-am", "D1-20261125-pm"]
    assert (named[0]["day"], named[0]["period"]) == ("2026-11-23", "下午")


async def test_the_same_business_is_not_booked_twice(stand: Stand) -> None:
    first = await book(stand, "D1-20261124-am")

    with pytest.raises(Conflict) as caught:
        await book(stand, "D1-20261125-am", key="turn-2")

    assert (caught.value.reason, caught.value.fields["order_no"]) == (
        "appointment.already_booked",
        first.appointment_no,
    )


async def test_an_appointment_is_moved(stand: Stand) -> None:
    booked = await book(stand, "D1-20261124-am")

    moved = await stand.backend.move_appointment(
        booked.appointment_no, "D1-20261125-pm", WECHAT_LIN, idempotency_key="turn-2"
    )

    assert (moved.slot.slot_id, moved.moves, moved.change_until) == ("D1-20261125-pm", 1, at("11-24T18:00"))
    assert await free(stand) == ["23 下午 1", "24 上午 2", "25 上午 3", "25 下午 1"]


async def test_an_appointment_is_cancelled_and_its_place_is_free(stand: Stand) -> None:
    booked = await book(stand, "D1-20261123-pm")
    taken = await free(stand)

    gone = await stand.backend.cancel_appointment(booked.appointment_no, WECHAT_LIN, idempotency_key="turn-2")

    assert (gone.status, gone.active) == ("cancelled", False)
    assert (taken[0], (await free(stand))[0]) == ("24 上午 2", "23 下午 1")


async def test_the_meter_test_of_7331_stands_after_six_the_evening_before(stand: Stand) -> None:
    found = await stand.backend.appointment("A26111900012", ALIPAY_DENG)
    stand.move_clock(at("11-23T18:01") - stand.now())

    with pytest.raises(Conflict) as caught:
        await stand.backend.cancel_appointment("A26111900012", ALIPAY_DENG, idempotency_key="turn-1")

    assert (found.business_type, found.slot.period, found.change_until) == (METER, "上午", at("11-23T18:00"))
    assert (caught.value.reason, caught.value.fields["change_until"]) == (
        "appointment.fixed",
        "2026-11-23T18:00:00+08:00",
    )


async def test_until_then_it_is_moved(stand: Stand) -> None:
    stand.move_clock(at("11-23T17:50") - stand.now())

    moved = await stand.backend.move_appointment(
        "A26111900012", "D2-20261125-am", ALIPAY_DENG, idempotency_key="turn-1"
    )

    assert moved.slot.day == date(2026, 11, 25)


async def test_what_is_cancelled_is_not_changed_again(stand: Stand) -> None:
    booked = await book(stand, "D1-20261124-am")
    await stand.backend.cancel_appointment(booked.appointment_no, WECHAT_LIN, idempotency_key="turn-2")

    with pytest.raises(Conflict) as caught:
        await stand.backend.move_appointment(
            booked.appointment_no, "D1-20261125-am", WECHAT_LIN, idempotency_key="turn-3"
        )

    assert caught.value.reason == "appointment.not_active"


async def test_the_same_half_day_is_no_move(stand: Stand) -> None:
    booked = await book(stand, "D1-20261124-am")

    with pytest.raises(Conflict) as caught:
        await stand.backend.move_appointment(
            booked.appointment_no, "D1-20261124-am", WECHAT_LIN, idempotency_key="turn-2"
        )

    assert caught.value.reason == "appointment.same_slot"


@pytest.mark.parametrize("number", ["A26111900012", "A99999999999", "nonsense"])
async def test_a_foreign_appointment_is_as_unknown_as_any(stand: Stand, number: str) -> None:
    with pytest.raises(NotFound) as caught:
        await stand.backend.appointment(number, WECHAT_LIN)

    assert caught.value.reason == "appointment.unknown"


async def test_appointments_are_listed_latest_visit_first(stand: Stand) -> None:
    first = await book(stand, "D1-20261124-am")
    second = await book(stand, "D1-20261125-am", kind=MOVE, key="turn-2")
    await stand.backend.cancel_appointment(first.appointment_no, WECHAT_LIN, idempotency_key="turn-3")

    active = await stand.backend.appointments(WECHAT_LIN)
    every = await stand.backend.appointments(WECHAT_LIN, active_only=False)
    other = await stand.backend.appointments(WECHAT_LIN, [DENG], active_only=False)

    assert [one.appointment_no for one in active.appointments] == [second.appointment_no]
    assert [one.appointment_no for one in every.appointments] == [second.appointment_no, first.appointment_no]
    assert other.appointments == ()


async def test_a_stranger_has_no_appointments(stand: Stand) -> None:
    assert (await stand.backend.appointments(STRANGER)).appointments == ()


async def test_later_the_half_days_of_then_are_offered(stand: Stand) -> None:
    stand.move_clock(timedelta(days=3))

    assert await free(stand) == ["25 上午 3", "25 下午 2"]
