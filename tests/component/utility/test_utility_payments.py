"""Money in the books: how accounts stand, links, callbacks in any order, and what is kept when nothing fits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from runtime.embedded import EmbeddedPostgres
from runtime.postgres import transaction
from tests.fakes.cashier import Cashier, at, cashier, fill
from utility.accounts.values import Person
from utility.actors import staff
from utility.errors import Clash, Forbidden, InvalidRequest, NotKnown
from utility.payments import callbacks, callbacks_store, counting, links, posting, rounds, service
from utility.payments.values import LinkDraft
from utility.seed.file import read_city

LIN, CHEN, ZHAO, XIE, FENG = (f"620101100{tail}" for tail in (6117, 6125, 6224, 6315, 6349))
PENG, WU = "6201024007299", "6201024007232"
WECHAT_LIN, WECHAT_ZHAO = Person("wechat", "wx_demo_lin"), Person("wechat", "wx_demo_zhao")
STRANGER = Person("web", "a-stranger")
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def books_url(postgres_server: EmbeddedPostgres) -> str:
    return asyncio.run(fill(postgres_server, "utility_payments"))


@pytest_asyncio.fixture
async def desk(books_url: str) -> AsyncIterator[Cashier]:
    async with cashier(books_url) as opened:
        yield opened


def yuan(value: Any) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))


async def test_every_account_stands_as_the_demo_city_says(desk: Cashier) -> None:
    names = ("balance", "owed", "overdue", "damages", "payable", "reconnect")
    known = {row["account_no"]: row["snapshot"] for row in read_city()["accounts"]}

    found = {no: await desk.money(no) for no in known}

    assert {no: [getattr(money, name) for name in names] for no, money in found.items()} == {
        no: [yuan(row[name]) for name in names] for no, row in known.items()
    }
    assert {no: money.days_left for no, money in found.items() if money.days_left is not None} == {WU: 5}


async def test_each_late_bill_of_6224(desk: Cashier) -> None:
    async with transaction(desk.company.pool) as connection:
        account = await links.accounts.account(connection, ZHAO)
        assert account is not None
        found = await service.claims(connection, desk.company, account, date(2026, 11, 21))

    assert [(c.period, c.principal, c.damages) for c in found] == [
        ("2026-08", yuan("168.48"), yuan("9.60")),
        ("2026-09", yuan("145.48"), yuan("3.93")),
        ("2026-10", yuan("130.17"), yuan("0.00")),
    ]


async def test_arrears_stand_in_the_way(desk: Cashier) -> None:
    with pytest.raises(Clash) as caught:
        await desk.do(service.arrears_block, XIE)

    assert (caught.value.reason, caught.value.fields["payable"]) == ("account.in_arrears", "390.36")
    await desk.do(service.arrears_block, LIN)


async def test_nothing_is_paid_before_the_provider_says_so(desk: Cashier) -> None:
    order = await desk.link(WECHAT_ZHAO, ZHAO)

    assert (order.amount, order.state) == (yuan("457.66"), "open")
    assert (await desk.money(ZHAO)).payable == yuan("457.66")

    assert await desk.told("t1", order) == "posted"
    money = await desk.money(ZHAO)
    assert (money.payable, money.balance) == (yuan(0), yuan(0))
    kept, _ = await links.read_order(desk.company, WECHAT_ZHAO, order.payment_order_no)
    assert (kept.state, kept.payment_no) == ("paid", "Z26112100001")


async def test_a_part_pays_the_oldest_bill_with_its_damages_first(desk: Cashier) -> None:
    await desk.pay(WECHAT_ZHAO, ZHAO, "top_up", amount=yuan("200.00"))

    money = await desk.money(ZHAO)

    # 168.48 + 9.60 are gone; of 200.00 21.92 is left: 3.93 of damages, 17.99 of September
    assert (money.owed, money.overdue) == (yuan("257.66"), yuan("127.49"))
    assert (money.damages, money.balance) == (yuan(0), yuan(0))
    paid = (await desk.events("payment.posted"))[0]["data"]["paid"]
    assert [(share["period"], share["book"], share["amount"]) for share in paid] == [
        ("2026-08", "damages", "9.60"),
        ("2026-08", "bill", "168.48"),
        ("2026-09", "damages", "3.93"),
        ("2026-09", "bill", "17.99"),
    ]


async def test_the_open_link_is_given_again_to_whoever_asks(desk: Cashier) -> None:
    first = await desk.link(WECHAT_ZHAO, ZHAO)
    await desk.bind(STRANGER, ZHAO)

    assert await desk.link(STRANGER, ZHAO) == first


async def test_a_link_whose_sum_has_grown_is_made_anew(desk: Cashier) -> None:
    first = await desk.link(WECHAT_ZHAO, ZHAO)
    desk.clock.set(at("2026-11-21T23:50"))
    late = await desk.link(WECHAT_ZHAO, ZHAO)
    desk.clock.set(at("2026-11-22T00:05"))

    second = await desk.link(WECHAT_ZHAO, ZHAO)

    assert len({first.payment_order_no, late.payment_order_no, second.payment_order_no}) == 3
    assert second.amount == yuan("457.66") + yuan("0.31")
    before, _ = await links.read_order(desk.company, WECHAT_ZHAO, late.payment_order_no)
    assert before.state == "cancelled"


@pytest.mark.parametrize("amount", ["-1.00", "0.00", "1000000.01", "999999999999.99"])
async def test_absurd_amounts_are_refused(desk: Cashier, amount: str) -> None:
    with pytest.raises(Clash) as caught:
        await desk.link(WECHAT_LIN, LIN, "top_up", amount=Decimal(amount))

    assert (caught.value.reason, caught.value.fields["most"]) == ("payment.amount", "1000000.00")


async def test_a_sum_is_kept_to_the_cent_however_it_was_written(desk: Cashier) -> None:
    order = await desk.link(WECHAT_LIN, LIN, "top_up", amount=Decimal("5.5"))

    assert str(order.amount) == "5.50"


async def test_nothing_due_makes_no_link(desk: Cashier) -> None:
    with pytest.raises(Clash, match="unpaid") as caught:
        await desk.link(WECHAT_LIN, LIN)

    assert caught.value.reason == "payment.nothing_due"


async def test_a_stranger_pays_a_sum_of_their_own_and_learns_nothing(desk: Cashier) -> None:
    with pytest.raises(Forbidden) as caught:
        await desk.link(STRANGER, ZHAO)
    order = await desk.link(STRANGER, ZHAO, "top_up", amount=yuan("100.00"))

    assert caught.value.reason == "account.not_bound"
    assert (order.amount, order.state) == (yuan("100.00"), "open")


async def test_a_stranger_does_not_take_the_holders_link_away(desk: Cashier) -> None:
    mine = await desk.link(WECHAT_LIN, LIN, "top_up", amount=yuan("50.00"))

    await desk.link(STRANGER, LIN, "top_up", amount=yuan("1.00"))

    assert await desk.link(WECHAT_LIN, LIN, "top_up", amount=yuan("50.00")) == mine


async def test_unknown_and_closed_accounts_are_as_unknown_as_any(desk: Cashier) -> None:
    for account_no in ("6201000000000", "6201011006240"):
        with pytest.raises(NotKnown) as caught:
            await desk.link(STRANGER, account_no, "top_up", amount=yuan("1.00"))
        assert caught.value.reason == "account.unknown"


async def test_a_link_ends_by_the_clock(desk: Cashier) -> None:
    order = await desk.link(WECHAT_ZHAO, ZHAO)
    desk.clock.move(31 * MINUTE)

    assert await links.round(desk.company) == 1
    assert await links.round(desk.company) == 0
    assert [event["subject"] for event in await desk.events("payment.expired")] == [order.payment_order_no]


async def test_money_that_comes_late_is_kept_and_told(desk: Cashier) -> None:
    order = await desk.link(WECHAT_ZHAO, ZHAO)
    desk.clock.move(31 * MINUTE)
    await links.round(desk.company)

    assert await desk.told("t1", order) == "posted"

    assert (await desk.money(ZHAO)).payable == yuan(0)
    assert (await desk.events("payment.posted"))[0]["data"]["late"] is True


async def test_the_same_transaction_twice_is_one_payment(desk: Cashier) -> None:
    order = await desk.link(WECHAT_ZHAO, ZHAO)

    said = await asyncio.gather(*(desk.told("t1", order) for _ in range(5)))

    assert said == ["posted"] * 5
    assert (await desk.money(ZHAO)).balance == yuan(0)
    assert len(await desk.events("payment.posted")) == 1


async def test_two_payments_of_one_link_leave_credit(desk: Cashier) -> None:
    order = await desk.link(WECHAT_ZHAO, ZHAO)

    said = await asyncio.gather(desk.told("t1", order), desk.told("t2", order))

    assert said == ["posted", "posted"]
    assert (await desk.money(ZHAO)).balance == yuan("457.66")


async def test_a_transaction_told_differently_goes_to_a_person(desk: Cashier) -> None:
    order = await desk.link(WECHAT_ZHAO, ZHAO)
    await desk.told("t1", order)

    assert await desk.told("t1", order, amount=yuan("1.00")) == "callback.mismatch"

    async with transaction(desk.company.pool) as connection:
        waiting = await callbacks_store.items(connection, "waiting", 10)
    assert [(item.reason, item.amount) for item in waiting] == [("mismatch", yuan("1.00"))]
    assert (await desk.money(ZHAO)).balance == yuan(0)


async def test_money_for_an_unknown_order_waits_for_a_person(desk: Cashier) -> None:
    assert await desk.told("t1", "Y99999999999", amount=yuan("33.00")) == "suspended"
    async with transaction(desk.company.pool) as connection:
        (item,) = await callbacks_store.items(connection, "waiting", 10)

    await desk.do(callbacks.resolve, item.suspense_no, CHEN, "staff:K0103")

    assert (await desk.money(CHEN)).owed == yuan("150.20") - yuan("33.00")
    with pytest.raises(Clash):
        await desk.do(callbacks.resolve, item.suspense_no, CHEN, "staff:K0103")


async def test_another_amount_than_was_asked_for_waits_for_a_person(desk: Cashier) -> None:
    order = await desk.link(WECHAT_ZHAO, ZHAO)

    assert await desk.told("t1", order, amount=yuan("1.00")) == "suspended"

    assert (await desk.money(ZHAO)).payable == yuan("457.66")


async def test_a_refund_before_its_payment_is_made_when_it_comes(desk: Cashier) -> None:
    order = await desk.link(WECHAT_LIN, LIN, "top_up", amount=yuan("50.00"))

    assert await desk.told("r1", order, kind="refund") == "waiting"
    assert await desk.told("t1", order) == "posted"

    assert (await desk.money(LIN)).balance == yuan(0)
    assert len(await desk.events("refund.paid")) == 1


async def test_success_after_the_provider_closed_the_order(desk: Cashier) -> None:
    order = await desk.link(WECHAT_LIN, LIN, "top_up", amount=yuan("50.00"))
    assert await desk.told("c1", order, kind="payment_closed") == "closed"

    assert await desk.told("t1", order) == "posted"

    assert (await desk.money(LIN)).balance == yuan("50.00")


async def test_the_payment_of_6349_arrives_by_its_providers_number(desk: Cashier) -> None:
    said = await desk.told("4200000000202611200006349", "Z26112024014", amount=yuan("170.39"))

    assert said == "posted"
    money = await desk.money(FENG)
    assert (money.owed, money.balance) == (yuan(0), yuan(0))


async def test_a_payment_that_does_not_arrive_in_time_is_told_once(desk: Cashier) -> None:
    desk.clock.set(at("2026-11-21T21:15"))

    await rounds.round(desk.company)
    await rounds.round(desk.company)

    assert [event["subject"] for event in await desk.events("payment.delayed")] == ["Z26112024014"]


async def test_a_top_up_of_a_prepaid_account(desk: Cashier) -> None:
    await desk.pay(STRANGER, WU, "top_up", amount=yuan("100.00"))

    money = await desk.money(WU)

    assert (money.balance, money.days_left) == (yuan("118.36"), 33)


async def test_the_credit_of_7299_pays_its_next_bill(desk: Cashier) -> None:
    desk.clock.set(at("2026-12-02T09:00"))
    await desk.issue(PENG, "2026-11", "120.00", "2026-12-25")

    await desk.do(posting.settle_account, PENG)

    money = await desk.money(PENG)
    assert (money.balance, money.owed) == (yuan("23.13"), yuan(0))


async def test_cash_counted_at_a_hall(desk: Cashier) -> None:
    payment = await desk.do(counting.count, CHEN, yuan("150.20"), "营业厅", staff("K0103"))

    assert payment.periods == ("2026-10",)
    assert (await desk.money(CHEN)).owed == yuan(0)


async def test_waived_damages_are_gone_and_the_bill_stays(desk: Cashier) -> None:
    money = await desk.do(counting.waive, XIE, "2026-09", "system_failure", staff("K0103"))

    assert (money.damages, money.overdue) == (yuan(0), yuan("202.98"))
    with pytest.raises(InvalidRequest):
        await desk.do(counting.waive, XIE, "2026-09", "kindness", staff("K0103"))


async def test_many_links_and_payments_at_once_keep_the_books_even(desk: Cashier) -> None:
    async def one(n: int) -> None:
        person = Person("web", f"u{n % 4}")
        order = await desk.link(person, ZHAO, "top_up", amount=yuan(n + 1))
        await desk.told(f"t{n}", order)

    await asyncio.gather(*(one(n) for n in range(20)))

    async with transaction(desk.company.pool) as connection:
        came = await connection.fetchval("select sum(amount) from payments where provider = 'sandbox'")
    assert came == sum(range(1, 21))
    money = await desk.money(ZHAO)
    assert money.payable - money.balance == yuan("457.66") - yuan(came)


async def test_a_cancelled_order_stays_cancelled(desk: Cashier) -> None:
    order = await desk.link(WECHAT_LIN, LIN, "top_up", amount=yuan("5.00"))
    for _ in range(2):
        assert (await desk.do(links.cancel, WECHAT_LIN, order.payment_order_no)).state == "cancelled"
    with pytest.raises(NotKnown):
        await desk.do(links.cancel, STRANGER, order.payment_order_no)
    paid = await desk.pay(WECHAT_LIN, LIN, "top_up", amount=yuan("6.00"))
    with pytest.raises(Clash) as caught:
        await desk.do(links.cancel, WECHAT_LIN, paid.payment_order_no)
    assert caught.value.reason == "payment_order.closed"


async def test_the_draft_of_one_bill(desk: Cashier) -> None:
    order = await desk.link(WECHAT_ZHAO, ZHAO, "bill", period="2026-09")

    assert order.amount == yuan("149.41")
    with pytest.raises(NotKnown):
        await desk.do(links.open_link, WECHAT_ZHAO, LinkDraft(ZHAO, "bill", "2026-11"))
