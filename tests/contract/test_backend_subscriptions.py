"""The contract of a Backend, notices and being called back: who may, what a wish changes, what is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from backend.errors import BackendRefused, Conflict, NotAllowed, NotFound
from backend.models import Subscription
from conversation.identity import ChannelName, ChannelUser
from tests.contract.stands import Stand

LIN, LUO, WU = "6201011006117", "6201024007281", "6201024007232"
WECHAT_LIN = ChannelUser(ChannelName.WECHAT, "wx_demo_lin")
WECHAT_LUO = ChannelUser(ChannelName.WECHAT, "wx_demo_luo")
OUTAGE, BILL, BALANCE, OFFERS = "停电通知", "电费账单", "余额提醒", "营销资讯"


def on(found: list[Subscription]) -> dict[str, bool]:
    return {one.channel: one.enabled for one in found}


async def turn(
    stand: Stand, notice: str, *, account_no: str = LIN, key: str = "turn-1", **wish: Any
) -> dict[str, bool]:
    user = WECHAT_LUO if account_no == LUO else WECHAT_LIN
    return on(await stand.backend.set_subscription(account_no, notice, user, idempotency_key=key, **wish))


async def test_the_notices_of_an_account_are_listed(stand: Stand) -> None:
    found = await stand.backend.subscriptions(LIN, WECHAT_LIN)

    assert {(one.notice_type, one.channel, one.enabled, one.threshold) for one in found} == {
        (OUTAGE, "wechat", True, None),
        (BILL, "wechat", True, None),
        (OFFERS, "wechat", True, None),
    }


async def test_offers_are_turned_off_and_on_again(stand: Stand) -> None:
    off = await turn(stand, OFFERS, enabled=False)
    again = await turn(stand, OFFERS, enabled=True, key="turn-2")

    assert (off, again) == ({"wechat": False}, {"wechat": True})


async def test_a_new_notice_goes_by_the_persons_own_channel_or_the_one_they_name(stand: Stand) -> None:
    own = await turn(stand, BILL, account_no=LUO, enabled=True)
    named = await turn(stand, BILL, account_no=LUO, enabled=True, channel="sms", key="turn-2")

    assert (own, named) == ({"wechat": True}, {"sms": True, "wechat": True})


async def test_a_notice_of_safety_keeps_a_channel(stand: Stand) -> None:
    kept = await turn(stand, OUTAGE, enabled=False)

    assert kept == {"sms": True, "wechat": False}
    with pytest.raises(Conflict) as caught:
        await turn(stand, OUTAGE, enabled=False, key="turn-2")
    assert (caught.value.reason, caught.value.fields["channel"]) == ("notice.always", "sms")


@pytest.mark.parametrize(
    ("account_no", "notice", "wish", "error", "reason"),
    [
        (WU, OUTAGE, {"enabled": True}, NotAllowed, "account.not_bound"),
        (LIN, "天气预报", {"enabled": True}, NotFound, "notice.unknown"),
        (LIN, BILL, {"enabled": True, "channel": "pigeon"}, NotFound, "notice.channel"),
        (LIN, BILL, {"enabled": True, "threshold": Decimal("50.00")}, Conflict, "notice.limit"),
        (LIN, BALANCE, {"enabled": True, "threshold": Decimal("50.00")}, Conflict, "warning.postpaid"),
        (LIN, BALANCE, {"enabled": True}, Conflict, "warning.postpaid"),
    ],
)
async def test_what_is_not_changed(
    stand: Stand, account_no: str, notice: str, wish: dict[str, Any], error: type[BackendRefused], reason: str
) -> None:
    with pytest.raises(error) as caught:
        await turn(stand, notice, account_no=account_no, **wish)

    assert caught.value.reason == reason


async def test_a_limit_is_the_one_that_supply_warns_by(stand: Stand) -> None:
    await stand.backend.send_check_code(WU, WECHAT_LIN)
    await stand.backend.bind(WU, await stand.code_sent_to(WU), WECHAT_LIN)

    found = await stand.backend.set_subscription(
        WU, BALANCE, WECHAT_LIN, enabled=True, threshold=Decimal("80.00"), idempotency_key=f"turn-1/{BALANCE}"
    )

    assert [(one.channel, one.enabled, one.threshold) for one in found] == [("sms", True, Decimal("80.00"))]
    assert (await stand.backend.supply(WU, WECHAT_LIN)).warning_limit == Decimal("80.00")


async def test_somebody_asks_to_be_called_on_the_phone_on_file(stand: Stand) -> None:
    asked = await stand.backend.ask_callback("量价咨询", WECHAT_LIN, account_no=LIN, idempotency_key="turn-1")

    assert (asked.callback_no, asked.account_no, asked.state) == ("H26112100001", LIN, "open")
    assert (asked.phone_masked[3:7], asked.asked_at.date()) == ("****", stand.now().date())
    assert await stand.backend.callbacks(WECHAT_LIN) == [asked]
    assert await stand.backend.callbacks(WECHAT_LUO) == []


async def test_asking_again_corrects_the_open_request(stand: Stand) -> None:
    first = await stand.backend.ask_callback("办增容", WECHAT_LIN, phone="13800001234", idempotency_key="turn-1")
    again = await stand.backend.ask_callback("办增容", WECHAT_LIN, phone="13800005678", idempotency_key="turn-2")

    assert (again.callback_no, again.phone_masked) == (first.callback_no, "138****5678")
    assert len(await stand.backend.callbacks(WECHAT_LIN)) == 1


@pytest.mark.parametrize(
    ("ask", "error", "reason"),
    [
        ({"phone": "1380000"}, Conflict, "phone.invalid"),
        ({}, NotAllowed, "account.no_phone"),
        ({"account_no": LUO}, NotAllowed, "account.not_bound"),
    ],
)
async def test_who_cannot_be_called(
    stand: Stand, ask: dict[str, str], error: type[BackendRefused], reason: str
) -> None:
    with pytest.raises(error) as caught:
        await stand.backend.ask_callback("咨询", WECHAT_LIN, idempotency_key="turn-1", **ask)

    assert caught.value.reason == reason
