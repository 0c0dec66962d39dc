"""Which messages are a wish to go on in another door: the whole message, in any script and width of digits."""

from __future__ import annotations

import pytest

from bot.identity.wishes import MoveOut, Share, TakeUp, Wish, wish_in
from conversation.identity import ChannelName


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("继续 482913", TakeUp("482913")),
        ("继续４８２９１３", TakeUp("482913")),
        ("繼續：4829-13", TakeUp("482913")),
        ("继续 4829 1357 0246", TakeUp("482913570246")),
        ("换到网页", MoveOut(ChannelName.WEB)),
        ("我想到微信继续", MoveOut(ChannelName.WECHAT)),
        ("换到支付宝聊", MoveOut(ChannelName.ALIPAY)),
        ("两边通用", Share()),
        ("继续", None),
        ("继续 12345", None),
        ("482913", None),
        ("微信交电费怎么继续", None),
        ("我要在网页交电费", None),
        ("继续 482913 报修", None),
    ],
)
def test_only_the_whole_message_is_a_wish(text: str, wish: Wish | None) -> None:
    assert wish_in(text) == wish
