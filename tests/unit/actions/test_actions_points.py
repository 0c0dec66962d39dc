"""Points: figures of the demo city, rules for everybody, an exchange only after a yes and only once."""

from __future__ import annotations

import pytest

from actions.points import PointsForm, RedeemForm, RedeemPoints, ShowPoints
from tests.builders import Counter, Spoken, opened

_LIN, _DENG, _LUO, _VILLAGE = "6201011006117", "6201024007331", "6201024007281", "6201037008307"
_FORM = "redeem_form"


async def _redeem(counter: Counter, text: str, **entities: str) -> Spoken:
    first = await counter.run(ShowPoints, text, "points_query", **entities)
    assert first.followup == _FORM
    return await counter.run(RedeemForm, text, "points_query", form=_FORM, events=opened(_FORM), **entities)


async def _answer(counter: Counter, text: str, intent: str = "nlu_fallback", **entities: str) -> Spoken:
    return await counter.run(RedeemForm, text, intent, form=_FORM, **entities)


@pytest.mark.parametrize(
    ("account_no", "text", "response", "figures"),
    [
        (_LIN, "我有多少积分", "utter_points_balance", {"balance": 1920, "expiring": 180}),
        (_LIN, "积分什么时候过期", "utter_points_expiring", {"expiring": 180}),
        (_LUO, "我有多少积分", "utter_points_balance_whole", {"balance": 1705}),
        (_LIN, "积分能换什么", "utter_points_goods", {"balance": 1920}),
        (_LIN, "签到", "utter_points_signed_in", {"balance": 1922}),
    ],
)
async def test_each_question_has_its_figures(
    account_no: str, text: str, response: str, figures: dict[str, int]
) -> None:
    spoken = await Counter(bound=(account_no,)).run(ShowPoints, text, "points_query")

    assert spoken.responses == [response]
    assert figures.items() <= spoken.messages[0].items()


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("积分怎么来的", "utter_points_rules"),
        ("积分能抵违约金吗", "utter_points_no_damages"),
        ("积分能转给我妈吗", "utter_points_not_given"),
    ],
)
async def test_rules_need_no_account(text: str, response: str) -> None:
    spoken = await Counter().run(ShowPoints, text, "points_query")

    assert spoken.responses == [response]


async def test_goods_that_were_named_are_confirmed_and_exchanged() -> None:
    counter = Counter(bound=(_LIN,))

    asked = await _redeem(counter, "帮我换10元电费红包", amount="10")
    before = list(counter.backend.calls)
    await _answer(counter, "确定", "affirm")
    spoken = await counter.run(RedeemPoints)

    assert asked.responses == ["utter_points_confirm"]
    assert asked.messages[0]["left"] == 920
    assert "redeem_points" not in before
    assert spoken.responses == ["utter_points_redeemed_coupon"]
    assert spoken.messages[0]["left"] == 920


async def test_goods_are_chosen_from_what_the_points_buy() -> None:
    counter = Counter(bound=(_LIN,))

    asked = await _redeem(counter, "我要换东西 兑换")
    confirm = await _answer(counter, "第二个", "deny")

    assert [button["title"] for button in asked.messages[0]["buttons"]] == ["10元电费红包", "5元电费红包", "晴雨伞"]
    assert confirm.messages[0]["name"] == "5元电费红包"


async def test_the_choice_is_changed_at_the_question() -> None:
    counter = Counter(bound=(_LIN,))
    await _redeem(counter, "兑换晴雨伞")

    spoken = await _answer(counter, "不对 换5元的", "correct_info", amount="5")

    assert spoken.messages[0]["name"] == "5元电费红包"


async def test_what_is_out_of_stock_costs_no_points() -> None:
    counter = Counter(bound=(_LIN,))

    spoken = await _redeem(counter, "兑换应急手电")

    assert spoken.responses == ["utter_points_out_of_stock"]
    assert "redeem_points" not in counter.backend.calls


async def test_too_few_points_say_so() -> None:
    counter = Counter(bound=(_VILLAGE,))

    spoken = await _redeem(counter, "兑换晴雨伞")

    assert spoken.responses[0] in ("utter_points_too_few", "utter_points_buy_nothing")


async def test_a_sign_in_counts_once_a_day() -> None:
    counter = Counter(bound=(_LIN,))
    await counter.run(ShowPoints, "签到", "points_query")

    spoken = await counter.run(ShowPoints, "签到", "points_query")

    assert spoken.responses == ["utter_points_signed_before"]


async def test_what_was_asked_is_kept_while_the_account_is_found_out() -> None:
    counter = Counter(bound=(_LIN, _DENG))

    first = await counter.run(ShowPoints, "积分什么时候过期", "points_query")
    counter.slots["requested_slot"] = "account_no"
    await counter.run(PointsForm, "尾号7331", "nlu_fallback", form="points_form")
    spoken = await counter.run(ShowPoints, "尾号7331", "nlu_fallback")

    assert first.followup == "points_form"
    assert spoken.responses == ["utter_points_expiring"]
    assert spoken.messages[0]["expiring"] == 80
