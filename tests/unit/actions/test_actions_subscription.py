"""Notices: on, off and moved as the customer says; what safety needs keeps one channel."""

from __future__ import annotations

import pytest

from actions.subscription import ManageNotices, NoticeForm, SettleNotice
from tests.builders import Counter, Spoken, opened

_LIN, _WU = "6201011006117", "6201024007232"
_FORM = "notice_form"


async def _open(counter: Counter, text: str, **entities: str) -> Spoken:
    await counter.run(ManageNotices, text, "notice_subscription", **entities)
    return await counter.run(NoticeForm, text, "notice_subscription", form=_FORM, events=opened(_FORM), **entities)


async def _answer(counter: Counter, text: str, intent: str = "nlu_fallback", **entities: str) -> Spoken:
    return await counter.run(NoticeForm, text, intent, form=_FORM, **entities)


async def _do(account_no: str, text: str, **entities: str) -> tuple[Counter, Spoken]:
    counter = Counter(bound=(account_no,))
    spoken = await _open(counter, text, **entities)
    assert spoken.slots["form_outcome"] == "complete"
    return counter, await counter.run(SettleNotice)


async def test_advertising_is_turned_off_at_once() -> None:
    counter, spoken = await _do(_LIN, "退订营销短信", notice_type="营销资讯")

    assert spoken.responses == ["utter_notice_off"]
    assert "set_subscription" in counter.backend.calls


@pytest.mark.parametrize(
    ("text", "entities", "limit"),
    [
        ("余额少于50提醒我", {"notice_type": "余额提醒", "amount": "50"}, "50.00"),
        ("提醒改到80", {}, "80.00"),
        ("调到80", {}, "80.00"),
    ],
)
async def test_a_prepaid_home_is_warned_below_what_it_says(text: str, entities: dict[str, str], limit: str) -> None:
    _, spoken = await _do(_WU, text, **entities)

    assert spoken.responses == ["utter_notice_on_limit"]
    assert spoken.messages[0]["limit"] == limit


async def test_a_postpaid_home_has_no_balance_to_warn_of() -> None:
    _, spoken = await _do(_LIN, "余额少于50提醒我", notice_type="余额提醒", amount="50")

    assert spoken.responses == ["utter_warning_postpaid"]


async def test_outage_notices_are_explained_before_they_are_cut_down() -> None:
    counter = Counter(bound=(_LIN,))

    asked = await _open(counter, "停电通知别发了", notice_type="停电通知")
    before = list(counter.backend.calls)
    await _answer(counter, "还是关掉", "notice_subscription")
    spoken = await counter.run(SettleNotice)

    assert asked.responses == ["utter_notice_confirm_outage"]
    assert "set_subscription" not in before
    assert spoken.responses in (["utter_notice_off_kept"], ["utter_notice_always"])


async def test_what_is_subscribed_is_listed() -> None:
    _, spoken = await _do(_LIN, "我订阅了哪些通知")

    assert spoken.responses == ["utter_notice_list"]
    assert spoken.card is not None
    assert ["停电通知", "微信"] in [[row["label"], row["value"]] for row in spoken.card["rows"]]


async def test_a_notice_moves_to_another_channel() -> None:
    _, spoken = await _do(_LIN, "账单别发短信了改成支付宝", notice_type="电费账单")

    assert spoken.responses in (["utter_notice_on"], ["utter_notice_off"])


async def test_a_bare_stop_word_asks_which() -> None:
    counter = Counter(bound=(_LIN,))

    asked = await _open(counter, "退订")
    await _answer(counter, "营销资讯", "notice_subscription", notice_type="营销资讯")
    spoken = await counter.run(SettleNotice)

    assert asked.responses == ["utter_notice_ask_type"]
    assert spoken.responses == ["utter_notice_off"]


async def test_all_off_keeps_what_safety_needs() -> None:
    _, spoken = await _do(_LIN, "全部退订")

    assert spoken.responses == ["utter_notice_all_off"]


async def test_quiet_hours_are_told_without_an_account() -> None:
    spoken = await Counter().run(ManageNotices, "晚上别给我发短信", "notice_subscription")

    assert spoken.responses == ["utter_notice_quiet"]
