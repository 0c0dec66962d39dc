"""A visit by half days: what was said at once is not asked, what cannot be is told with what can."""

from __future__ import annotations

from typing import Any

import pytest

from actions.appointment import AppointmentForm, BookAppointment, StartAppointment
from actions.appointment_change import ChangeAppointment, ManageAppointment
from actions.appointment_change_form import AppointmentChangeForm
from tests.builders import Counter, Spoken, opened

_FORM, _CHANGE = "appointment_form", "appointment_change_form"
# D1: free on 11-23 pm, 11-24 am, 11-25 am and pm
_HOME = "6201011006133"
# D2, with a meter test on 11-24 am that may be changed until 11-23 18:00
_BOOKED, _NUMBER = "6201024007331", "A26111900012"


async def _open(counter: Counter, text: str, **entities: str) -> Spoken:
    spoken = await counter.run(StartAppointment, text, "appointment_create", **entities)
    if spoken.followup == _FORM:
        spoken = await counter.run(AppointmentForm, text, "appointment_create", events=opened(_FORM), **entities)
    return spoken


async def _say(counter: Counter, text: str, intent: str = "appointment_create", **entities: str) -> Spoken:
    return await counter.run(AppointmentForm, text, intent, form=_FORM, **entities)


def _offered(counter: Counter) -> list[str]:
    return [offer["label"] for offer in counter.slots["visit_slot_offers"]]


async def test_four_half_days_are_offered() -> None:
    counter = Counter(bound=(_HOME,))

    spoken = await _open(counter, "我要预约校表", business_type="校表")

    assert spoken.responses == ["utter_appointment_ask_slot"]
    assert _offered(counter) == ["11月23日 周一 下午", "11月24日 周二 上午", "11月25日 周三 上午", "11月25日 周三 下午"]


async def test_one_sentence_fills_day_half_business_and_name() -> None:
    counter = Counter(bound=(_HOME,))

    spoken = await _open(
        counter, "后天下午三点来校表, 姓王", date="2026-11-23", time_period="下午", business_type="校表"
    )

    assert spoken.responses == ["utter_appointment_confirm"]
    said = spoken.messages[0]
    assert (said["type"], said["slot"], said["phone"]) == ("校表", "11月23日 周一 下午", "138****1033")
    assert "王" in said["notes"]


@pytest.mark.parametrize(
    ("day", "half", "why"),
    [
        pytest.param("2026-11-20", "上午", "已经过去", id="yesterday"),
        pytest.param("2026-11-21", "下午", "来不及", id="today"),
        pytest.param("2026-11-22", "下午", "休息日", id="a Sunday"),
        pytest.param("2026-11-24", "下午", "约满", id="a full half day"),
        pytest.param("2027-10-01", "上午", "还没开放", id="a feast far away"),
        pytest.param("2026-11-25", "晚上", "上午 9", id="an evening"),
    ],
)
async def test_a_wish_that_cannot_be_is_said_with_what_can(day: str, half: str, why: str) -> None:
    counter = Counter(bound=(_HOME,))

    spoken = await _open(counter, "校表", date=day, time_period=half, business_type="校表")

    assert spoken.responses == ["utter_appointment_ask_slot"]
    assert why in spoken.messages[0]["why"]
    assert _offered(counter)


async def _confirming(**slots: Any) -> Counter:
    counter = Counter(bound=(_HOME,), slots=slots)
    await _open(counter, "25号上午校表", date="2026-11-25", time_period="上午", business_type="校表")
    assert counter.slots["requested_slot"] == "confirmed"
    return counter


async def test_the_phone_is_corrected_at_the_confirmation() -> None:
    counter = await _confirming()

    spoken = await _say(counter, "电话换成我老婆的 13800138000", "correct_info", phone="13800138000")

    assert spoken.messages[0]["phone"] == "138****8000"


async def test_the_day_is_corrected_and_the_half_kept() -> None:
    counter = await _confirming()

    spoken = await _say(counter, "改成24号吧", "correct_info", date="2026-11-24")

    assert spoken.responses == ["utter_appointment_confirm"]
    assert spoken.messages[0]["slot"] == "11月24日 周二 上午"


async def test_the_half_is_corrected_and_the_day_kept() -> None:
    counter = await _confirming()

    spoken = await _say(counter, "换成下午", "correct_info", time_period="下午")

    assert spoken.messages[0]["slot"] == "11月25日 周三 下午"


async def test_the_business_is_corrected() -> None:
    counter = await _confirming()

    spoken = await _say(counter, "不是校表，是移表", "apply_meter_service", business_type="移表")

    assert (spoken.messages[0]["type"], spoken.messages[0]["slot"]) == ("移表", "11月25日 周三 上午")


async def test_a_question_about_a_day_is_no_correction() -> None:
    counter = await _confirming()

    spoken = await _say(counter, "明天停不停电", "outage_info_query", date="2026-11-22")

    assert spoken.events == []


async def test_a_phone_one_digit_short_is_said() -> None:
    counter = await _confirming()

    spoken = await _say(counter, "电话换成1380013800", "correct_info")

    assert spoken.responses == ["utter_phone_invalid"]


