"""Asks the utility about points over its REST interface."""

from __future__ import annotations

from backend.http.client import Client, part
from backend.models import Goods, Points, Redemption
from backend.wire import points as wire
from backend.wire.reading import read, read_list
from conversation.identity import ChannelUser


class PointsClient(Client):
    """The calls about points over HTTP."""

    async def points(self, account_no: str, user: ChannelUser) -> Points:
        """See base class."""
        return read(wire.points, await self._get(f"/accounts/{part(account_no)}/points", user))

    async def earn_points(self, account_no: str, why: str, user: ChannelUser, *, idempotency_key: str) -> Points:
        """See base class."""
        path = f"/accounts/{part(account_no)}/points"
        return read(wire.points, await self._write("POST", path, user, {"why": why}, key=idempotency_key))

    async def point_goods(self) -> list[Goods]:
        """See base class."""
        return read_list(wire.goods, "goods", await self._get("/point-goods", None))

    async def redeem_points(
        self, account_no: str, goods_no: str, user: ChannelUser, *, idempotency_key: str
    ) -> Redemption:
        """See base class."""
        body = {"account_no": account_no, "goods_no": goods_no}
        return read(wire.redemption, await self._write("POST", "/redemptions", user, body, key=idempotency_key))
