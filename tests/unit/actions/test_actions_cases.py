"""Reports, opinions and claims: secrecy, a number for each matter, and no promise of money."""

from __future__ import annotations

import pytest

from actions.claim import ClaimAppliance, ClaimForm, FileClaim
from actions.opinion import FileOpinion, SayOpinion
from actions.violation import FileViolation, ReportViolation, ViolationForm
from tests.builders import Counter, opened

_LIN, _VILLAGE, _FACTORY = "6201011006117", "6201037008323", "6201024007182"


def _filled(account_no: str, text: str, day: str) -> dict[str, str]:
    return {"account_no": account_no, "check_code": "passed", "claim_text": text, "claim_day": day, "phone": "none"}


async def test_a_report_asks_for_secrecy_first_unless_it_was_said() -> None:
    open_report = await Counter().run(ReportViolation, "我们村有人绕表偷电", "report_violation")
    secret = await Counter().run(ReportViolation, "匿名举报 有人绕表偷电", "report_violation", secrecy="匿名")

    assert open_report.followup == "violation_form"
    assert (open_report.slots["secrecy"], secret.slots["secrecy"]) == (None, "匿名")


async def test_an_anonymous_report_asks_no_phone_and_says_how_to_look_it_up() -> None:
    counter = Counter(slots={"secrecy": "匿名", "violation_text": "有人绕表偷电", "requested_slot": "violation_place"})

    answered = await counter.run(
        ViolationForm,
        "松果村7组养鸡场 晚上私拉一根线到电杆上",
        "report_violation",
        form="violation_form",
        address="松果村7组",
    )
    filed = await counter.run(FileViolation, "松果村7组", "report_violation")

    assert answered.slots["form_outcome"] == "complete"
    assert "私拉一根线" in answered.slots["violation_text"]
    assert filed.responses == ["utter_violation_filed_anonymous"]
    assert str(filed.messages[0]["order_no"]).startswith("J")


async def test_misconduct_of_staff_goes_to_a_person_too() -> None:
    counter = Counter(slots={"secrecy": "实名", "violation_text": "师傅收了我红包", "violation_place": "织女苑"})

    spoken = await counter.run(FileViolation, "没有", "deny")

    assert spoken.responses == ["utter_violation_filed"]
    assert spoken.handoff is not None


async def test_praise_and_a_suggestion_in_one_message_are_two_cases() -> None:
    text = "昨天半夜来的李师傅特别负责 冒雨修好的 表扬一下 另外停电短信能不能提前一天再发一次"

    spoken = await Counter().run(SayOpinion, text, "suggestion_or_praise")

    filed = str(spoken.messages[0]["filed"])
    assert "P261121" in filed
    assert "O261121" in filed


@pytest.mark.parametrize("text", ["我要提建议", "表扬一下"])
async def test_an_opinion_without_words_is_asked_for(text: str) -> None:
    spoken = await Counter().run(SayOpinion, text, "suggestion_or_praise")

    assert spoken.followup == "opinion_form"


async def test_an_opinion_collected_by_the_form_is_filed() -> None:
    spoken = await Counter(slots={"opinion_text": "希望APP字大一点"}).run(FileOpinion, "希望APP字大一点", "")

    assert "O261121" in str(spoken.messages[0]["filed"])
    assert spoken.slots["opinion_text"] is None


async def test_a_claim_takes_the_moment_power_came_back() -> None:
    counter = Counter(bound=(_VILLAGE,), slots=_filled(_VILLAGE, "冰箱烧了", "2026-11-20"))

    spoken = await counter.run(FileClaim, "登记", "affirm")

    assert spoken.responses == ["utter_claim_filed"]
    assert spoken.card is not None
    assert "18:47" in str(spoken.card)


async def test_a_claim_too_late_is_said_with_the_way_on() -> None:
    filled = {
        "account_no": _LIN,
        "check_code": "passed",
        "claim_text": "电视坏了",
        "claim_day": "2026-10-03",
        "phone": "none",
    }

    spoken = await Counter(bound=(_LIN,), slots=filled).run(FileClaim, "登记", "affirm")

    assert spoken.responses == ["utter_claim_too_late"]


async def test_a_factory_is_told_that_the_rule_is_for_homes_and_gets_a_person() -> None:
    filled = {
        "account_no": _FACTORY,
        "check_code": "passed",
        "claim_text": "电机坏了",
        "claim_day": "2026-11-20",
        "phone": "none",
    }

    spoken = await Counter(bound=(_FACTORY,), slots=filled).run(FileClaim, "登记", "affirm")

    assert spoken.responses == ["utter_claim_not_home"]
    assert spoken.handoff is not None


async def test_the_first_words_of_a_claim_are_kept_and_the_day_is_asked() -> None:
    counter = Counter(bound=(_VILLAGE,))

    begun = await counter.run(ClaimAppliance, "一来电把我冰箱烧了谁赔", "claim_appliance_damage")
    asked = await counter.run(
        ClaimForm, "一来电把我冰箱烧了谁赔", "claim_appliance_damage", events=opened("claim_form")
    )

    assert begun.responses == ["utter_claim_heard_with_rule"]
    assert asked.responses == ["utter_claim_ask_day"]
