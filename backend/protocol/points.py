"""What is asked of a utility about points."""

from __future__ import annotations

from typing import Protocol

from backend.models import Goods, Points, Redemption
from conversation.identity import ChannelUser


class PointsDesk(Protocol):
    """The calls about points."""

    async def points(self, account_no: str, user: ChannelUser) -> Points:
        """Reads the points of an account. Raises NotAllowed `account.not_bound`."""

    async def earn_points(self, account_no: str, why: str, user: ChannelUser, *, idempotency_key: str) -> Points:
        """Earns for an activity: sign_in (once a day), e_bill, binding (once). The moves are not listed.

        Raises:
            NotAllowed: `account.not_bound`.
            Conflict: `points.earned`.
        """

    async def point_goods(self) -> list[Goods]:
        """Lists what points buy."""

    async def redeem_points(
        self, account_no: str, goods_no: str, user: ChannelUser, *, idempotency_key: str
    ) -> Redemption:
        """Gives goods for points; a coupon pays bills, never damages.

        Raises:
            NotAllowed: `account.not_bound`.
            NotFound: `goods.unknown`.
            Conflict: `goods.out_of_stock`, `points.too_few` (field balance).
        """
