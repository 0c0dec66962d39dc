"""The fake company, part pictures on orders."""

from __future__ import annotations

from datetime import datetime

from backend.errors import Conflict, NotFound
from backend.models import Picture
from conversation.identity import ChannelUser
from runtime.clock import Clock
from tests.fakes.backend.applications import FakeApplications
from tests.fakes.backend.cases import FakeCases
from tests.fakes.backend.faults import FakeFaults
from utility.orders.attaching import MOST


class FakeAttachments(FakeApplications, FakeCases, FakeFaults):
    """Keeps what was added to orders of every kind."""

    def __init__(self, clock: Clock, *, now: datetime | None = None) -> None:
        super().__init__(clock, now=now)
        self.attachments: dict[str, dict[str, Picture]] = {}
        self._attached: dict[str, tuple[str, Picture]] = {}

    async def attach(self, order_no: str, picture: Picture, *, user: ChannelUser, idempotency_key: str) -> None:
        """See base class."""
        is_open = await self._is_open(order_no, user)
        self._called("attach")
        if self._attached.setdefault(idempotency_key, (order_no, picture)) != (order_no, picture):
            raise Conflict("idempotency.mismatch")
        if not is_open:
            raise Conflict("order.closed")
        there = self.attachments.setdefault(order_no, {})
        if picture.media_id not in there and len(there) >= MOST:
            raise Conflict("order.too_many_attachments")
        there.setdefault(picture.media_id, picture)

    async def _is_open(self, order_no: str, user: ChannelUser) -> bool:
        try:
            return self._order(order_no, user).status != "archived"
        except NotFound:
            pass
        try:
            return (await self.application(order_no, user)).open
        except NotFound:
            return (await self.order(order_no, user=user)).open
