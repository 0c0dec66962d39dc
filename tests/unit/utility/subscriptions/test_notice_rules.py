"""What a wish about notices changes, channel by channel."""

from __future__ import annotations

from decimal import Decimal

import pytest

from utility.errors import Clash
from utility.subscriptions.rules import changed
from utility.subscriptions.values import NoticeRules, NoticeType, NoticeWish

SAFE, PLAIN = "safe", "plain"
RULES = NoticeRules(
    types={SAFE: NoticeType(SAFE, always=True), PLAIN: NoticeType(PLAIN, limited=True)},
    channels=("wechat", "alipay", "sms", "phone"),
    fallback="sms",
    own={"wechat": "wechat"},
)


@pytest.mark.parametrize(
    ("wish", "standing", "wanted"),
    [
        (NoticeWish(PLAIN, True), {}, {"wechat": True}),
        (NoticeWish(PLAIN, True), {"sms": True}, {"wechat": True}),
        (NoticeWish(PLAIN, True, threshold=Decimal(80)), {"sms": True}, {}),
        (NoticeWish(PLAIN, True, threshold=Decimal(80)), {"sms": False}, {"wechat": True}),
        (NoticeWish(PLAIN, True, channel="phone"), {"sms": True}, {"phone": True}),
        (NoticeWish(PLAIN, False), {"sms": True, "wechat": True}, {"sms": False, "wechat": False}),
        (NoticeWish(PLAIN, False), {}, {"wechat": False}),
        (NoticeWish(PLAIN, False, channel="sms"), {"sms": True, "wechat": True}, {"sms": False}),
        (NoticeWish(SAFE, False), {"wechat": True}, {"wechat": False, "sms": True}),
        (NoticeWish(SAFE, False, channel="wechat"), {"wechat": True, "phone": True}, {"wechat": False}),
        (NoticeWish(SAFE, False), {"wechat": True, "sms": True}, {"wechat": False, "sms": True}),
    ],
)
def test_a_wish_changes_the_channels_it_means(
    wish: NoticeWish, standing: dict[str, bool], wanted: dict[str, bool]
) -> None:
    assert changed(RULES, wish, standing, "wechat") == wanted


@pytest.mark.parametrize("channel", ["", "sms"])
def test_the_last_channel_of_a_notice_of_safety_stays(channel: str) -> None:
    with pytest.raises(Clash) as caught:
        changed(RULES, NoticeWish(SAFE, False, channel=channel), {"sms": True}, "wechat")

    assert (caught.value.reason, caught.value.fields) == ("notice.always", {"channel": "sms"})


@pytest.mark.parametrize(("channel", "own"), [("wechat", "wechat"), ("web", "sms")])
def test_a_channel_that_takes_no_notices_falls_back(channel: str, own: str) -> None:
    assert RULES.own_channel(channel) == own
