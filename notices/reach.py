"""Whether a channel lets a notice through now: its window and quota, or a template of the account; it sends nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from connectors.shared.quota import Purpose, QuotaLedger
from connectors.wechat.budget import wechat_quota
from handoff.delivery.spending import SpendingRecord
from notices.kinds import Kind
from runtime.cache import Cache
from runtime.clock import Clock
from runtime.postgres import Connection, Pool

_ALIPAY_WINDOW = timedelta(hours=47, minutes=55)
_UNFOLLOWED = "select unfollowed_at is not null from conversations where conversation_id = $1"
_ALIPAY = """
    select c.left_ms is not null as gone, max(w.opened_at) as opened_at
    from contacts c left join contact_windows w on w.conversation_id = c.conversation_id and not w.used
    where c.conversation_id = $1 group by c.left_ms
"""


@dataclass(frozen=True)
class Templates:
    """Which doors have a template that carries words outside their window."""

    wechat: bool = False
    alipay: bool = False


class Reach(Protocol):
    """What is asked before a line is written for a channel."""

    async def refusal(self, connection: Connection, way: str, conversation_id: str, kind: Kind) -> str:
        """Says why the channel would not take it; empty: it would."""


class ChannelReach:
    """Asks the ledgers of the doors."""

    def __init__(self, pool: Pool, cache: Cache | None, clock: Clock, templates: Templates) -> None:
        self._clock = clock
        self._templates = templates
        self._wechat: QuotaLedger = wechat_quota(SpendingRecord(pool), cache, clock)

    async def refusal(self, connection: Connection, way: str, conversation_id: str, kind: Kind) -> str:
        """See base class."""
        if await connection.fetchval(_UNFOLLOWED, conversation_id):
            return "unfollowed"
        if way == "wechat" and not self._templates.wechat:
            purpose = Purpose.RESTORATION if kind.notice == Purpose.RESTORATION.value else Purpose.BOT
            left = (await self._wechat.balance(conversation_id)).left(purpose)
            return "" if left else "no_quota"
        if way == "alipay" and not self._templates.alipay:
            return await self._alipay(connection, conversation_id)
        return ""

    async def _alipay(self, connection: Connection, conversation_id: str) -> str:
        row = await connection.fetchrow(_ALIPAY, conversation_id)
        if row is None or row["gone"]:
            return "unfollowed"
        opened = row["opened_at"]
        return "" if opened and self._clock.now() - opened < _ALIPAY_WINDOW else "no_window"
