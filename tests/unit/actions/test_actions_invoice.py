"""Invoices: of paid bills only, one for a bill, to a person or a company with a number that can be one."""

from __future__ import annotations

import pytest

from actions.invoice import AskInvoice, InvoiceForm, IssueInvoice
from tests.builders import Counter, Spoken, opened

_LIN, _CHEN, _NOODLES = "6201011006117", "6201011006125", "6201011006174"
_FORM = "invoice_form"


async def _open(counter: Counter, text: str, **entities: str) -> Spoken:
    await counter.run(AskInvoice, text, "invoice_request", **entities)
    return await counter.run(InvoiceForm, text, "invoice_request", form=_FORM, events=opened(_FORM), **entities)


async def _answer(counter: Counter, text: str, intent: str = "nlu_fallback", **entities: str) -> Spoken:
    return await counter.run(InvoiceForm, text, intent, form=_FORM, **entities)


async def test_the_newest_paid_bill_goes_to_a_person_after_one_question() -> None:
    counter = Counter(bound=(_LIN,))

    asked = await _open(counter, "电费发票咋开")
    await _answer(counter, "个人就行", "affirm")
    spoken = await counter.run(IssueInvoice)

    assert asked.responses == ["utter_invoice_ask_to"]
    assert asked.messages[0]["amount"] == "190.20"
    assert spoken.responses == ["utter_invoice_issued"]
    assert spoken.messages[0]["number"].startswith("I261121")


async def test_the_same_wish_gives_the_same_invoice() -> None:
    counter = Counter(bound=(_LIN,))
    numbers = set()
    for _ in range(2):
        await _open(counter, "开10月发票 个人", bill_period="2026-10")
        numbers.add((await counter.run(IssueInvoice)).messages[0]["number"])

    assert len(numbers) == 1


async def test_another_title_for_an_invoiced_bill_needs_a_person() -> None:
    counter = Counter(bound=(_LIN,))
    await _open(counter, "开8月发票 单位", bill_period="2026-08")
    await _answer(counter, "星河市拾光面馆")
    await _answer(counter, "没有税号", "deny")
    await _answer(counter, "对", "affirm")

    spoken = await counter.run(IssueInvoice)

    assert spoken.responses == ["utter_invoice_already"]
    assert spoken.messages[0]["number"] == "I26090500001"


async def test_an_unpaid_month_says_so() -> None:
    spoken = await _open(Counter(bound=(_CHEN,)), "开10月发票", bill_period="2026-10")

    assert spoken.responses == ["utter_invoice_month_unpaid"]


async def test_without_a_month_the_newest_paid_one_is_taken() -> None:
    spoken = await _open(Counter(bound=(_CHEN,)), "开发票")

    assert spoken.messages[0]["amount"] == "172.95"


async def test_a_company_with_all_said_at_once_is_only_confirmed() -> None:
    counter = Counter(bound=(_NOODLES,))

    spoken = await _open(
        counter,
        "开10月发票 抬头 星河市拾光面馆 税号92620100MA00000067",
        bill_period="2026-10",
        invoice_info="星河市拾光面馆",
    )

    assert spoken.responses == ["utter_invoice_confirm"]
    assert spoken.slots["invoice_tax"] == "92620100MA00000067"


async def test_a_title_the_company_has_not_seen_is_said_to_need_papers() -> None:
    counter = Counter(bound=(_NOODLES,))
    await _open(counter, "开10月发票 抬头 星河市拾光面馆 税号92620100MA00000067", invoice_info="星河市拾光面馆")
    await _answer(counter, "对", "affirm")

    spoken = await counter.run(IssueInvoice)

    assert spoken.responses == ["utter_invoice_title_unproven"]


@pytest.mark.parametrize(
    ("asked", "text", "response"),
    [
        ("invoice_title", "😊", "utter_invoice_title_needed"),
        ("invoice_title", "123", "utter_invoice_title_needed"),
        ("invoice_tax", "9262010012", "utter_invoice_tax_length"),
    ],
)
async def test_a_title_or_number_that_cannot_be_is_asked_again(asked: str, text: str, response: str) -> None:
    slots = {"account_no": _LIN, "check_code": "passed", "invoice_period": "2026-10", "invoice_to": "company"}
    if asked == "invoice_tax":
        slots["invoice_title"] = "星河市拾光面馆"
    counter = Counter(bound=(_LIN,), slots={**slots, "requested_slot": asked})

    spoken = await _answer(counter, text)

    assert response in spoken.responses


async def test_a_special_invoice_is_a_persons_business() -> None:
    spoken = await Counter(bound=(_LIN,)).run(AskInvoice, "公司要增值税专票", "invoice_request")

    assert spoken.responses == ["utter_invoice_special"]


async def test_a_wrong_title_is_explained() -> None:
    spoken = await Counter(bound=(_LIN,)).run(AskInvoice, "发票抬头开错了能换吗", "invoice_request")

    assert spoken.responses == ["utter_invoice_change"]
    assert "I26090500001" in spoken.messages[0]["last"]


async def test_an_address_is_shown_masked_and_the_sending_filed() -> None:
    counter = Counter(bound=(_LIN,))
    await _open(counter, "开发票 个人")
    await counter.run(IssueInvoice)

    spoken = await counter.run(AskInvoice, "发到我邮箱 zhang1234567@qq.com", "invoice_request")

    assert spoken.responses == ["utter_invoice_mail"]
    assert spoken.messages[0]["email"] == "z***@qq.com"


async def test_two_months_make_two_invoices() -> None:
    counter = Counter(bound=(_LIN,))
    await _open(counter, "开9月和10月的发票 个人", bill_period="2026-09,2026-10")

    spoken = await counter.run(IssueInvoice)

    assert spoken.responses == ["utter_invoice_issued_several"]
    assert spoken.messages[0]["count"] == 2
