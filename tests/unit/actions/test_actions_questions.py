"""The ready-made questions, asked by one form that has each of them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from actions.form import FormVisit
from actions.questions import (
    AccountQuestion,
    AmountQuestion,
    ChoiceQuestion,
    ConfirmQuestion,
    DayQuestion,
    PhoneQuestion,
    QuestionForm,
    TextQuestion,
)
from actions.questions.base import slots_of
from tests.builders import Counter, Spoken, opened

_FORM, _HOME, _OTHER = "sample_form", "6201011006117", "6201037008307"


async def _summary(visit: FormVisit) -> Mapping[str, str | int]:
    return {"phone": str(visit.slot("phone"))}


class SampleForm(QuestionForm):
    """A form of every kind of question."""

    form = _FORM
    topic = "appointment_create"
    intents = frozenset({"appointment_create"})
    questions = (
        AccountQuestion(),
        ChoiceQuestion("neighbor_power", "utter_outage_ask_neighbor_power", entity="neighbor_power", yes="有电"),
        DayQuestion("day", "utter_default", outside="utter_day_outside", ahead=30),
        AmountQuestion("sum", "utter_default", outside="utter_sum_outside", least=Decimal(1), most=Decimal(500)),
        TextQuestion("words", "utter_default", too_short="utter_words_needed"),
        PhoneQuestion(may_be_none=False),
        ConfirmQuestion("utter_sample_confirm", _summary),
    )
    slots = slots_of(questions)


_FILLED = {
    "account_no": _HOME,
    "check_code": "passed",
    "neighbor_power": "有电",
    "day": "2026-11-25",
    "sum": "20.00",
    "words": "表在楼道里",
    "phone": "on_file",
}


async def _say(asked: str, text: str, intent: str = "nlu_fallback", **entities: str) -> Spoken:
    filled = {slot: value for slot, value in _FILLED.items() if slot != asked}
    counter = Counter(bound=(_HOME,), slots={**filled, "requested_slot": asked})
    return await counter.run(SampleForm, text, intent, form=_FORM, **entities)


async def test_the_only_bound_account_is_taken_without_a_question() -> None:
    spoken = await Counter(bound=(_HOME,)).run(SampleForm, "约个时间", "appointment_create", events=opened(_FORM))

    assert (spoken.slots["account_no"], spoken.slots["check_code"]) == (_HOME, "passed")
    assert spoken.responses == ["utter_outage_ask_neighbor_power"]


async def test_of_two_bound_accounts_the_customer_chooses() -> None:
    counter = Counter(bound=(_HOME, _OTHER))

    spoken = await counter.run(SampleForm, "约个时间", "appointment_create", events=opened(_FORM))

    assert spoken.responses == ["utter_account_ask_choice"]


async def test_what_the_first_message_tells_is_not_asked() -> None:
    counter = Counter(bound=(_HOME,))

    spoken = await counter.run(
        SampleForm,
        "约25号,邻居有电",
        "appointment_create",
        events=opened(_FORM),
        date="2026-11-25",
        neighbor_power="有电",
    )

    assert spoken.slots["day"] == "2026-11-25"
    assert spoken.slots["requested_slot"] == "sum"


@pytest.mark.parametrize(
    ("asked", "text", "entities", "value"),
    [
        ("neighbor_power", "是的", {}, "有电"),
        ("neighbor_power", "也停了", {}, "没电"),
        ("day", "后天", {"date": "2026-11-23"}, "2026-11-23"),
        ("sum", "100", {}, "100.00"),
        ("words", "表箱在一楼", {}, "表箱在一楼"),
        ("phone", "13800138000", {}, "13800138000"),
        ("phone", "可以", {}, "on_file"),
        ("confirmed", "确认", {}, "yes"),
        ("confirmed", "就这样吧", {}, "yes"),
    ],
)
async def test_an_answer_fills_what_was_asked(asked: str, text: str, entities: dict[str, str], value: str) -> None:
    spoken = await _say(asked, text, **entities)

    assert spoken.slots[asked] == value


@pytest.mark.parametrize(
    ("asked", "text", "entities", "response"),
    [
        ("day", "上个月3号", {"date": "2026-10-03"}, "utter_day_outside"),
        ("sum", "一万", {"amount": "10000"}, "utter_sum_outside"),
        ("words", "😊", {}, "utter_words_needed"),
        ("phone", "1380013", {}, "utter_phone_invalid"),
        ("phone", "没有电话", {}, "utter_phone_needed"),
        ("confirmed", "不对", {}, "utter_form_what_to_change"),
    ],
)
async def test_an_answer_that_cannot_be_is_refused_with_what_to_do(
    asked: str, text: str, entities: dict[str, str], response: str
) -> None:
    spoken = await _say(asked, text, **entities)

    assert response in spoken.responses
    assert asked not in spoken.slots


@pytest.mark.parametrize("intent", ["correct_info", "account_manage"])
async def test_a_correction_at_the_summary_is_taken_and_summed_up_again(intent: str) -> None:
    spoken = await _say("confirmed", "电话换成13800138000", intent, phone="13800138000")

    assert spoken.slots["phone"] == "13800138000"
    assert spoken.responses == ["utter_sample_confirm"]


async def test_an_earlier_answer_is_corrected_at_any_question() -> None:
    spoken = await _say("words", "不对,改成26号", "correct_info", date="2026-11-26")

    assert spoken.slots["day"] == "2026-11-26"


async def test_a_day_mentioned_in_passing_does_not_replace_the_one_chosen() -> None:
    spoken = await _say("words", "26号家里才有人", date="2026-11-26")

    assert "day" not in spoken.slots
    assert spoken.slots["words"] == "26号家里才有人"


async def test_a_correction_of_an_earlier_answer_is_not_taken_as_the_words_asked_for() -> None:
    spoken = await _say("words", "不对 邻居也没电", "correct_info", neighbor_power="没电")

    assert spoken.slots["neighbor_power"] == "没电"
    assert "words" not in spoken.slots
