"""Money that goes back or elsewhere, mandates, invoices and points in the books; many at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from runtime.embedded import EmbeddedPostgres
from tests.fakes.cashier import TILL, Cashier, at, cashier, fill
from utility.accounts.values import Person
from utility.actors import staff
from utility.errors import Clash, NotKnown
from utility.invoices import service as invoices
from utility.invoices.values import InvoiceDraft, Title
from utility.payments import corrections, mandates, posting, refunds
from utility.points import service as points

LIN, CHEN, XIE, ZHAO = "6201011006117", "6201011006125", "6201011006315", "6201011006224"
PENG, WU, DENG = "6201024007299", "6201024007232", "6201024007331"
WECHAT_LIN, ALIPAY_DENG = Person("wechat", "wx_demo_lin"), Person("alipay", "2088000000000233")
VISITOR = Person("web", "a-visitor")
SU = staff("K0103")
TWICE = "Z26110619015"  # the second payment of October by 7299


@pytest.fixture(scope="module")
def books_url(postgres_server: EmbeddedPostgres) -> str:
    return asyncio.run(fill(postgres_server, "utility_money_back"))


@pytest_asyncio.fixture
async def desk(books_url: str) -> AsyncIterator[Cashier]:
    async with cashier(books_url) as opened:
        yield opened


def yuan(value: str) -> Decimal:
    return Decimal(value)


async def refused(call: Any) -> str:
    with pytest.raises((Clash, NotKnown)) as caught:
        await call
    return caught.value.reason


async def test_the_double_payment_of_7299_goes_back_to_where_it_came_from(desk: Cashier) -> None:
    await desk.bind(VISITOR, PENG)
    refund = await desk.do(refunds.request, VISITOR, TWICE, None, "交了两次")
    assert (refund.amount, refund.origin, refund.state) == (yuan("143.13"), "微信", "requested")
    assert (await desk.money(PENG)).balance == 0

    await desk.do(refunds.decide, refund.refund_no, SU, agreed=True)
    assert await desk.told("r1", refund.refund_no, kind="refund", amount=yuan("143.13")) == "refunded"

    assert [e["type"] for e in await desk.events("refund.requested", "refund.approved", "refund.paid")] == [
        "refund.requested",
        "refund.approved",
        "refund.paid",
    ]


async def test_the_credit_of_a_closed_account_goes_back(desk: Cashier) -> None:
    (refund,) = await desk.do(refunds.give_back, PENG, SU)

    assert (refund.payment_no, refund.amount, refund.state) == (TWICE, yuan("143.13"), "approved")
    assert (await desk.money(PENG)).balance == 0
    assert await desk.do(refunds.give_back, PENG, SU) == []


@pytest.mark.parametrize(("paid", "state", "credit"), [(True, "paid", "0.00"), (False, "failed", "143.13")])
async def test_the_staff_say_what_became_of_money_that_no_provider_holds(
    desk: Cashier, paid: bool, state: str, credit: str
) -> None:
    (refund,) = await desk.do(refunds.give_back, PENG, SU)

    settled = await desk.do(refunds.settle, refund.refund_no, SU, paid=paid)

    assert (settled.state, (await desk.money(PENG)).balance) == (state, yuan(credit))
    assert await refused(desk.do(refunds.settle, refund.refund_no, SU, paid=True)) == "refund.not_approved"


async def test_only_its_provider_says_what_became_of_a_refund(desk: Cashier) -> None:
    await desk.pay(VISITOR, LIN, "top_up", amount=yuan("20.00"))
    (refund,) = await desk.do(refunds.give_back, LIN, SU)

    assert await refused(desk.do(refunds.settle, refund.refund_no, SU, paid=True)) == "refund.of_provider"


async def test_a_declined_refund_is_credit_again(desk: Cashier) -> None:
    await desk.bind(VISITOR, PENG)
    refund = await desk.do(refunds.request, VISITOR, TWICE, yuan("100.00"), "交了两次")

    await desk.do(refunds.decide, refund.refund_no, SU, agreed=False)

    assert (await desk.money(PENG)).balance == yuan("143.13")
    assert await refused(desk.do(refunds.decide, refund.refund_no, SU, agreed=True)) == "refund.decided"


async def test_a_refund_nobody_agreed_to_is_not_believed(desk: Cashier) -> None:
    await desk.bind(VISITOR, PENG)
    refund = await desk.do(refunds.request, VISITOR, TWICE, None, "交了两次")

    assert await desk.told("r1", refund.refund_no, kind="refund", amount=refund.amount) == "suspended"


async def test_the_same_money_is_not_given_back_twice_at_once(desk: Cashier) -> None:
    await desk.bind(VISITOR, PENG)
    calls = (desk.do(refunds.request, VISITOR, TWICE, yuan("100.00"), "退") for _ in range(4))

    said = await asyncio.gather(*calls, return_exceptions=True)

    assert Counter(getattr(one, "reason", "taken") for one in said) == {"refund.too_much": 3, "退": 1}


async def test_unspent_money_of_the_wrong_account_is_moved_at_once(desk: Cashier) -> None:
    await desk.pay(VISITOR, LIN, "top_up", amount=yuan("150.20"))  # meant for 6125, which owes it
    payment_no = await desk.company.pool.fetchval("select max(payment_no) from payments where provider = 'sandbox'")

    done = await desk.do(corrections.request, VISITOR, payment_no, CHEN)

    assert (done.state, str(done.due_on)) == ("moved", "2026-11-27")
    assert ((await desk.money(LIN)).balance, (await desk.money(CHEN)).owed) == (0, 0)
    assert await refused(desk.do(corrections.request, VISITOR, payment_no, CHEN)) == "correction.already_asked"


@pytest.mark.parametrize("agreed", [True, False])
async def test_spent_money_moves_only_with_its_receivers_word(desk: Cashier, agreed: bool) -> None:
    receiver = Person("web", "chen")
    await desk.bind(receiver, CHEN)
    await desk.pay(VISITOR, CHEN, "top_up", amount=yuan("150.20"))
    payment_no = await desk.company.pool.fetchval("select max(payment_no) from payments where provider = 'sandbox'")
    asked = await desk.do(corrections.request, VISITOR, payment_no, XIE)
    assert asked.state == "needs_consent"
    assert await refused(desk.do(corrections.answer, VISITOR, asked.correction_no, agreed=True)) == "correction.unknown"

    done = await desk.do(corrections.answer, receiver, asked.correction_no, agreed=agreed)

    owed = (await desk.money(CHEN)).owed
    assert (done.state, owed) == (("moved", yuan("150.20")) if agreed else ("refused", yuan("0.00")))
    assert (await desk.money(XIE)).payable == yuan("390.36") - (yuan("150.20") if agreed else 0)


async def test_two_corrections_across_each_other_end(desk: Cashier) -> None:
    for account_no in (LIN, PENG):
        await desk.pay(VISITOR, account_no, "top_up", amount=yuan("10.00"))
    rows = await desk.company.pool.fetch("select payment_no, account_no from payments where provider = 'sandbox'")
    other = {LIN: PENG, PENG: LIN}

    done = await asyncio.gather(
        *(desk.do(corrections.request, VISITOR, row["payment_no"], other[row["account_no"]]) for row in rows)
    )

    assert [one.state for one in done] == ["moved", "moved"]


async def test_a_mandate_is_asked_on_the_last_payment_day_once(desk: Cashier) -> None:
    await desk.bind(VISITOR, CHEN)
    await desk.do(mandates.sign, TILL, VISITOR, CHEN, "sandbox")
    assert await mandates.round(desk.company) == 0
    desk.clock.set(at("2026-11-25T09:00"))

    assert [await mandates.round(desk.company) for _ in range(2)] == [1, 0]
    (asked,) = await desk.events("mandate.debit_asked")
    assert (await desk.money(CHEN)).owed == yuan("150.20")

    number = asked["data"]["payment_order_no"]
    assert await desk.told("d1", number, amount=yuan("150.20")) == "posted"
    assert (await desk.money(CHEN)).owed == 0


async def test_a_debit_that_fails_is_told_at_once(desk: Cashier) -> None:
    await desk.bind(VISITOR, CHEN)
    await desk.do(mandates.sign, TILL, VISITOR, CHEN, "sandbox")
    desk.clock.set(at("2026-11-25T09:00"))
    await mandates.round(desk.company)
    (asked,) = await desk.events("mandate.debit_asked")

    number = asked["data"]["payment_order_no"]
    assert await desk.told("d1", number, kind="payment_failed", amount=yuan("150.20")) == "failed"

    (failed,) = await desk.events("mandate.failed")
    assert (failed["subject"], failed["data"]["reason"]) == (number, "failed")
    assert (await desk.money(CHEN)).owed == yuan("150.20")


async def test_the_last_good_is_redeemed_once(desk: Cashier) -> None:
    await desk.company.pool.execute("update point_goods set stock = 1, first_stock = 1 where goods_no = 'G03'")

    said = await asyncio.gather(
        desk.do(points.redeem, WECHAT_LIN, LIN, "G03"),
        desk.do(points.redeem, ALIPAY_DENG, DENG, "G03"),
        return_exceptions=True,
    )

    assert Counter(getattr(one, "reason", "taken") for one in said) == {"taken": 1, "goods.out_of_stock": 1}


async def test_the_same_points_are_not_spent_twice_at_once(desk: Cashier) -> None:
    calls = (desk.do(points.redeem, WECHAT_LIN, LIN, "G01") for _ in range(5))

    said = await asyncio.gather(*calls, return_exceptions=True)

    assert Counter(getattr(one, "reason", "taken") for one in said) == {"taken": 1, "points.too_few": 4}


async def test_a_coupon_pays_bills_and_never_damages(desk: Cashier) -> None:
    await desk.bind(VISITOR, XIE)
    await desk.company.pool.execute("insert into point_moves (account_no, on_day, why, points, ref)"
                                    f" values ('{XIE}', '2026-11-01', 'paid', 1000, 'test')")  # fmt: skip
    before = await desk.money(XIE)

    await desk.do(points.redeem, VISITOR, XIE, "G01")
    await desk.do(posting.settle_account, XIE)

    after = await desk.money(XIE)
    assert (before.damages, after.damages) == (yuan("5.48"), yuan("5.48"))
    assert before.owed - after.owed == yuan("10.00")


async def test_paying_online_on_time_earns_whole_yuan(desk: Cashier) -> None:
    await desk.bind(VISITOR, CHEN)
    await desk.pay(VISITOR, CHEN)

    balance, _ = await points.read(desk.company, VISITOR, CHEN)

    assert balance.balance == 150


async def test_paying_late_earns_nothing_for_the_late_bill(desk: Cashier) -> None:
    await desk.bind(VISITOR, XIE)
    await desk.pay(VISITOR, XIE)

    balance, _ = await points.read(desk.company, VISITOR, XIE)

    assert balance.balance == 181  # October's 181.90 is on time, September's is not


async def test_an_invoice_for_a_proven_taxpayer_and_never_both_kinds_in_a_month(desk: Cashier) -> None:
    wish = InvoiceDraft(LIN, "2026-10", "special", "星河市拾光面馆", "91440000MA000000XX")
    assert await refused(desk.do(invoices.issue, WECHAT_LIN, wish)) == "invoice.title_unproven"
    await desk.do(invoices.note_title, LIN, Title(wish.title, wish.tax_no, True), SU)

    invoice, new = await desk.do(invoices.issue, WECHAT_LIN, wish)
    other = InvoiceDraft(LIN, "2026-09", "electronic", "个人")

    assert (new, invoice.amount) == (True, yuan("190.20"))
    assert await refused(desk.do(invoices.issue, WECHAT_LIN, other)) == "invoice.other_kind"
    desk.clock.move(timedelta(days=10))
    assert (await desk.do(invoices.issue, WECHAT_LIN, other))[1] is True


async def test_a_bill_paid_more_than_a_year_ago_is_not_invoiced_online(desk: Cashier) -> None:
    wish = InvoiceDraft(LIN, "2025-09", "electronic", "个人")  # paid on 2025-10-20

    assert await refused(desk.do(invoices.issue, WECHAT_LIN, wish)) == "invoice.too_old"