async def test_a_yes_books_and_tells_number_and_last_change() -> None:
    counter = await _confirming()
    confirmed = await _say(counter, "对", "affirm")

    spoken = await counter.run(BookAppointment, "对", "affirm")

    assert confirmed.slots["form_outcome"] == "complete"
    said = spoken.messages[0]
    assert said["response"] == "utter_appointment_booked"
    assert str(said["number"]).startswith("A261121")
    assert said["until"] == "11月24日 18:00"
    assert spoken.slots["visit_slot"] is None


async def test_what_is_booked_already_is_said_and_a_move_offered() -> None:
    counter = Counter(bound=(_BOOKED,))

    spoken = await _open(counter, "预约校表", business_type="校表")

    assert spoken.responses == ["utter_appointment_already"]
    assert spoken.messages[0]["number"] == _NUMBER


async def test_the_second_one_is_the_second_shown() -> None:
    counter = Counter(bound=(_HOME,))
    await _open(counter, "预约校表", business_type="校表")

    spoken = await _say(counter, "第二个", "deny")

    assert spoken.messages[0]["slot"] == "11月24日 周二 上午"


async def test_other_times_look_further_and_say_when_none_is_open_yet() -> None:
    counter = Counter(bound=(_HOME,))
    await _open(counter, "预约校表", business_type="校表")

    spoken = await _say(counter, "都不行，有没有别的时间", "deny")

    assert "还没开放" in spoken.messages[0]["why"]


async def test_a_business_nobody_comes_for_is_said_with_the_halls() -> None:
    counter = Counter(bound=(_HOME,))

    spoken = await _open(counter, "预约办过户", business_type="过户")

    assert spoken.responses == ["utter_appointment_no_visit", "utter_appointment_halls"]


async def test_a_hall_needs_no_appointment() -> None:
    spoken = await _open(Counter(bound=(_HOME,)), "预约去营业厅办过户", business_type="过户")

    assert spoken.responses == ["utter_appointment_hall"]
    assert "启明供电营业厅" in spoken.messages[0]["halls"]


async def _manage(counter: Counter, text: str, **entities: str) -> Spoken:
    spoken = await counter.run(ManageAppointment, text, "appointment_manage", **entities)
    if spoken.followup == _CHANGE:
        return await counter.run(AppointmentChangeForm, text, "appointment_manage", events=opened(_CHANGE), **entities)
    return spoken


async def test_an_appointment_is_told() -> None:
    spoken = await _manage(Counter(bound=(_BOOKED,)), "我约的是几点来着")

    assert spoken.responses == ["utter_appointment_one"]
    assert (spoken.messages[0]["slot"], spoken.messages[0]["hours"]) == ("11月24日 周二 上午", "09:00-12:00")


async def test_none_is_said() -> None:
    spoken = await _manage(Counter(bound=(_HOME,)), "我约的是几点来着")

    assert spoken.responses == ["utter_appointment_none"]


async def test_a_doubt_between_leaving_and_cancelling_is_asked() -> None:
    counter = Counter(bound=(_BOOKED,))

    spoken = await _manage(counter, "24号那个预约 算了", date="2026-11-24")
    cancelled = await counter.run(AppointmentChangeForm, "取消预约", "appointment_manage", form=_CHANGE)
    done = await counter.run(ChangeAppointment, "取消预约", "appointment_manage")

    assert spoken.responses == ["utter_appointment_cancel_or_leave"]
    assert cancelled.slots["form_outcome"] == "complete"
    assert done.responses == ["utter_appointment_cancelled"]


async def test_leaving_it_keeps_the_appointment() -> None:
    counter = Counter(bound=(_BOOKED,))
    await _manage(counter, "24号那个预约 算了", date="2026-11-24")

    spoken = await counter.run(AppointmentChangeForm, "先不办别的", "deny", form=_CHANGE)

    assert spoken.responses == ["utter_appointment_kept"]


async def test_a_move_to_a_free_half_day_is_done() -> None:
    counter = Counter(bound=(_BOOKED,))

    await _manage(counter, "预约改到25号下午", date="2026-11-25", time_period="下午")
    done = await counter.run(ChangeAppointment, "预约改到25号下午", "appointment_manage")

    assert done.responses == ["utter_appointment_moved"]
    assert done.messages[0]["slot"] == "11月25日 周三 下午"


async def test_a_day_without_an_appointment_is_said() -> None:
    spoken = await _manage(Counter(bound=(_BOOKED,)), "取消明天的预约", date="2026-11-22")

    assert spoken.responses == ["utter_appointment_not_that_day"]


async def test_after_the_evening_before_it_is_fixed() -> None:
    counter = Counter(bound=(_BOOKED,))
    counter.clock.at = counter.clock.at.replace(day=23, hour=18, minute=30)

    spoken = await _manage(counter, "取消预约")

    assert spoken.responses == ["utter_appointment_fixed"]


async def test_somebody_elses_number_is_unknown() -> None:
    spoken = await _manage(Counter(bound=(_HOME,)), f"取消{_NUMBER}", ticket_no=_NUMBER)

    assert spoken.responses == ["utter_appointment_unknown"]


async def test_without_an_account_it_is_asked_whose() -> None:
    spoken = await _manage(Counter(), "取消预约")

    assert spoken.responses == ["utter_account_ask_account_no"]
