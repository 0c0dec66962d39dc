"""Applications: the guide first, what stands against it at once, a draft with its number, papers never in the chat."""

from __future__ import annotations

from typing import Any

import pytest

from actions.application import Apply, StartApplication
from actions.application_form import ApplicationForm
from actions.application_manage import ManageApplication, WithdrawApplication, WithdrawForm
from tests.builders import Counter, Spoken, opened

_FORM = "application_form"
_HOME = "6201011006117"
_CUT_OFF = "6201011006224"


async def _open(counter: Counter, text: str, intent: str, **entities: str) -> Spoken:
    spoken = await counter.run(Apply, text, intent, **entities)
    if spoken.followup != _FORM:
        return spoken
    form = await counter.run(ApplicationForm, text, intent, events=opened(_FORM), **entities)
    return Spoken(form.events, [*spoken.messages, *form.messages], {})


async def _say(counter: Counter, text: str, intent: str = "nlu_fallback", **entities: str) -> Spoken:
    return await counter.run(ApplicationForm, text, intent, form=_FORM, **entities)


async def _start(counter: Counter) -> Spoken:
    assert counter.slots["form_outcome"] == "complete"
    return await counter.run(StartApplication, "确认", "affirm")


async def test_peak_valley_is_started_as_a_draft_that_names_its_papers() -> None:
    counter = Counter(bound=(_HOME,))

    told = await _open(counter, "我要开峰谷电", "apply_tariff_change", business_type="峰谷变更")
    await _say(counter, "确认", "affirm")
    made = await _start(counter)

    assert told.responses == ["utter_application_guide", "utter_application_confirm"]
    assert made.responses == ["utter_application_started", "utter_application_upload_elsewhere"]
    assert "申请人身份证明" in made.messages[0]["missing"]
    assert str(made.messages[0]["number"]).startswith("N261121")


async def test_the_lock_of_a_year_is_said_with_its_end() -> None:
    counter = Counter(bound=("6201024007141",))

    told = await _open(counter, "取消峰谷", "apply_tariff_change", business_type="峰谷变更")

    assert told.responses[-1] == "utter_application_findings"
    assert "2027-03-01" in told.messages[-1]["told"]


async def test_arrears_stand_against_it_and_paying_is_offered() -> None:
    counter = Counter(bound=(_CUT_OFF,))

    told = await _open(counter, "我要移表", "apply_meter_service", business_type="移表")

    assert "327.49" not in told.messages[-1]["told"]
    assert "313.96" in told.messages[-1]["told"]
    assert told.messages[-1]["buttons"][0]["title"] == "交电费"


async def test_what_cannot_be_undone_is_asked_once_more_and_warned_of() -> None:
    counter = Counter(bound=(_CUT_OFF,))

    asked = await _open(counter, "我要消护 房子差了", "apply_close_account", business_type="销户")
    told = await _say(counter, "对 拆千", "affirm")

    assert asked.responses == ["utter_application_ask_sure"]
    assert told.responses == ["utter_application_guide", "utter_application_ask_go_close"]
    assert "457.66" in told.messages[-1]["warned"]


async def test_more_capacity_asks_the_total_and_refuses_less() -> None:
    counter = Counter(bound=(_HOME,))

    told = await _open(counter, "我要增容", "apply_new_or_capacity", business_type="增容")
    refused = await _say(counter, "6千瓦", "apply_new_or_capacity")
    right = await _say(counter, "12", "small_talk")

    assert told.responses[-1] == "utter_application_ask_capacity_total"
    assert refused.responses == ["utter_application_fact_refused", "utter_application_ask_capacity_total"]
    assert right.responses == ["utter_application_confirm"]
    assert "12 千瓦" in right.messages[0]["facts"]


async def test_a_new_supply_is_asked_for_what_no_account_can_tell() -> None:
    counter = Counter()

    await _open(counter, "新盖的房要装个电表", "apply_new_or_capacity", business_type="新装")
    await _say(counter, "家里住")
    await _say(counter, "8千瓦", "apply_new_or_capacity")
    await _say(counter, "松果村9组21号", "outage_report", address="松果村9组21号")
    asked = await _say(counter, "13800138000", "correct_info", phone="13800138000")
    summed = await _say(counter, "王建国", "out_of_scope")
    await _say(counter, "对", "affirm")
    made = await _start(counter)

    assert asked.responses == ["utter_application_ask_holder_name"]
    assert summed.messages[0]["contact"] == "，联系电话 138****8000"
    assert made.responses == ["utter_application_started", "utter_application_upload_elsewhere"]


async def test_a_transformer_goes_to_the_manager_without_a_price() -> None:
    counter = Counter()

    told = await _open(counter, "我们厂要 630 的变压器 多少钱 几天能通电", "apply_new_or_capacity")
    await _say(counter, "可以 王先生 13800138000", "affirm", phone="13800138000", customer_name="王先生")
    made = await _start(counter)

    assert told.responses == ["utter_application_manager", "utter_application_ask_contact"]
    assert made.handoff is not None
    assert (made.handoff["skill"], made.handoff["reason"]) == ("application", "key_account")
    assert made.messages[0]["phone"] == "138****8000"
    assert str(made.messages[0]["number"]).startswith("N")


async def test_a_large_customer_hears_of_their_own_manager_first() -> None:
    told = await _open(
        Counter(bound=("6201024007182",)), "厂子停产想减容", "apply_new_or_capacity", business_type="减容"
    )

    assert told.responses == ["utter_application_own_manager"]
    assert told.messages[0]["name"] == "梁经纬"
    assert told.handoff is not None


