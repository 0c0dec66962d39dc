"""The outbox: lines reach a door in their order, each under the conversation's share lock, so that one voice speaks.

An agent's accept needs the same row for writing: it waits until a line is out, or suppresses it before it leaves.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.reception.wire import Wire
from conversation.message import Delivery, Line, Role
from handoff import transcript
from runtime.postgres import Pool, transaction

_CONFIRM = """
    update messages set delivery = 'sent', delivery_attempts = delivery_attempts + 1
    where conversation_id = $1 and seq <= $2 and delivery = 'pending' returning seq, role
"""

# Lines handed over under one lock; a long history takes several.
_PAGE = 100

Send = Callable[[Line], Awaitable[None]]


class Outbox:
    """Replays a conversation to a door from the last number it has."""

    def __init__(self, pool: Pool, wire: Wire) -> None:
        self._pool = pool
        self._wire = wire

    async def replay(self, conversation_id: str, after: int, send: Send) -> int:
        """Hands every line the customer may see after a number to `send`; returns the last number handed over.

        What `send` accepted is marked sent; when it raises, the lines stay pending.
        """
        while True:
            reached, more = await self._page(conversation_id, after, send)
            if not more:
                return reached
            after = reached

    async def confirm(self, conversation_id: str, seq: int) -> None:
        """Marks sent what a window has up to a number: the commit that was to do so was lost with store or worker."""
        async with transaction(self._pool) as connection:
            rows = await connection.fetch(_CONFIRM, conversation_id, seq)
        for row in sorted(rows, key=lambda row: int(row["seq"])):
            if row["role"] == Role.AGENT.value:
                await self._wire.tell(conversation_id, {"kind": "delivered", "seq": row["seq"]})

    async def _page(self, conversation_id: str, after: int, send: Send) -> tuple[int, bool]:
        async with transaction(self._pool) as connection:
            lines = await transcript.hand_out(connection, conversation_id, after=after, limit=_PAGE)
            for line in lines:
                await send(line)
            fresh = [line.seq for line in lines if line.delivery is Delivery.PENDING]
            if fresh:
                await connection.execute(
                    "update messages set delivery = 'sent', delivery_attempts = delivery_attempts + 1"
                    " where conversation_id = $1 and seq = any($2) and delivery = 'pending'",
                    conversation_id,
                    fresh,
                )
        await self._tell_desk(conversation_id, lines)
        return (lines[-1].seq if lines else after), len(lines) == _PAGE

    async def _tell_desk(self, conversation_id: str, lines: list[Line]) -> None:
        """Has the agent see that their words arrived."""
        for line in lines:
            if line.role is Role.AGENT and line.delivery is Delivery.PENDING:
                await self._wire.tell(conversation_id, {"kind": "delivered", "seq": line.seq})
