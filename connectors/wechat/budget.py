"""WeChat's figures of customer-service messages: what a message, a menu click, a follow and a scan open.

https://developers.weixin.qq.com/doc/service/api/customer/message/api_sendcustommessage
"""

from __future__ import annotations

from datetime import timedelta

from connectors.shared.ports import SpendingBook
from connectors.shared.quota import Grant, Purpose, QuotaLedger, Terms
from runtime.cache import Cache
from runtime.clock import Clock

# Of the five one is kept for a person's first line and one for the word that the power is back. A picture leaves one
# more: words come before charts.
TERMS = Terms(
    lasting=Grant(5, timedelta(hours=48)),
    passing=Grant(3, timedelta(minutes=1)),
    kept={Purpose.PICTURE: 3, Purpose.BOT: 2, Purpose.AGENT: 1, Purpose.RESTORATION: 0},
)
# A follow, a scan and these menu clicks open the short window; a page view does not.
TOUCHES = frozenset({"event.subscribe", "event.scan", "event.click", "event.scancode_push", "event.scancode_waitmsg"})


def wechat_quota(book: SpendingBook, cache: Cache | None, clock: Clock) -> QuotaLedger:
    """The ledger of the WeChat door; the desk reads it too: `(await ledger.balance(id)).left(Purpose.AGENT)`."""
    return QuotaLedger(TERMS, book, cache, clock)