async def test_a_transfer_is_told_and_its_entrance_given() -> None:
    counter = Counter()

    told = await _open(counter, "我买了套二手房要过户电表", "apply_transfer", business_type="过户")
    arrears = await _say(counter, "是 老户主说他还欠一点", "apply_transfer")
    await _say(counter, "发入口", "nlu_fallback")
    given = await _start(counter)

    assert told.responses == ["utter_application_guide", "utter_application_ask_go_transfer"]
    assert arrears.responses == ["utter_application_answer_arrears", "utter_application_ask_go_transfer"]
    assert given.responses == ["utter_application_entry_strong", "utter_appointment_halls"]


async def test_a_question_in_the_form_is_answered_and_the_question_put_again() -> None:
    counter = Counter()
    await _open(counter, "我要销户 房子拆了", "apply_close_account", business_type="销户")

    spoken = await _say(counter, "剩两百多咋退我", "out_of_scope")

    assert spoken.responses == ["utter_application_answer_refund", "utter_application_ask_go_close"]


async def test_a_question_alone_is_answered_without_a_form() -> None:
    spoken = await _open(Counter(), "物业不同意装桩怎么办", "apply_ev_charger", business_type="充电桩报装")

    assert spoken.responses == ["utter_application_answer_estate"]


async def test_a_meter_test_is_an_appointment() -> None:
    spoken = await Counter().run(Apply, "表不准我要校表", "apply_meter_service", business_type="校表")

    assert spoken.followup == "appointment_form"


async def test_many_people_or_peak_valley_is_estimated_and_labelled() -> None:
    counter = Counter(bound=("6201011006133",))

    told = await _open(
        counter, "我家 6 口人 是办多人口好还是开峰谷好", "apply_tariff_change", business_type="一户多人口"
    )

    assert told.responses[0] == "utter_application_guide"


async def test_the_two_are_set_beside_each_other_when_both_are_named() -> None:
    counter = Counter(bound=("6201011006133",))
    both = [{"entity": "business_type", "value": value} for value in ("一户多人口", "峰谷变更")]

    compared = await counter.run(Apply, "6口人 办多人口好还是峰谷好", "apply_tariff_change", parsed={"entities": both})

    assert compared.responses == ["utter_application_compare"]
    assert compared.messages[0]["saved"] == "5.00"
    assert compared.slots["apply_suggest"] == "一户多人口"


async def test_an_identity_number_in_the_chat_is_not_taken() -> None:
    counter = Counter(bound=(_HOME,))
    await _open(counter, "我要增容", "apply_new_or_capacity", business_type="增容")

    spoken = await _say(counter, "身份证号是11010119900101123X", "correct_info")

    assert spoken.responses[0] == "utter_application_answer_no_papers_here"
    assert counter.slots["fact_capacity_kw"] is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("我要办移表", "移表", id="move"),
        pytest.param("装修要把表挪个位置", "移表", id="move, in other words"),
        pytest.param("房子翻建先把表拆了", "暂拆", id="take down"),
    ],
)
async def test_what_is_done_with_a_meter_is_read_by_words(text: str, kind: str) -> None:
    counter = Counter(bound=(_HOME,))

    await _open(counter, text, "apply_meter_service")

    assert counter.slots["apply_type"] == kind


async def _draft(counter: Counter) -> Any:
    await _open(counter, "我要开峰谷电", "apply_tariff_change", business_type="峰谷变更")
    await _say(counter, "确认", "affirm")
    return (await _start(counter)).messages[0]["number"]


async def test_a_draft_is_taken_up_again() -> None:
    counter = Counter(bound=(_HOME,))
    number = await _draft(counter)

    spoken = await counter.run(ManageApplication, "上次的峰谷接着办", "apply_tariff_change", business_type="峰谷变更")

    assert spoken.responses == ["utter_progress_draft", "utter_application_upload_elsewhere"]
    assert spoken.messages[0]["number"] == number


async def test_what_lacks_papers_is_not_handed_in_and_they_are_named() -> None:
    counter = Counter(bound=(_HOME,))
    await _draft(counter)

    spoken = await counter.run(ManageApplication, "材料交齐了可以提交了吗", "ticket_progress_query")

    assert spoken.responses == ["utter_application_papers_missing", "utter_application_upload_elsewhere"]
    assert "申请人身份证明" in spoken.messages[0]["papers"]


async def test_it_is_taken_back_after_a_yes() -> None:
    counter = Counter(bound=("6201024007299",))

    asked = await counter.run(ManageApplication, "撤回我的峰谷申请", "ticket_progress_query", business_type="峰谷变更")
    form = await counter.run(
        WithdrawForm, "撤回我的峰谷申请", "ticket_progress_query", events=opened("application_withdraw_form")
    )
    await counter.run(WithdrawForm, "确认撤回", "cancel_flow", form="application_withdraw_form")
    done = await counter.run(WithdrawApplication, "确认撤回", "cancel_flow")

    assert asked.followup == "application_withdraw_form"
    assert form.messages[0]["number"] == "N26112000007"
    assert done.responses == ["utter_application_withdrawn"]


async def test_a_site_without_an_account_is_reached_by_a_mobile_phone() -> None:
    counter = Counter(slots={"apply_type": "新装", "apply_class": "居民", "requested_slot": "phone"})

    refused = await _say(counter, "0571-88886666", phone="0571-88886666")
    taken = await _say(counter, "13800138000", phone="13800138000")

    assert "utter_application_phone_mobile" in refused.responses
    assert taken.slots["phone"] == "13800138000"
