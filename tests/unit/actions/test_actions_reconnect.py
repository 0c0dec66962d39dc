"""Power back after arrears: the sum, the registration, the meter, and a person where life depends on it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from actions.reconnect import AskReconnect, ClosingForm, SettleClosing
from tests.builders import NOON_BEFORE, Counter, Spoken, opened
from utility.payments.values import Move

_LIN, _ZHAO, _GAO = "6201011006117", "6201011006224", "6201024007216"


def _pay(counter: Counter, account_no: str) -> None:
    city = counter.backend._city
    for period, amount in (("2026-08", "168.48"), ("2026-09", "145.48"), ("2026-10", "130.17")):
        city.moves.append(Move(account_no, NOON_BEFORE, "provider", "credit", Decimal(amount), "Z1", period))
        city.moves.append(Move(account_no, NOON_BEFORE, "credit", "bill", Decimal(amount), "Z1", period))
    for period, amount in (("2026-08", "9.60"), ("2026-09", "3.93")):
        city.moves.append(Move(account_no, NOON_BEFORE, "provider", "credit", Decimal(amount), "Z1", period))
        city.moves.append(Move(account_no, NOON_BEFORE, "credit", "damages", Decimal(amount), "Z1", period))


async def _ask(counter: Counter, text: str, **entities: str) -> Spoken:
    return await counter.run(AskReconnect, text, "reconnect_request", **entities)


async def test_a_cut_home_hears_the_sum_that_brings_its_power_back() -> None:
    spoken = await _ask(Counter(bound=(_ZHAO,)), "要交多少才能来电")

    assert spoken.responses == ["utter_reconnect_owes"]
    assert (spoken.messages[0]["reconnect"], spoken.messages[0]["payable"]) == ("327.49", "457.66")
    assert [button["payload"] for button in spoken.messages[0]["buttons"]] == ["交 327.49 元", "交 457.66 元", "转人工"]


async def test_money_that_has_not_arrived_is_said_not_to_have() -> None:
    spoken = await _ask(Counter(bound=(_ZHAO,)), "交了200怎么还没来电", amount="200")

    assert spoken.responses == ["utter_reconnect_not_arrived"]


async def test_a_home_that_is_not_cut_is_offered_a_fault_report() -> None:
    spoken = await _ask(Counter(bound=(_LIN,)), "欠费停电交完多久来")

    assert spoken.responses == ["utter_reconnect_not_cut"]


@pytest.mark.parametrize(
    ("account_no", "entities"),
    [((), {"vulnerable_sign": "呼吸机或吸氧机"}), ((_GAO,), {})],
    ids=["said", "on file"],
)
async def test_life_support_gets_a_person_at_once_with_battery_and_120(
    account_no: tuple[str, ...], entities: dict[str, str]
) -> None:
    spoken = await _ask(Counter(bound=account_no), "欠费停了 家里有吸氧机 没钱", **entities)

    assert spoken.responses == ["utter_reconnect_life_support"]
    assert spoken.handoff is not None
    assert spoken.handoff["priority"] == 1


async def test_paid_arrears_register_the_reconnect_and_lead_to_the_meter() -> None:
    counter = Counter(bound=(_ZHAO,))
    _pay(counter, _ZHAO)

    spoken = await _ask(counter, "都交清了怎么还没来电")

    assert spoken.responses == ["utter_reconnect_registered"]
    assert spoken.messages[0]["number"].startswith("K261121")
    assert spoken.followup == "closing_form"


async def _walk(shows: str, *answers: str) -> tuple[list[str], Spoken]:
    counter = Counter(bound=(_ZHAO,), slots={"closing_account": _ZHAO, "requested_slot": "closing_shows"})
    asked: list[str] = []
    for text in (shows, *answers):
        spoken = await counter.run(ClosingForm, text, "nlu_fallback", form="closing_form")
        asked += spoken.responses
    return asked, await counter.run(SettleClosing, "", "nlu_fallback")


async def test_a_ready_meter_has_its_button_held_and_lights_up() -> None:
    asked, spoken = await _walk("显示合闸允许", "亮了 好了")

    assert asked == ["utter_reconnect_press"]
    assert spoken.responses == ["utter_reconnect_lit"]


@pytest.mark.parametrize("answer", ["没亮", "不敢按"])
async def test_a_meter_that_stays_dark_has_its_next_step_named(answer: str) -> None:
    _, spoken = await _walk("合闸允许", answer)

    assert spoken.responses == ["utter_reconnect_unlit"]


async def test_a_meter_that_is_still_cut_waits() -> None:
    _, spoken = await _walk("显示拉闸")

    assert spoken.responses == ["utter_reconnect_wait"]


async def test_a_prepaid_home_is_offered_an_earlier_warning() -> None:
    prepaid = "6201024007232"
    counter = Counter(bound=(prepaid,), slots={"closing_account": prepaid, "requested_slot": "closing_shows"})
    await counter.run(ClosingForm, "合闸允许", "nlu_fallback", form="closing_form")

    asked = await counter.run(ClosingForm, "亮了", "repair_update", form="closing_form")
    await counter.run(ClosingForm, "调到80", "notice_subscription", form="closing_form")
    spoken = await counter.run(SettleClosing, "", "nlu_fallback")

    assert asked.responses == ["utter_reconnect_ask_warning"]
    assert asked.messages[0]["limit"] == "40.00"
    assert spoken.responses == ["utter_warning_set"]
    assert spoken.messages[0]["limit"] == "80.00"


async def test_the_closing_form_opens_with_its_question() -> None:
    counter = Counter(bound=(_ZHAO,), slots={"closing_account": _ZHAO})

    spoken = await counter.run(
        ClosingForm, "都交清了", "reconnect_request", form="closing_form", events=opened("closing_form")
    )

    assert spoken.responses == ["utter_reconnect_ask_meter"]
