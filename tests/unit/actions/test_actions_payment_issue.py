"""Payments that went wrong: the facts of the books first, then a request with its number, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions.payment_issue import PaymentIssueForm, ReportPaymentIssue, SettlePaymentIssue
from tests.builders import NOON_BEFORE, Counter, FixedClock, Spoken, opened

_LIN, _FENG, _PENG = "6201011006117", "6201011006349", "6201024007299"
_FORM = "payment_issue_form"


async def _open(counter: Counter, text: str, **entities: str) -> Spoken:
    await counter.run(ReportPaymentIssue, text, "payment_issue", **entities)
    return await counter.run(PaymentIssueForm, text, "payment_issue", form=_FORM, events=opened(_FORM), **entities)


async def _answer(counter: Counter, text: str, intent: str = "nlu_fallback", **entities: str) -> Spoken:
    return await counter.run(PaymentIssueForm, text, intent, form=_FORM, **entities)


async def _settle(counter: Counter) -> Spoken:
    return await counter.run(SettlePaymentIssue, "", "nlu_fallback")


async def test_a_payment_on_its_way_is_told_with_the_hour_of_its_limit() -> None:
    counter = Counter(bound=(_FENG,))

    await _open(counter, "交的钱怎么没到账")
    spoken = await _settle(counter)

    assert spoken.responses == ["utter_issue_processing"]
    assert spoken.messages[0]["amount"] == "170.39"
    assert spoken.messages[0]["until"] == "21:14"
    assert "file_case" not in counter.backend.calls


async def test_a_payment_beyond_the_limit_is_filed() -> None:
    counter = Counter(bound=(_FENG,), clock=FixedClock(NOON_BEFORE + timedelta(days=1)))

    await _open(counter, "交的钱怎么没到账")
    spoken = await _settle(counter)

    assert spoken.responses == ["utter_issue_processing_late"]
    assert spoken.messages[0]["number"].startswith("R26112")


async def test_a_payment_that_arrived_is_shown() -> None:
    counter = Counter(bound=(_LIN,))

    await _open(counter, "11号交的没到账", date="2026-11-11")
    spoken = await _settle(counter)

    assert spoken.responses == ["utter_issue_credited"]
    assert spoken.messages[0]["amount"] == "190.20"


async def test_a_payment_nobody_knows_is_asked_about_and_filed() -> None:
    counter = Counter(bound=(_LIN,))

    asked = await _open(counter, "交的钱没到账")
    await _answer(counter, "今天早上9点 微信付了300", amount="300")
    spoken = await _settle(counter)

    assert asked.responses == ["utter_issue_ask_details"]
    assert spoken.responses == ["utter_issue_filed"]
    assert spoken.messages[0]["due"] == "11月27日"


async def test_a_bill_paid_twice_stays_as_balance_unless_a_refund_is_asked_for() -> None:
    counter = Counter(bound=(_PENG,))

    asked = await _open(counter, "扣了我两次钱")
    await _answer(counter, "留作余额")
    spoken = await _settle(counter)

    assert asked.responses == ["utter_issue_ask_wish_double"]
    assert (asked.messages[0]["amount"], asked.messages[0]["balance"]) == ("143.13", "143.13")
    assert spoken.responses == ["utter_issue_kept"]
    assert "file_case" not in counter.backend.calls


@pytest.mark.parametrize("answer", ["申请退款", "退给我", "我要退款"])
async def test_a_refund_is_filed_with_number_and_limit_and_not_promised(answer: str) -> None:
    counter = Counter(bound=(_PENG,))
    await _open(counter, "多交的退给我")

    await _answer(counter, answer, "out_of_scope")
    spoken = await _settle(counter)

    assert spoken.responses == ["utter_issue_filed_refund"]
    assert "request_refund" not in counter.backend.calls


async def test_the_same_matter_is_filed_once() -> None:
    counter = Counter(bound=(_PENG,))
    for _ in range(2):
        await _open(counter, "多扣的退给我")
        await _answer(counter, "申请退款")
        spoken = await _settle(counter)

    assert spoken.responses == ["utter_issue_filed_again"]


async def test_a_wrong_account_is_filed_and_a_person_goes_on() -> None:
    counter = Counter(bound=(_LIN,))

    asked = await _open(counter, "充错户了 充到我前房东那去了")
    person = await _answer(counter, "今天早上9点 300", "correct_info", amount="300", date="2026-11-21")
    await _answer(counter, "可以", "affirm")
    spoken = await _settle(counter)

    assert asked.responses == ["utter_issue_ask_details_wrong"]
    assert person.responses == ["utter_issue_ask_person"]
    assert spoken.responses == ["utter_issue_filed", "utter_issue_person"]
    assert spoken.handoff is not None
    assert spoken.handoff["skill"] == "billing"
    assert spoken.handoff["summary"]["orders"]


async def test_the_number_it_went_to_is_not_taken_for_ones_own() -> None:
    counter = Counter(bound=(_LIN,))

    spoken = await _open(counter, "充错户了 300块充到6201011006315去了", amount="300", account_no="6201011006315")

    assert spoken.slots["account_no"] == _LIN
    assert "send_check_code" not in counter.backend.calls
    assert spoken.responses == ["utter_issue_ask_person"]


async def test_what_went_wrong_is_asked_when_it_is_not_said() -> None:
    spoken = await _open(Counter(bound=(_LIN,)), "交费有问题")

    assert spoken.responses == ["utter_issue_ask_kind"]
