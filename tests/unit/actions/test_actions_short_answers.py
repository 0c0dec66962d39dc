"""Short answers, read in the light of the question: a building, a yes, everyone, digits spoken one by one."""

from __future__ import annotations

import pytest

from actions.billing import BillForm
from actions.outage_form import OutageForm
from actions.repair import RepairForm
from tests.builders import Counter, Spoken, read_wording

_HOME, _LIN = "6201011006133", "6201011006117"
_PLACED = {"address": "织女苑3栋", "area_id": "TA05", "estate": "织女苑"}


async def answer(text: str, intent: str = "nlu_fallback", bound: tuple[str, ...] = (), **slots: object) -> Spoken:
    return await Counter(bound=bound, slots=dict(slots)).run(OutageForm, text, intent, form="outage_form")


@pytest.mark.parametrize("building", ["三栋", "3", "3栋", "3栋2单元", "四号楼一单元502", "3-2-501", "a座", "十二幢"])
async def test_a_building_alone_is_kept_and_its_community_asked(building: str) -> None:
    counter = Counter(slots={"requested_slot": "address"})
    first = await counter.run(OutageForm, building, "out_of_scope", form="outage_form")

    then = await counter.run(OutageForm, "织女苑", "nlu_fallback", form="outage_form")

    assert first.responses == ["utter_place_ask_estate"]
    assert then.slots["address"] == f"织女苑 {building}"
    assert then.slots["requested_slot"] == "outage_scope"


@pytest.mark.parametrize("text", ["织女苑3栋", "13812345678", "6201011006117", "三岔口", "没有", "一百度"])
def test_other_words_are_no_building(text: str) -> None:
    assert not read_wording().is_shaped("building", text)


async def test_the_same_building_again_is_no_progress() -> None:
    spoken = await answer("三栋", requested_slot="address", place_building="三栋")

    assert spoken.slots["invalid_answers"] == 1


async def test_another_trade_is_no_place() -> None:
    counter = Counter(slots={"requested_slot": "address"})

    spoken = await counter.run(
        OutageForm,
        "家里没水了",
        "out_of_scope",
        form="outage_form",
        parsed={"fallback": {"reason": "outside", "themes": ["water"]}},
    )

    assert spoken.events == []


async def test_a_place_beside_another_trade_is_a_place() -> None:
    counter = Counter(slots={"requested_slot": "address"})
    outside = {"fallback": {"reason": "outside", "themes": ["broadband_phone"]}}

    spoken = await counter.run(OutageForm, "移动营业厅对面", "out_of_scope", form="outage_form", parsed=outside)

    assert spoken.slots["address"] == "移动营业厅对面"


@pytest.mark.parametrize("text", ["对", "是嘞", "中", "系呀", "嗯呐", "就我家", "屋企", "OK"])
async def test_the_bound_home_is_confirmed_in_few_words(text: str) -> None:
    spoken = await answer(text, bound=(_HOME,), requested_slot="address")

    assert spoken.slots["place_account"] == _HOME


@pytest.mark.parametrize(("text", "account"), [("2", _HOME), ("一", _LIN), ("第二个", _HOME)])
async def test_a_listed_home_is_chosen_by_its_number(text: str, account: str) -> None:
    spoken = await answer(text, bound=(_LIN, _HOME), requested_slot="address")

    assert spoken.slots["place_account"] == account


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("就我家", "单户"),
        ("我屋头", "单户"),
        ("就一户", "单户"),
        ("我们都没电", "整个小区/村"),
        ("所有人", "整个小区/村"),
        ("侪停了", "整个小区/村"),
        ("整栋都没电", "整栋"),
        ("单元里都停了", "同楼层/同单元"),
        ("唔知", "不清楚"),
    ],
    ids=lambda value: value,
)
async def test_how_much_is_dark_is_said_in_few_words(text: str, scope: str) -> None:
    spoken = await answer(text, "out_of_scope", requested_slot="outage_scope", **_PLACED)

    assert spoken.slots["outage_scope"] == scope


@pytest.mark.parametrize(
    ("text", "power"), [("有", "有电"), ("对", "有电"), ("没有", "没电"), ("莫得", "没电"), ("冇", "没电")]
)
async def test_the_neighbours_are_told_of_in_one_word(text: str, power: str) -> None:
    spoken = await answer(text, requested_slot="neighbor_power", outage_scope="单户", **_PLACED)

    assert spoken.slots["neighbor_power"] == power


@pytest.mark.parametrize("text", ["幺三八一二三四五六七八", "一三八 一二三四 五六七八", "138 1234 5678"])
async def test_a_phone_is_read_digit_by_digit(text: str) -> None:
    spoken = await answer(text, "out_of_scope", requested_slot="phone", outage_scope="整栋", **_PLACED)

    assert spoken.slots["phone"] == "13812345678"


async def test_a_spoken_number_that_is_short_is_no_phone() -> None:
    spoken = await answer("幺三八一二三", "out_of_scope", requested_slot="phone", outage_scope="整栋", **_PLACED)

    assert spoken.responses == ["utter_outage_phone_invalid"]


async def test_an_account_number_is_read_digit_by_digit() -> None:
    counter = Counter(slots={"requested_slot": "account_no"})

    spoken = await counter.run(BillForm, "六二零一 零一一 零零六 幺幺七", "out_of_scope", form="bill_form")

    assert spoken.slots["account_no"] == _LIN
    assert spoken.slots["requested_slot"] == "check_code"


@pytest.mark.parametrize("text", ["没有", "不知道", "忘了", "不记得"])
async def test_who_has_no_number_at_hand_is_told_where_it_stands(text: str) -> None:
    counter = Counter(slots={"requested_slot": "account_no"})

    spoken = await counter.run(BillForm, text, "deny", form="bill_form")

    assert spoken.responses == ["utter_account_where_number"]


async def test_one_of_the_bound_accounts_is_chosen_by_its_number() -> None:
    counter = Counter(bound=(_LIN, _HOME), slots={"requested_slot": "account_no"})

    spoken = await counter.run(BillForm, "2", "out_of_scope", form="bill_form")

    assert spoken.slots["account_no"] == _HOME


async def test_no_code_has_come() -> None:
    counter = Counter(slots={"requested_slot": "check_code", "account_no": _LIN, "code_account": _LIN})

    spoken = await counter.run(BillForm, "没有", "deny", form="bill_form")

    assert spoken.responses == ["utter_account_code_not_received"]


async def test_who_does_not_know_the_order_number_is_not_asked_on() -> None:
    spoken = await Counter(slots={"requested_slot": "ticket_no"}).run(RepairForm, "忘了", "", form="repair_form")

    assert spoken.responses == ["utter_repair_none"]


async def test_the_phone_on_an_order_is_read_digit_by_digit() -> None:
    counter = Counter(slots={"requested_slot": "ticket_phone", "ticket_no": "F26112100031"})

    spoken = await counter.run(RepairForm, "幺三八一二三四五六七八", "out_of_scope", form="repair_form")

    assert spoken.slots["ticket_phone"] == "13812345678"
