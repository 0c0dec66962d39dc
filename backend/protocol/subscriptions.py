"""What is asked of a utility about notices, and about being called back."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Protocol

from backend.models import Callback, Subscription
from conversation.identity import ChannelUser


class Subscriptions(Protocol):
    """The calls about notices (订阅)."""

    async def subscriptions(self, account_no: str, user: ChannelUser) -> list[Subscription]:
        """Lists the notices of an account by type and channel. Raises NotAllowed `account.not_bound`."""

    async def set_subscription(
        self,
        account_no: str,
        notice_type: str,
        user: ChannelUser,
        *,
        enabled: bool,
        channel: str = "",
        threshold: Decimal | None = None,
        idempotency_key: str,
    ) -> list[Subscription]:
        """Turns a type of notice on or off and returns how that type stands now.

        Args:
            account_no: an account bound to the user.
            notice_type: 停电通知, 电费账单, 余额提醒, 工单进度 or 营销资讯.
            user: who wishes it.
            enabled: on or off.
            channel: wechat, alipay, sms or phone; none: the user's own (sms on the web), or every one when off.
            threshold: the balance below which a prepaid account is warned; only with 余额提醒.
            idempotency_key: the same key does it once.

        Raises:
            NotAllowed: `account.not_bound`.
            NotFound: `notice.unknown`, `notice.channel`.
            Conflict: `notice.always` (field channel: what is left on), `notice.limit`, `warning.limit`,
                `warning.postpaid`.
        """


class Callbacks(Protocol):
    """The calls about being called back by a person (回电)."""

    async def ask_callback(
        self,
        reason: str,
        user: ChannelUser,
        *,
        phone: str = "",
        account_no: str = "",
        call_by: datetime | None = None,
        idempotency_key: str,
    ) -> Callback:
        """Asks that a person calls; an open request about the same account takes the new phone and reason.

        Without a phone the one on file of the account is called; `call_by` is the hour that was named to the customer.

        Raises:
            NotAllowed: `account.not_bound`, `account.no_phone` (ask for a phone).
            Conflict: `phone.invalid`.
        """

    async def callbacks(self, user: ChannelUser) -> list[Callback]:
        """Lists this user's requests, the newest first."""
