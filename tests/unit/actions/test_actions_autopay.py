"""Automatic deduction: nothing is signed or ended without the customer's own yes."""

from __future__ import annotations

import pytest

from actions.autopay import AutopayForm, ManageAutopay, SettleAutopay
from tests.builders import Counter, Spoken, opened

_LIN, _DENG = "6201011006117", "6201024007331"
_FORM = "autopay_form"


async def _open(counter: Counter, text: str) -> Spoken:
    await counter.run(ManageAutopay, text, "autopay_manage")
    return await counter.run(AutopayForm, text, "autopay_manage", form=_FORM, events=opened(_FORM))


async def _answer(counter: Counter, text: str, intent: str = "nlu_fallback") -> Spoken:
    return await counter.run(AutopayForm, text, intent, form=_FORM)


async def _settle(counter: Counter) -> Spoken:
    return await counter.run(SettleAutopay, "", "nlu_fallback")


@pytest.mark.parametrize(
    ("account_no", "text", "response"),
    [
        (_DENG, "我开了自动扣费吗", "utter_autopay_signed"),
        (_LIN, "我开了自动扣费吗", "utter_autopay_unsigned"),
        (_DENG, "代扣怎么失败了", "utter_autopay_failed"),
        (_LIN, "怎么没自动扣", "utter_autopay_failed_unsigned"),
        (_LIN, "把自动扣费关了", "utter_autopay_unsigned"),
        (_DENG, "开通微信代扣", "utter_autopay_signed"),
    ],
)
async def test_how_deduction_stands_is_told_at_once(account_no: str, text: str, response: str) -> None:
    counter = Counter(bound=(account_no,))

    opened_ = await _open(counter, text)
    spoken = await _settle(counter)

    assert opened_.slots["form_outcome"] == "complete"
    assert spoken.responses == [response]


async def test_ending_needs_a_yes_and_ends_it() -> None:
    counter = Counter(bound=(_DENG,))

    asked = await _open(counter, "把自动扣费关了")
    before = list(counter.backend.calls)
    await _answer(counter, "确定关闭", "affirm")
    spoken = await _settle(counter)

    assert asked.responses == ["utter_autopay_confirm_end"]
    assert "cancel_mandate" not in before
    assert spoken.responses == ["utter_autopay_ended"]


async def test_signing_asks_channel_and_consent_and_names_the_wallets_own_page() -> None:
    counter = Counter(bound=(_LIN,))

    channel = await _open(counter, "帮我开通代扣")
    asked = await _answer(counter, "支付宝")
    await _answer(counter, "同意", "affirm")
    spoken = await _settle(counter)

    assert channel.responses == ["utter_autopay_ask_channel"]
    assert asked.responses == ["utter_autopay_confirm_sign"]
    assert spoken.responses == ["utter_autopay_entry"]


async def test_another_channel_means_ending_the_old_one() -> None:
    counter = Counter(bound=(_DENG,))

    asked = await _open(counter, "代扣换成支付宝")
    await _answer(counter, "同意", "affirm")
    spoken = await _settle(counter)

    assert asked.responses == ["utter_autopay_confirm_change"]
    assert spoken.responses == ["utter_autopay_entry_changed"]
    assert "cancel_mandate" in counter.backend.calls


async def test_a_card_number_is_refused() -> None:
    spoken = await Counter(bound=(_LIN,)).run(ManageAutopay, "卡号6222021234567890123帮我扣", "autopay_manage")

    assert spoken.responses == ["utter_pay_no_card"]
