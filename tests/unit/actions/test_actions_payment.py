"""Paying: a link for what was said, for whom it was said, within the limits, and "paid" only by the books."""

from __future__ import annotations

import pytest

from actions.payment import PayBill, PayForm, SendPaymentLink
from actions.payment_issue import ReportPaymentIssue
from tests.builders import Counter, Spoken, opened

_LIN, _VILLAGE, _ZHAO, _XIE, _WU = "6201011006117", "6201037008307", "6201011006224", "6201011006315", "6201024007232"
_SUN = "6201024007208"
_FORM = "pay_form"


async def _open(counter: Counter, text: str, intent: str = "pay_bill", **entities: str) -> Spoken:
    first = await counter.run(PayBill, text, intent, **entities)
    assert first.followup == _FORM
    return await counter.run(PayForm, text, intent, form=_FORM, events=opened(_FORM), **entities)


async def _answer(counter: Counter, text: str, intent: str = "nlu_fallback", **entities: str) -> Spoken:
    return await counter.run(PayForm, text, intent, form=_FORM, **entities)


async def test_a_sum_that_is_said_leads_straight_to_a_link_of_the_utility() -> None:
    counter = Counter(bound=(_LIN,))

    spoken = await _open(counter, "帮我交一百", amount="100")
    link = await counter.run(SendPaymentLink, "帮我交一百", "pay_bill")

    assert spoken.slots["form_outcome"] == "complete"
    assert link.responses == ["utter_pay_link"]
    assert link.messages[0]["amount"] == "100.00"
    assert link.messages[0]["link"].startswith("http")


@pytest.mark.parametrize(
    ("account_no", "response", "figure"),
    [
        (_ZHAO, "utter_pay_ask_amount", ("payable", "457.66")),
        (_XIE, "utter_pay_ask_amount", ("payable", "390.36")),
        (_LIN, "utter_pay_ask_amount_free", ("balance", "0.00")),
        (_WU, "utter_pay_ask_amount_prepaid", ("balance", "18.36")),
    ],
)
async def test_sums_are_suggested_by_how_the_account_stands(
    account_no: str, response: str, figure: tuple[str, str]
) -> None:
    spoken = await _open(Counter(bound=(account_no,)), "交电费")

    assert spoken.responses == [response]
    assert spoken.messages[0][figure[0]] == figure[1]


@pytest.mark.parametrize(
    ("text", "amount"),
    [("全部交清", "457.66"), ("先交过期的", "327.49"), ("50", "50.00"), ("交清吧", "457.66")],
)
async def test_what_is_owed_is_paid_as_a_whole_or_what_is_overdue(text: str, amount: str) -> None:
    counter = Counter(bound=(_ZHAO,))
    await _open(counter, "交电费")

    await _answer(counter, text, "balance_query")
    link = await counter.run(SendPaymentLink, text)

    assert link.messages[0]["amount"] == amount


async def test_slang_for_a_sum_is_asked_about_and_a_yes_makes_the_link() -> None:
    counter = Counter(bound=(_LIN,))

    asked = await _open(counter, "交三张")
    done = await _answer(counter, "对", "affirm")

    assert asked.responses == ["utter_pay_confirm"]
    assert asked.messages[0]["amount"] == "300.00"
    assert done.slots["form_outcome"] == "complete"


async def test_a_sum_corrected_at_the_question_counts() -> None:
    counter = Counter(bound=(_LIN,))
    await _open(counter, "交三张")

    await _answer(counter, "不是 是200", "correct_info", amount="200")
    link = await counter.run(SendPaymentLink, "不是 是200")

    assert link.messages[0]["amount"] == "200.00"


@pytest.mark.parametrize(
    ("text", "amount", "response"),
    [
        ("交0块", "0", "utter_pay_amount_least"),
        ("交-50元", "50", "utter_pay_amount_least"),
        ("交100000000元", "100000000元", "utter_pay_amount_outside"),
        ("交五千", "5000", "utter_pay_confirm"),
    ],
)
async def test_a_sum_that_cannot_be_is_said_to_be_so(text: str, amount: str, response: str) -> None:
    spoken = await _open(Counter(bound=(_LIN,)), text, amount=amount)

    assert spoken.responses == [response]


