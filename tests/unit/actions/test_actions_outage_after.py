"""What is said to an outage just told: news, food, the wish to move it, the appliance that trips; never a promise."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions.outage import CheckOutage, ReportFault
from actions.outage_after import CallPerson, FilePlannedWish, KeepFood, OwnAppliance, TalkPlanned, TellMeWhenBack
from actions.outage_form import OutageForm
from actions.outage_info import ShowOutages
from tests.builders import NOON_BEFORE, Counter, FixedClock, opened

_DARK, _PLANNED, _HOME, _VILLAGE = "6201024007281", "6201011006125", "6201011006133", "6201037008323"
_ALONE, _CUT_OFF, _SHOPS = "6201024007208", "6201011006224", "6201011006257"
_FORM = "outage_form"


def _leads_to(slots: dict[str, object]) -> list[str]:
    awaited = slots["follow_ups"]
    assert isinstance(awaited, list)
    return [entry["action"] for entry in awaited]


async def test_a_running_outage_awaits_the_wish_for_news_and_the_fridge() -> None:
    counter = Counter(bound=(_DARK,))

    spoken = await counter.run(CheckOutage, "家里没电了", "outage_report")

    assert _leads_to(spoken.slots) == ["action_follow_tell_me", "action_follow_food"]
    assert spoken.slots["outage_told"]["outage_no"] == "E26112100001"


async def test_news_is_turned_on_for_the_home_that_is_dark() -> None:
    counter = Counter(bound=(_DARK,))
    await counter.run(CheckOutage, "家里没电了", "outage_report")

    spoken = await counter.run(TellMeWhenBack, "来电告诉我", "notice_subscription")

    assert spoken.responses == ["utter_outage_will_tell"]
    assert "set_subscription" in counter.backend.calls
    assert spoken.messages[0]["channels"]


async def test_without_a_binding_the_number_is_the_way_to_the_news() -> None:
    counter = Counter()

    spoken = await counter.run(TellMeWhenBack, "来电告诉我", "notice_subscription")

    assert spoken.responses == ["utter_outage_bind_for_news"]
    assert "set_subscription" not in counter.backend.calls


async def test_the_fridge_is_answered_and_nothing_filed() -> None:
    counter = Counter(bound=(_DARK,))

    spoken = await counter.run(KeepFood, "冰箱里的东西坏了怎么办", "out_of_scope")

    assert spoken.responses == ["utter_outage_food"]
    assert not counter.backend.calls


@pytest.mark.parametrize(("said", "named"), [("插热水器跳了", "热水器"), ("一插就跳", "那个电器")])
async def test_the_appliance_that_trips_is_named(said: str, named: str) -> None:
    spoken = await Counter().run(OwnAppliance, said, "ask_safety_saving")

    assert spoken.messages[0]["appliance"] == named


async def test_a_planned_outage_is_not_moved_and_the_wish_is_kept_in_its_words() -> None:
    counter = Counter(bound=(_PLANNED,))
    await counter.run(ShowOutages, "25号停电吗", "outage_info_query")

    spoken = await counter.run(TalkPlanned, "能不能改天", "nlu_fallback")
    filed = await counter.run(FilePlannedWish, "登记吧", "affirm")

    assert spoken.responses == ["utter_outage_planned_no_promise"]
    assert filed.responses == ["utter_outage_wish_filed"]
    assert filed.messages[0]["order_no"].startswith("O261121")
    assert filed.slots["outage_wish"] is None


async def test_an_earlier_end_is_answered_with_the_plan() -> None:
    counter = Counter(bound=(_PLANNED,))
    await counter.run(ShowOutages, "25号停电吗", "outage_info_query")

    spoken = await counter.run(TalkPlanned, "能不能早点来电", "repair_urge")

    assert (spoken.responses, spoken.messages[0]["end"]) == (["utter_outage_planned_end"], "15:30")


async def test_the_wish_of_the_first_message_is_answered_with_the_hours() -> None:
    counter = Counter(bound=(_PLANNED,))

    spoken = await counter.run(ShowOutages, "收到短信说25号停电，能不能改天", "outage_info_query")

    assert spoken.responses == ["utter_outage_info_planned_text", "utter_outage_planned_no_promise"]
    assert spoken.slots["outage_wish"]


async def test_a_day_without_a_plan_is_said_before_the_next_plan() -> None:
    counter = Counter(bound=(_PLANNED,))

    spoken = await counter.run(ShowOutages, "明天停电吗", "outage_info_query", date="2026-11-22")

    assert spoken.responses == ["utter_outage_info_none_on", "utter_outage_info_planned"]


async def test_an_outage_of_yesterday_is_told_with_begin_and_end() -> None:
    counter = Counter(bound=(_VILLAGE,))

    spoken = await counter.run(ShowOutages, "昨天停电什么原因", "outage_info_query", date="2026-11-20")

    assert spoken.responses == ["utter_outage_past_one"]
    assert "18:47" in spoken.messages[0]["end"]


async def test_past_outages_are_counted() -> None:
    counter = Counter(bound=(_SHOPS,))

    spoken = await counter.run(ShowOutages, "停过几次电", "outage_info_query")

    assert (spoken.responses, spoken.messages[0]["count"]) == (["utter_outage_past_list"], 3)


async def test_a_stale_estimate_is_said_to_be_over() -> None:
    counter = Counter(bound=(_DARK,), clock=FixedClock(NOON_BEFORE + timedelta(hours=3)))

    spoken = await counter.run(ShowOutages, "几点来电", "outage_info_query")

    assert "已经过了" in spoken.messages[0]["eta"]


async def test_a_planned_outage_in_its_hours_explains_the_dark_home_once() -> None:
    counter = Counter(bound=(_PLANNED,), clock=FixedClock(NOON_BEFORE + timedelta(days=4)))

    told = await counter.run(CheckOutage, "我家没电了", "outage_report")
    again = await counter.run(CheckOutage, "我家还是没电", "outage_report")

    assert told.responses == ["utter_outage_planned_now"]
    assert again.followup == _FORM


async def test_who_lives_alone_has_an_order_without_a_question_and_a_person_near() -> None:
    counter = Counter(bound=(_ALONE,))

    spoken = await counter.run(CheckOutage, "没电了", "outage_report")
    afraid = await counter.run(CallPerson, "好怕，找个人来", "nlu_fallback")

    assert spoken.responses == ["utter_outage_gentle_reported"]
    assert afraid.handoff is not None
    assert afraid.handoff["summary"]["orders"] == [spoken.messages[0]["order_no"]]


async def test_a_home_that_is_spoken_of_is_taken_and_named_in_the_first_question() -> None:
    counter = Counter(bound=(_HOME,))

    begun = await counter.run(CheckOutage, "我家停电了", "outage_report")
    asked = await counter.run(OutageForm, "我家停电了", "outage_report", form=_FORM, events=opened(_FORM))

    assert begun.slots["place_account"] == _HOME
    assert asked.responses == ["utter_outage_ask_outage_scope_here"]


async def test_power_that_ended_lately_is_told_before_the_form() -> None:
    counter = Counter(bound=(_VILLAGE,))

    spoken = await counter.run(CheckOutage, "我家又没电了", "outage_report")

    assert spoken.responses == ["utter_outage_restored_lately"]
    assert spoken.followup == _FORM


async def test_a_cut_off_account_of_somebody_else_is_not_given_away() -> None:
    slots = {"address": "x", "place_account": _CUT_OFF, "outage_scope": "整栋", "phone": "none"}

    spoken = await Counter(slots=slots).run(ReportFault, "没有", "deny")

    assert spoken.responses == ["utter_outage_not_taken"]


@pytest.mark.parametrize(
    ("said", "response"),
    [("没有，手是干的", "utter_outage_self_check_look"), ("有一个掉下来了", "utter_outage_self_check_push")],
)
async def test_half_an_answer_to_the_check_gets_the_next_half_and_counts_as_none_useless(
    said: str, response: str
) -> None:
    told = {"outage_scope": "单户", "neighbor_power": "有电", "requested_slot": "self_check"}
    counter = Counter(slots=told)

    spoken = await counter.run(OutageForm, said, "nlu_fallback", form=_FORM)

    assert spoken.responses == [response]
    assert spoken.slots["invalid_answers"] == 0


async def test_water_at_the_box_ends_the_check_with_a_crew() -> None:
    told = {"outage_scope": "单户", "neighbor_power": "有电", "requested_slot": "self_check", "address": "织女苑3栋"}
    counter = Counter(slots=told)

    spoken = await counter.run(OutageForm, "箱子进水了", "nlu_fallback", form=_FORM)

    assert spoken.responses == ["utter_outage_self_check_unsafe", "utter_outage_ask_phone"]
    assert spoken.slots["self_check"] == "unsafe"


async def test_a_breaker_that_holds_awaits_the_plug_that_fells_it() -> None:
    told = {"outage_scope": "单户", "neighbor_power": "有电", "requested_slot": "self_check"}

    spoken = await Counter(slots=told).run(OutageForm, "推上去了，灯亮了", "affirm", form=_FORM)

    assert spoken.responses == ["utter_outage_self_check_restored"]
    assert _leads_to(spoken.slots) == ["action_follow_own_fault"]


async def test_power_that_comes_back_while_reporting_ends_the_report() -> None:
    counter = Counter(bound=(_HOME,), slots={"requested_slot": "outage_scope", "address": "x"})

    spoken = await counter.run(OutageForm, "来电了", "repair_update", form=_FORM)

    assert spoken.responses == ["utter_outage_back_by_itself"]
    assert spoken.slots["form_outcome"] == "abandoned"


async def test_a_phone_number_is_no_place() -> None:
    counter = Counter(slots={"requested_slot": "address"})

    spoken = await counter.run(OutageForm, "13912345678", "nlu_fallback", form=_FORM)

    assert not spoken.slots.get("address")
