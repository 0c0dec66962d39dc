"""The contract of a Backend, part one: check codes, bindings, bills, usage and money of the demo city."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from backend.errors import NotAllowed, NotFound
from conversation.identity import ChannelName, ChannelUser
from tests.contract.stands import Stand

LIN, ZHOU, ZHAO = "6201011006117", "6201011006133", "6201011006224"
VISITOR = ChannelUser(ChannelName.WEB, "a-visitor")
WECHAT_LIN = ChannelUser(ChannelName.WECHAT, "wx_demo_lin")
WECHAT_ZHAO = ChannelUser(ChannelName.WECHAT, "wx_demo_zhao")


async def bound(stand: Stand, account_no: str, user: ChannelUser = VISITOR) -> None:
    await stand.backend.send_check_code(account_no, user)
    await stand.backend.bind(account_no, await stand.code_sent_to(account_no), user)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def test_a_stranger_has_no_bindings(stand: Stand) -> None:
    assert await stand.backend.bindings(VISITOR) == []


async def test_bound_accounts_are_listed_masked(stand: Stand) -> None:
    accounts = await stand.backend.bindings(WECHAT_LIN)

    assert [account.account_no for account in accounts] == [LIN, "6201037008307"]
    first = accounts[0]
    assert (first.name_masked, first.phone_masked, first.tail) == ("林**", "138****1011", "6117")
    assert first.address_masked == "星河市启明区天琴街道流萤花园一期"
    assert (first.area_id, first.status, first.billing) == ("TA01", "active", "postpaid")


async def test_the_right_code_binds_the_account(stand: Stand) -> None:
    sent = await stand.backend.send_check_code(ZHOU, VISITOR)

    account = await stand.backend.bind(ZHOU, await stand.code_sent_to(ZHOU), VISITOR)

    assert (sent.phone_masked, sent.resend_after_s) == ("138****1033", 60)
    assert timedelta(minutes=4) < sent.expires_at - stand.now() <= timedelta(minutes=5)
    assert account.account_no == ZHOU
    assert await stand.backend.bindings(VISITOR) == [account]


async def test_binding_twice_is_the_same_binding(stand: Stand) -> None:
    await bound(stand, ZHOU)

    again = await stand.backend.bind(ZHOU, "000000", VISITOR)

    assert await stand.backend.bindings(VISITOR) == [again]


async def test_an_unknown_account_gets_no_code(stand: Stand) -> None:
    with pytest.raises(NotFound) as caught:
        await stand.backend.send_check_code("6201000000000", VISITOR)

    assert caught.value.reason == "account.unknown"


async def test_a_closed_account_is_as_unknown_as_any(stand: Stand) -> None:
    with pytest.raises(NotFound) as caught:
        await stand.backend.send_check_code("6201011006240", VISITOR)

    assert caught.value.reason == "account.unknown"


async def test_an_account_without_a_valid_phone_gets_no_code(stand: Stand) -> None:
    with pytest.raises(NotAllowed) as caught:
        await stand.backend.send_check_code("6201037008273", VISITOR)

    assert caught.value.reason == "account.no_phone"


async def test_a_second_code_within_a_minute_is_too_soon(stand: Stand) -> None:
    await stand.backend.send_check_code(ZHOU, VISITOR)

    with pytest.raises(NotAllowed) as caught:
        await stand.backend.send_check_code(ZHOU, VISITOR)

    assert caught.value.reason == "check_code.too_soon"
    assert 0 < int(str(caught.value.fields["retry_after_s"])) <= 60


async def test_after_a_minute_a_new_code_replaces_the_old_one(stand: Stand) -> None:
    await stand.backend.send_check_code(ZHOU, VISITOR)
    stand.move_clock(timedelta(seconds=61))
    await stand.backend.send_check_code(ZHOU, VISITOR)

    account = await stand.backend.bind(ZHOU, await stand.code_sent_to(ZHOU), VISITOR)

    assert account.account_no == ZHOU


async def test_a_code_is_void_after_five_minutes(stand: Stand) -> None:
    await stand.backend.send_check_code(ZHOU, VISITOR)
    stand.move_clock(timedelta(minutes=5, seconds=1))

    with pytest.raises(NotAllowed) as caught:
        await stand.backend.bind(ZHOU, await stand.code_sent_to(ZHOU), VISITOR)

    assert caught.value.reason == "check_code.expired"


async def test_a_code_that_was_never_sent_is_expired(stand: Stand) -> None:
    with pytest.raises(NotAllowed) as caught:
        await stand.backend.bind(ZHOU, "123456", VISITOR)

    assert caught.value.reason == "check_code.expired"


async def test_wrong_codes_count_down_and_then_lock(stand: Stand) -> None:
    await stand.backend.send_check_code(ZHOU, VISITOR)
    code = await stand.code_sent_to(ZHOU)
    left = []
    for _ in range(3):
        with pytest.raises(NotAllowed) as caught:
            await stand.backend.bind(ZHOU, wrong(code), VISITOR)
        left.append((caught.value.reason, caught.value.fields["tries_left"]))

    with pytest.raises(NotAllowed) as locked:
        await stand.backend.bind(ZHOU, code, VISITOR)

    assert left == [("check_code.wrong", 2), ("check_code.wrong", 1), ("check_code.wrong", 0)]
    assert locked.value.reason == "check_code.locked"


async def test_five_wrong_codes_lock_the_day_and_not_the_next(stand: Stand) -> None:
    await _waste_the_day(stand)

    with pytest.raises(NotAllowed) as caught:
        await stand.backend.send_check_code(ZHOU, VISITOR)
    stand.move_clock(timedelta(days=1))
    sent = await stand.backend.send_check_code(ZHOU, VISITOR)

    assert caught.value.reason == "check_code.locked"
    assert sent.account_no == ZHOU


async def _waste_the_day(stand: Stand) -> None:
    for tries in (3, 2):
        await stand.backend.send_check_code(ZHOU, VISITOR)
        code = await stand.code_sent_to(ZHOU)
        for _ in range(tries):
            with pytest.raises(NotAllowed):
                await stand.backend.bind(ZHOU, wrong(code), VISITOR)
        stand.move_clock(timedelta(seconds=61))


async def test_the_sixth_different_account_in_a_month_is_refused(stand: Stand) -> None:
    asked = [LIN, ZHOU, ZHAO, "6201024007281", "6201000000001"]
    for account_no in asked[:-1]:
        await stand.backend.send_check_code(account_no, VISITOR)
    with pytest.raises(NotFound):
        await stand.backend.send_check_code(asked[-1], VISITOR)

    with pytest.raises(NotAllowed) as caught:
        await stand.backend.send_check_code("6201024007216", VISITOR)
    stand.move_clock(timedelta(days=30, minutes=1))
    later = await stand.backend.send_check_code("6201024007216", VISITOR)

    assert caught.value.reason == "accounts.too_many"
    assert later.account_no == "6201024007216"


async def test_unbinding_takes_the_account_away(stand: Stand) -> None:
    await bound(stand, ZHOU)

    await stand.backend.unbind(ZHOU, VISITOR)

    assert await stand.backend.bindings(VISITOR) == []


async def test_unbinding_what_is_not_bound_is_no_error(stand: Stand) -> None:
    await stand.backend.unbind(ZHOU, VISITOR)

    assert await stand.backend.bindings(VISITOR) == []


async def test_the_october_bill_of_6117(stand: Stand) -> None:
    bill = await stand.backend.bill(LIN, "2026-10", WECHAT_LIN)

    assert (bill.kwh, bill.tier, bill.total) == (Decimal(318), 2, Decimal("190.20"))
    assert [(line.code, line.quantity, line.price, line.amount) for line in bill.lines] == [
        ("tier1", Decimal(260), Decimal("0.589"), Decimal("153.14")),
        ("tier2", Decimal(58), Decimal("0.639"), Decimal("37.06")),
    ]
    assert (bill.status, bill.paid_on, bill.due) == ("paid", date(2026, 11, 11), date(2026, 11, 25))


async def test_the_october_bill_of_6133_reaches_tier_three(stand: Stand) -> None:
    await bound(stand, ZHOU)

    bill = await stand.backend.bill(ZHOU, "2026-10", VISITOR)

    assert (bill.kwh, bill.tier, bill.total) == (Decimal(648), 3, Decimal("413.07"))
    assert [line.amount for line in bill.lines] == [Decimal("153.14"), Decimal("217.26"), Decimal("42.67")]


async def test_the_peak_valley_bill_of_7141(stand: Stand) -> None:
    await bound(stand, "6201024007141")

    bill = await stand.backend.bill("6201024007141", "2026-10", VISITOR)

    assert [line.amount for line in bill.lines] == [Decimal(a) for a in ("128.17", "83.64", "29.54", "7.10")]
    assert bill.total == Decimal("248.45")


async def test_the_running_month_has_no_bill_yet(stand: Stand) -> None:
    with pytest.raises(NotFound) as caught:
        await stand.backend.bill(LIN, "2026-11", WECHAT_LIN)

    assert caught.value.reason == "bill.not_issued"


async def test_a_month_before_the_books_has_no_bill(stand: Stand) -> None:
    with pytest.raises(NotFound) as caught:
        await stand.backend.bill(LIN, "2024-01", WECHAT_LIN)

    assert caught.value.reason == "bill.unknown"


@pytest.mark.parametrize("asked", ["bill", "month_usage", "money"])
async def test_a_foreign_account_is_not_read(stand: Stand, asked: str) -> None:
    arguments = (ZHOU, "2026-10", VISITOR) if asked == "bill" else (ZHOU, VISITOR)

    with pytest.raises(NotAllowed) as caught:
        await getattr(stand.backend, asked)(*arguments)

    assert caught.value.reason == "account.not_bound"


async def test_the_running_month_of_6117(stand: Stand) -> None:
    usage = await stand.backend.month_usage(LIN, WECHAT_LIN)

    assert (usage.period, usage.kwh, usage.until) == ("2026-11", Decimal(143), date(2026, 11, 20))
    assert (usage.tier, usage.left_in_tier) == (1, Decimal(57))


async def test_a_month_nobody_has_read_is_unknown(stand: Stand) -> None:
    stand.move_clock(timedelta(days=12))

    with pytest.raises(NotFound) as caught:
        await stand.backend.month_usage(LIN, WECHAT_LIN)

    assert caught.value.reason == "usage.unknown"


async def test_nothing_is_owed_by_6117(stand: Stand) -> None:
    money = await stand.backend.money(LIN, WECHAT_LIN)

    assert (money.balance, money.owed, money.payable) == (Decimal(0), Decimal(0), Decimal(0))
    assert money.days_left is None


async def test_the_arrears_of_6224(stand: Stand) -> None:
    money = await stand.backend.money(ZHAO, WECHAT_ZHAO)

    assert (money.owed, money.overdue, money.damages) == (Decimal("444.13"), Decimal("313.96"), Decimal("13.53"))
    assert (money.payable, money.reconnect) == (Decimal("457.66"), Decimal("327.49"))


async def test_damages_grow_with_every_day(stand: Stand) -> None:
    stand.move_clock(timedelta(days=1))

    money = await stand.backend.money(ZHAO, WECHAT_ZHAO)

    assert money.damages == Decimal("9.77") + Decimal("4.07")


async def test_the_prepaid_balance_of_7232(stand: Stand) -> None:
    await bound(stand, "6201024007232")

    money = await stand.backend.money("6201024007232", VISITOR)

    assert (money.billing, money.balance, money.days_left) == ("prepaid", Decimal("18.36"), 5)


async def test_the_double_payment_of_7299_stays_as_credit(stand: Stand) -> None:
    await bound(stand, "6201024007299")

    money = await stand.backend.money("6201024007299", VISITOR)

    assert (money.balance, money.owed) == (Decimal("143.13"), Decimal("0.00"))


async def test_a_payment_on_its_way_has_not_arrived(stand: Stand) -> None:
    await bound(stand, "6201011006349")

    money = await stand.backend.money("6201011006349", VISITOR)

    assert (money.balance, money.owed, money.overdue) == (Decimal("0.00"), Decimal("170.39"), Decimal("0.00"))


async def test_what_another_identity_has_bound_is_bound_here_too_and_stays_there(stand: Stand) -> None:
    theirs = await stand.backend.bindings(WECHAT_LIN)
    await bound(stand, ZHOU)

    taken = await stand.backend.take_over_bindings(WECHAT_LIN, VISITOR, evidence="link-1")
    again = await stand.backend.take_over_bindings(WECHAT_LIN, VISITOR, evidence="link-1")

    assert {account.account_no for account in taken} == {ZHOU, *(account.account_no for account in theirs)}
    assert again == taken == await stand.backend.bindings(VISITOR)
    assert await stand.backend.bindings(WECHAT_LIN) == theirs


async def test_a_stranger_has_nothing_to_be_taken_over(stand: Stand) -> None:
    stranger = ChannelUser(ChannelName.ALIPAY, "2088999999999999")

    assert await stand.backend.take_over_bindings(stranger, VISITOR, evidence="link-2") == []


async def test_an_account_unbound_here_stays_bound_there(stand: Stand) -> None:
    await stand.backend.take_over_bindings(WECHAT_LIN, VISITOR, evidence="link-3")

    await stand.backend.unbind(LIN, VISITOR)

    assert LIN in [account.account_no for account in await stand.backend.bindings(WECHAT_LIN)]