async def test_a_sum_beyond_the_limit_names_the_limit_and_is_asked_anew() -> None:
    spoken = await _open(Counter(bound=(_LIN,)), "交100000000元", amount="100000000元")

    assert spoken.messages[0]["most"] == "1000000.00"
    assert spoken.slots["requested_slot"] == "pay_amount"


async def test_nothing_owed_is_said_and_a_sum_asked_for() -> None:
    counter = Counter(bound=(_LIN,))

    spoken = await _open(counter, "欠多少交多少")

    assert spoken.responses == ["utter_pay_nothing_due"]


async def test_somebody_elses_account_is_paid_without_a_code_and_with_masks_only() -> None:
    counter = Counter(bound=(_LIN,))

    asked = await _open(counter, "帮我妈交电费")
    amount = await _answer(counter, _XIE, "out_of_scope", account_no=_XIE)
    await _answer(counter, "100")
    link = await counter.run(SendPaymentLink, "100")

    assert asked.responses == ["utter_pay_ask_account"]
    assert amount.responses == ["utter_pay_ask_amount_other"]
    assert link.responses == ["utter_pay_link_other"]
    assert link.messages[0]["name"] == "谢**"
    assert "money" not in counter.backend.calls


async def test_the_arrears_of_an_account_that_is_not_bound_stay_unsaid() -> None:
    counter = Counter()
    await _open(counter, "交电费 6201011006315", account_no=_XIE)

    spoken = await _answer(counter, "全部交清")

    assert spoken.responses == ["utter_pay_only_amounts"]


async def test_a_number_nobody_has_is_asked_for_again_at_the_link() -> None:
    counter = Counter()

    spoken = await _open(counter, "给6201999999999交100", account_no="6201999999999", amount="100")

    assert spoken.responses == ["utter_pay_unknown"]
    assert spoken.slots["requested_slot"] == "pay_account"


async def test_a_short_number_is_told_its_length() -> None:
    counter = Counter()
    await _open(counter, "交电费")

    spoken = await _answer(counter, "620101100", "out_of_scope")

    assert "utter_account_length" in spoken.responses


async def test_of_two_homes_a_number_in_the_list_chooses() -> None:
    counter = Counter(bound=(_LIN, _VILLAGE))

    asked = await _open(counter, "帮我交一百", amount="100")
    await _answer(counter, "第二个", "deny")
    link = await counter.run(SendPaymentLink, "第二个")

    assert asked.responses == ["utter_pay_ask_choice"]
    assert link.messages[0]["tail"] == "8307"


@pytest.mark.parametrize("text", ["我卡号是6222021234567890123 帮我扣", "卡 4111 1111 1111 1111"])
async def test_a_card_number_is_refused_and_not_repeated(text: str) -> None:
    counter = Counter(bound=(_LIN,))

    spoken = await counter.run(PayBill, text, "pay_bill")

    assert spoken.responses == ["utter_pay_no_card"]
    assert spoken.followup is None


async def test_a_card_number_inside_the_form_is_refused_too() -> None:
    counter = Counter(bound=(_LIN,))
    await _open(counter, "交电费")

    spoken = await _answer(counter, "6222021234567890123")

    assert "utter_pay_no_card" in spoken.responses
    assert "pay_amount" not in spoken.slots


async def test_how_to_pay_comes_as_steps() -> None:
    spoken = await Counter(bound=(_LIN,)).run(PayBill, "怎么交电费", "pay_bill")

    assert spoken.responses == ["utter_pay_how"]
    assert spoken.card is not None
    assert spoken.card["kind"] == "steps"


async def test_a_lonely_old_customer_is_offered_a_person_first() -> None:
    spoken = await Counter(bound=(_SUN,)).run(PayBill, "怎么交电费", "pay_bill")

    assert spoken.responses == ["utter_pay_gentle"]


async def test_nothing_is_paid_before_the_books_say_so() -> None:
    counter = Counter(bound=(_LIN,))
    await _open(counter, "帮我交一百", amount="100")
    await counter.run(SendPaymentLink, "帮我交一百", "pay_bill")

    spoken = await counter.run(ReportPaymentIssue, "交好了", "payment_issue")

    assert spoken.responses == ["utter_pay_status_open"]
