"""Doubts about a bill: data first, one question, then the check with number and limit; nothing filed unasked."""

from __future__ import annotations

import pytest

from actions.bill_dispute import DisputeForm, HearDispute, SettleDispute
from tests.builders import Counter, Spoken, opened

_ZHOU, _LIN = "6201011006133", "6201011006117"
_FORM = "dispute_form"


async def _open(counter: Counter, text: str, **entities: str) -> Spoken:
    await counter.run(HearDispute, text, "bill_dispute", **entities)
    return await counter.run(DisputeForm, text, "bill_dispute", form=_FORM, events=opened(_FORM), **entities)


async def _answer(counter: Counter, text: str, intent: str = "nlu_fallback") -> Spoken:
    return await counter.run(DisputeForm, text, intent, form=_FORM)


async def test_a_jump_is_laid_out_before_anything_is_asked() -> None:
    spoken = await _open(Counter(bound=(_ZHOU,)), "你们是不是乱收费!! 这个月四百多,以前才一百八", bill_period="2026-11")

    assert spoken.responses == ["utter_dispute_more"]
    told = spoken.messages[0]
    assert (told["kwh"], told["other_kwh"], told["total"], told["change"]) == ("648", "312", "413.07", "多 226.70 元")
    assert "10月9日" in told["days"]
    assert spoken.card is not None
    assert spoken.card["total"]["value"] == "+226.70 元"


async def test_the_check_is_filed_with_the_wish_for_a_call_by_a_person() -> None:
    counter = Counter(bound=(_ZHOU,))
    await _open(counter, "电费突然多了两百多")

    offered = await _answer(counter, "没有!! 就空调开多点 不可能翻倍", "bill_dispute")
    done = await _answer(counter, "登记 另外要人给我打电话 别又是机器", "request_human")
    spoken = await counter.run(SettleDispute)

    assert offered.responses == ["utter_dispute_ask_wish"]
    assert "28.80" in offered.messages[0]["reason"]
    assert done.handoff is None
    assert spoken.responses == ["utter_dispute_filed"]
    assert spoken.messages[0]["number"].startswith("R261121")
    assert spoken.messages[0]["call"] != ""
    order = next(order for no, order in counter.backend._cases.orders.items() if no == spoken.messages[0]["number"])
    assert "不可能翻倍" in order.text


async def test_the_meter_test_goes_on_to_the_appointment() -> None:
    counter = Counter(bound=(_ZHOU,))
    await _open(counter, "表走得太快了吧电费翻倍")
    await _answer(counter, "没有新电器", "deny")

    done = await _answer(counter, "预约校表", "appointment_create")
    spoken = await counter.run(SettleDispute)

    assert done.slots["dispute_wish"] == "test"
    said = [event for event in spoken.events if event["event"] == "user"]
    assert said[0]["parse_data"]["intent"]["name"] == "appointment_create"
    assert "file_case" not in counter.backend.calls


async def test_a_no_files_nothing() -> None:
    counter = Counter(bound=(_ZHOU,))
    await _open(counter, "电费突然多了两百多")
    await _answer(counter, "装了个浴霸", "ask_safety_saving")
    await _answer(counter, "先不用", "deny")

    spoken = await counter.run(SettleDispute)

    assert spoken.responses == ["utter_dispute_left"]
    assert "file_case" not in counter.backend.calls


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("房子没人住还有电费", "utter_dispute_vacant"),
        ("我怀疑跟隔壁串户了", "utter_dispute_crossed"),
        ("电费不对吧", "utter_dispute_not_more"),
    ],
)
async def test_each_doubt_has_its_own_telling_question(text: str, response: str) -> None:
    spoken = await _open(Counter(bound=(_LIN,)), text)

    assert spoken.responses == [response]


async def test_the_same_check_is_not_filed_twice() -> None:
    counter = Counter(bound=(_ZHOU,))
    for _ in range(2):
        await _open(counter, "电费突然多了两百多")
        await _answer(counter, "没有", "deny")
        await _answer(counter, "登记核实", "bill_dispute")
        spoken = await counter.run(SettleDispute)

    assert spoken.responses == ["utter_dispute_filed_again"]


async def test_a_person_asked_for_gets_the_talk() -> None:
    counter = Counter(bound=(_ZHOU,))
    await _open(counter, "电费突然多了两百多")

    spoken = await _answer(counter, "转人工", "request_human")

    assert spoken.handoff is not None
