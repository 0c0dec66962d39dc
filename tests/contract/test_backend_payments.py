"""The contract of a Backend, part money: links, refunds, mandates, supply, invoices and points of the demo city."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from backend.errors import BackendRefused, Conflict, NotAllowed, NotFound
from conversation.identity import ChannelName, ChannelUser
from tests.contract.stands import Stand

LIN, ZHAO, DENG, WU = "6201011006117", "6201011006224", "6201024007331", "6201024007232"
WECHAT_LIN = ChannelUser(ChannelName.WECHAT, "wx_demo_lin")
WECHAT_ZHAO = ChannelUser(ChannelName.WECHAT, "wx_demo_zhao")
ALIPAY_DENG = ChannelUser(ChannelName.ALIPAY, "2088000000000233")
STRANGER = ChannelUser(ChannelName.WEB, "a-stranger")


async def refused(kind: type[BackendRefused], call: Awaitable[Any]) -> BackendRefused:
    with pytest.raises(kind) as caught:
        await call
    return caught.value


async def test_a_link_for_everything_due(stand: Stand) -> None:
    order = await stand.backend.payment_link(ZHAO, "all_due", WECHAT_ZHAO, idempotency_key="k1")

    assert (order.payment_order_no, order.amount, order.state) == ("Y26112100001", Decimal("457.66"), "open")
    assert order.expires_at - stand.now() <= timedelta(minutes=30)
    assert order.link
    assert (order.name_masked, order.address_masked) == ("赵**", "星河市启明区天琴街道流萤花园二期")
    assert await stand.backend.payment_order(order.payment_order_no, WECHAT_ZHAO) == order


async def test_the_open_link_is_given_again(stand: Stand) -> None:
    first = await stand.backend.payment_link(ZHAO, "all_due", WECHAT_ZHAO, idempotency_key="k1")

    assert await stand.backend.payment_link(ZHAO, "all_due", WECHAT_ZHAO, idempotency_key="k2") == first


async def test_a_link_for_one_bill(stand: Stand) -> None:
    order = await stand.backend.payment_link(ZHAO, "bill", WECHAT_ZHAO, idempotency_key="k1", period="2026-09")

    assert (order.amount, order.period) == (Decimal("149.41"), "2026-09")


async def test_a_stranger_may_top_up_and_no_more(stand: Stand) -> None:
    made = stand.backend.payment_link(ZHAO, "top_up", STRANGER, idempotency_key="k1", amount=Decimal("50.00"))
    assert (await made).amount == Decimal("50.00")

    error = await refused(NotAllowed, stand.backend.payment_link(ZHAO, "all_due", STRANGER, idempotency_key="k2"))

    assert error.reason == "account.not_bound"


@pytest.mark.parametrize("amount", ["-5.00", "0.00", "99999999.00"])
async def test_an_absurd_amount_is_refused(stand: Stand, amount: str) -> None:
    made = stand.backend.payment_link(LIN, "top_up", WECHAT_LIN, idempotency_key="k1", amount=Decimal(amount))

    assert (await refused(Conflict, made)).reason == "payment.amount"


async def test_what_is_not_there_makes_no_link(stand: Stand) -> None:
    backend = stand.backend

    nothing = await refused(Conflict, backend.payment_link(LIN, "all_due", WECHAT_LIN, idempotency_key="k1"))
    no_bill = await refused(
        NotFound, backend.payment_link(ZHAO, "bill", WECHAT_ZHAO, idempotency_key="k2", period="2030-01")
    )
    nobody = await refused(
        NotFound, backend.payment_link("6201", "top_up", STRANGER, idempotency_key="k3", amount=Decimal("1.00"))
    )

    assert [e.reason for e in (nothing, no_bill, nobody)] == ["payment.nothing_due", "bill.unknown", "account.unknown"]


async def test_a_link_is_cancelled_by_who_asked_for_it(stand: Stand) -> None:
    order = await stand.backend.payment_link(ZHAO, "all_due", WECHAT_ZHAO, idempotency_key="k1")

    foreign = stand.backend.cancel_payment(order.payment_order_no, STRANGER, idempotency_key="k2")
    assert (await refused(NotFound, foreign)).reason == "payment_order.unknown"
    done = await stand.backend.cancel_payment(order.payment_order_no, WECHAT_ZHAO, idempotency_key="k3")

    assert (done.state, done.link) == ("cancelled", "")


async def test_the_newest_payment_comes_first(stand: Stand) -> None:
    newest = (await stand.backend.payments(LIN, WECHAT_LIN))[0]

    assert (newest.payment_no, newest.amount, newest.periods) == ("Z26111101014", Decimal("190.20"), ("2026-10",))
    assert (newest.status, newest.channel) == ("success", "支付宝")
    assert newest.at == datetime.fromisoformat("2026-11-11T17:10:00+08:00")


async def test_a_payment_that_was_spent_is_not_refunded(stand: Stand) -> None:
    asked = stand.backend.request_refund("Z26111101014", "不想交了", WECHAT_LIN, idempotency_key="k1")

    error = await refused(Conflict, asked)

    assert (error.reason, error.fields["available"]) == ("refund.too_much", "0.00")
    assert await stand.backend.refunds(LIN, WECHAT_LIN) == []


async def test_somebody_elses_payment_is_as_unknown_as_any(stand: Stand) -> None:
    asked = stand.backend.request_refund("Z26111101014", "退", STRANGER, idempotency_key="k1")

    assert (await refused(NotFound, asked)).reason == "payment.unknown"


async def test_a_mandate_is_signed_and_cancelled(stand: Stand) -> None:
    backend = stand.backend
    assert (await refused(NotFound, backend.mandate(LIN, WECHAT_LIN))).reason == "mandate.unknown"

    signed = await backend.sign_mandate(LIN, "sandbox", WECHAT_LIN, idempotency_key="k1")
    assert await backend.mandate(LIN, WECHAT_LIN) == signed
    await backend.cancel_mandate(LIN, WECHAT_LIN, idempotency_key="k2")

    assert (await refused(NotFound, backend.mandate(LIN, WECHAT_LIN))).reason == "mandate.unknown"


async def test_the_mandate_of_7331_is_with_another_provider(stand: Stand) -> None:
    assert (await stand.backend.mandate(DENG, ALIPAY_DENG)).provider == "微信代扣"

    asked = stand.backend.sign_mandate(DENG, "sandbox", ALIPAY_DENG, idempotency_key="k1")

    assert (await refused(Conflict, asked)).reason == "mandate.signed"


async def test_why_6224_has_no_power(stand: Stand) -> None:
    supply = await stand.backend.supply(ZHAO, WECHAT_ZHAO)

    assert (supply.status, supply.reason) == ("cut_off", "欠费")
    assert supply.cut_at == datetime.fromisoformat("2026-11-16T10:05:00+08:00")


async def test_power_comes_back_only_when_all_is_paid(stand: Stand) -> None:
    owing = await refused(Conflict, stand.backend.request_reconnect(ZHAO, "arrears", WECHAT_ZHAO, idempotency_key="k1"))
    not_cut = await refused(Conflict, stand.backend.request_reconnect(LIN, "arrears", WECHAT_LIN, idempotency_key="k2"))

    assert (owing.reason, owing.fields["reconnect"]) == ("account.in_arrears", "327.49")
    assert not_cut.reason == "supply.not_cut"


async def test_only_a_prepaid_account_has_a_warning_limit(stand: Stand) -> None:
    asked = stand.backend.set_warning_limit(LIN, Decimal("10.00"), WECHAT_LIN, idempotency_key="k1")

    assert (await refused(Conflict, asked)).reason == "warning.postpaid"


async def test_the_invoice_of_august_is_there_already(stand: Stand) -> None:
    (invoice,) = await stand.backend.invoices(LIN, WECHAT_LIN)
    assert (invoice.invoice_no, invoice.period, invoice.amount) == ("I26090500001", "2026-08", Decimal("220.87"))

    again = await stand.backend.issue_invoice(LIN, "2026-08", "个人", WECHAT_LIN, idempotency_key="k1")
    other = stand.backend.issue_invoice(LIN, "2026-08", "拾光", WECHAT_LIN, idempotency_key="k2")

    assert again == invoice
    assert (await refused(Conflict, other)).reason == "invoice.already_issued"


async def test_a_paid_bill_gets_its_invoice_and_an_unpaid_one_does_not(stand: Stand) -> None:
    invoice = await stand.backend.issue_invoice(LIN, "2026-10", "个人", WECHAT_LIN, idempotency_key="k1")
    unpaid = stand.backend.issue_invoice(ZHAO, "2026-10", "个人", WECHAT_ZHAO, idempotency_key="k2")
    special = stand.backend.issue_invoice(LIN, "2026-09", "个人", WECHAT_LIN, idempotency_key="k3", kind="special")

    assert (invoice.amount, invoice.kind, invoice.state) == (Decimal("190.20"), "electronic", "issued")
    assert (await refused(Conflict, unpaid)).reason == "invoice.not_paid"
    assert (await refused(Conflict, special)).reason == "invoice.tax_no"


@pytest.mark.parametrize(
    ("account_no", "user", "balance", "expiring"),
    [(LIN, WECHAT_LIN, 1920, 180), (DENG, ALIPAY_DENG, 2771, 80)],
    ids=["6117", "7331"],
)
async def test_the_points_of_the_demo_city(
    stand: Stand, account_no: str, user: ChannelUser, balance: int, expiring: int
) -> None:
    points = await stand.backend.points(account_no, user)

    assert (points.balance, points.expiring, points.expires_on) == (balance, expiring, date(2026, 12, 31))


async def test_points_become_a_coupon(stand: Stand) -> None:
    made = await stand.backend.redeem_points(LIN, "G01", WECHAT_LIN, idempotency_key="k1")

    assert made.points == 1000
    assert (await stand.backend.points(LIN, WECHAT_LIN)).balance == 920
    again = stand.backend.redeem_points(LIN, "G01", WECHAT_LIN, idempotency_key="k2")
    assert (await refused(Conflict, again)).fields["balance"] == 920


async def test_the_torch_is_out_of_stock(stand: Stand) -> None:
    torch = next(goods for goods in await stand.backend.point_goods() if goods.goods_no == "G04")

    assert (torch.stock, torch.coupon) == (0, None)
    asked = stand.backend.redeem_points(LIN, "G04", WECHAT_LIN, idempotency_key="k1")
    assert (await refused(Conflict, asked)).reason == "goods.out_of_stock"


async def test_signing_in_earns_once_a_day(stand: Stand) -> None:
    earned = await stand.backend.earn_points(LIN, "sign_in", WECHAT_LIN, idempotency_key="k1")

    assert earned.balance == 1922
    again = stand.backend.earn_points(LIN, "sign_in", WECHAT_LIN, idempotency_key="k2")
    assert (await refused(Conflict, again)).reason == "points.earned"
