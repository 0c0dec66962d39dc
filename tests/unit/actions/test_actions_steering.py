"""What is said to the talk inside a form: recognised by its words alone, and never taken from an answer."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.outage_form import OutageForm
from actions.steering import Steer, corrected_to, leaves_for, steer_of
from actions.visit import Visit
from tests.builders import Counter, Spoken

_FORM = "outage_form"
_ASKED_PHONE = {
    "address": "织女苑3栋",
    "area_id": "TA05",
    "estate": "织女苑",
    "outage_scope": "整栋",
    "requested_slot": "phone",
}


def visit(text: str, **metadata: Any) -> Visit:
    counter = Counter()
    tracker = counter.tracker(text, "nlu_fallback", {}, form=None, events=(), metadata=metadata)
    return Visit(CollectingDispatcher(), tracker, counter.services)


@pytest.mark.parametrize(
    ("text", "steer"),
    [
        ("你刚才问的什么来着", Steer.AGAIN),
        ("再说一遍", Steer.AGAIN),
        ("？？", Steer.AGAIN),
        ("没看懂，啥意思啊", Steer.EXPLAIN),
        ("为什么要问这个", Steer.WHY),
        ("要我电话干嘛", Steer.WHY),
        ("等一下 我去看看", Steer.WAIT),
        ("等会儿我看一下", Steer.WAIT),
        ("我想重新填", Steer.RESTART),
        ("从头开始吧", Steer.RESTART),
        ("户号我打错了", Steer.REOPEN),
        ("改一下电话", Steer.REOPEN),
        ("😂", Steer.NOTHING),
        ("[微笑][微笑]", Steer.NOTHING),
        ("。。。", Steer.NOTHING),
    ],
)
def test_the_words_steer(text: str, steer: Steer) -> None:
    assert steer_of(visit(text)) is steer


@pytest.mark.parametrize(
    "text",
    [
        "整栋",
        "不对",
        "我看了一下，跳闸了",
        "等一下啊，是三栋",
        "为什么要停电",
        "你们为什么要我换电表",
        "不对，是三栋",
        "重新装的电表",
        "忘了",
        "13912345678",
    ],
)
def test_an_answer_or_a_business_is_left_alone(text: str) -> None:
    assert steer_of(visit(text)) is None


def test_a_picture_without_words_is_an_answer() -> None:
    assert steer_of(visit("", attachment={"kind": "image", "media_id": "M1"})) is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [("不对，是三栋", "三栋"), ("电话换成我老婆的 13800138000", "我老婆的 13800138000"), ("错了，整栋", "整栋")],
)
def test_what_is_corrected_to_follows_the_words_that_correct(text: str, rest: str) -> None:
    assert corrected_to(visit(text)) == rest


@pytest.mark.parametrize(
    ("text", "business"),
    [
        ("先不报修了，帮我查电费", "bill_query"),
        ("算了不报修了，帮我查余额", "balance_query"),
        ("不查了，我要报修", "outage_report"),
        ("先不办了", None),
        ("帮我查电费", None),
    ],
)
def test_another_business_is_named_after_leaving(text: str, business: str | None) -> None:
    named = leaves_for(visit(text))

    assert (named[0] if named else None) == business


async def _say(text: str, intent: str = "nlu_fallback", *, slots: dict[str, Any] | None = None) -> Spoken:
    counter = Counter(slots={**_ASKED_PHONE, **(slots or {})})
    return await counter.run(OutageForm, text, intent, form=_FORM)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("再说一遍", "utter_form_again"),
        ("啥意思", "utter_form_help_phone"),
        ("为什么要手机号", "utter_form_why_phone"),
    ],
)
async def test_the_question_is_put_again_and_nothing_is_counted(text: str, first: str) -> None:
    spoken = await _say(text, "small_talk", slots={"invalid_answers": 1})

    assert spoken.responses == [first, "utter_outage_ask_phone"]
    assert spoken.slots["invalid_answers"] == 1
    assert spoken.slots["requested_slot"] == "phone"


async def test_patience_leaves_the_question_standing() -> None:
    spoken = await _say("等一下我去看看", "correct_info")

    assert spoken.responses == ["utter_form_wait"]
    assert spoken.slots == {"invalid_answers": 0, "requested_slot": "phone"}


async def test_starting_anew_asks_the_first_question() -> None:
    spoken = await _say("重新来", "correct_info")

    assert spoken.responses == ["utter_form_restarted", "utter_outage_ask_address"]
    assert spoken.slots["outage_scope"] is None


async def test_a_slot_called_wrong_is_asked_for_again() -> None:
    spoken = await _say("停电范围说错了", "correct_info")

    assert spoken.responses == ["utter_form_reopened", "utter_outage_ask_outage_scope"]
    assert spoken.slots["requested_slot"] == "outage_scope"


async def test_a_correction_is_read_as_the_answer_to_an_earlier_question() -> None:
    counter = Counter(slots={**_ASKED_PHONE, "estate": None})
    asked = ({"event": "slot", "name": "requested_slot", "value": "outage_scope"},)

    spoken = await counter.run(OutageForm, "不对，是就我家", "correct_info", form=_FORM, events=asked)

    assert spoken.slots["outage_scope"] == "单户"
    assert spoken.responses[0] == "utter_form_corrected"


async def test_leaving_for_another_business_hands_it_to_the_dialogue() -> None:
    spoken = await _say("先不报修了，帮我查电费", "bill_query")

    assert spoken.followup == "action_serve_ask"
    assert spoken.slots["ask_now"]["intent"] == "bill_query"
    assert spoken.slots["form_outcome"] == "abandoned"
    assert spoken.slots["outage_scope"] is None


async def test_the_same_useless_words_stay_useless() -> None:
    counter = Counter(slots={"requested_slot": "address", "invalid_answers": 1})
    before = ({"event": "user", "text": "我要报修"},)

    spoken = await counter.run(OutageForm, "我要报修", "outage_report", form=_FORM, events=before)

    assert spoken.slots.get("address") is None
    assert spoken.slots["invalid_answers"] == 2
