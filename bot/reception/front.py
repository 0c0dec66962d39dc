"""The front desk: what every door talks to (`connectors.shared.ports.Reception`)."""

from __future__ import annotations

from bot.media.words import worded
from bot.policies.safety import SafetyGate
from bot.reception.desk import ReceptionDesk
from bot.reception.inbox import WAIT_SECONDS, Inbox
from bot.reception.outbox import Outbox, Send
from bot.reception.postbag import Postbag
from bot.reception.wire import EventListener, Wire
from connectors.shared.ports import Carry, Posted, Standing
from conversation.events import Owner, Ownership
from conversation.message import InboundMessage, Receipt
from conversation.spending import Spending
from handoff import transcript
from handoff.delivery.spending import SpendingRecord
from handoff.phrases import Phrases
from runtime.postgres import Pool, at_once

_STANDING = """
    select c.owner, c.epoch, c.agent_id, a.name as agent_name, c.last_seq, c.customer_read_seq, c.agent_read_seq
    from conversations c left join agents a using (agent_id) where c.conversation_id = $1
"""

# Nothing when the mark stands there already.
_READ = """
    update conversations set customer_read_seq = least($2, last_seq)
    where conversation_id = $1 and customer_read_seq < least($2, last_seq) returning customer_read_seq
"""


class FrontDesk:
    """Takes messages in, starts their turns, and hands lines out."""

    def __init__(
        self,
        pool: Pool,
        inbox: Inbox,
        outbox: Outbox,
        postbag: Postbag,
        desk: ReceptionDesk,
        wire: Wire,
        phrases: Phrases,
        gate: SafetyGate,
    ) -> None:
        self._gate = gate
        self._phrases = phrases
        self._pool = pool
        self._inbox = inbox
        self._outbox = outbox
        self._postbag = postbag
        self._spending = SpendingRecord(pool)
        self._desk = desk
        self._wire = wire

    async def receive(self, message: InboundMessage) -> Receipt:
        """See base class."""
        receipt = await self._inbox.put(worded(message, self._phrases))
        conversation_id = message.user.conversation_id
        self._desk.wake(conversation_id)
        if not receipt.duplicate:
            await self._wire.tell(conversation_id, {"kind": "message", "seq": receipt.seq})
        return receipt

    async def remark(self, message: InboundMessage, answer: str) -> Receipt:
        """See base class; danger gets its turn however a door would have put it aside."""
        if self.is_urgent(message.text):
            return await self.receive(message)
        receipt = await self._inbox.put_aside(worded(message, self._phrases), answer)
        if not receipt.duplicate:
            await self._wire.tell(message.user.conversation_id, {"kind": "message", "seq": receipt.seq})
        return receipt

    async def put_off(self, message: InboundMessage, answer: str) -> Receipt:
        """See base class; the desk's sweep finds it."""
        if self.is_urgent(message.text):
            return await self.receive(message)
        receipt = await self._inbox.put_off(worded(message, self._phrases), answer)
        if not receipt.duplicate:
            await self._wire.tell(message.user.conversation_id, {"kind": "message", "seq": receipt.seq})
        return receipt

    def is_urgent(self, text: str) -> bool:
        """See base class."""
        return self._gate.check(text) is not None

    async def post(self, conversation_id: str, carry: Carry) -> Posted:
        """See base class."""
        return await self._postbag.post(conversation_id, carry)

    async def undelivered(self, channel: str) -> list[str]:
        """See base class."""
        return await self._postbag.undelivered(channel)

    async def spending(self, conversation_id: str) -> Spending:
        """See base class."""
        return await self._spending.spending(conversation_id)

    async def follows(self, conversation_id: str, *, on: bool) -> None:
        """See base class."""
        await self._postbag.book.follows(conversation_id, on=on)

    async def receipt(self, number: str, result: str, *, arrived: bool) -> None:
        """See base class."""
        await self._postbag.book.receipt(number, result, arrived=arrived)

    async def keep_response(self, conversation_id: str, key: str, words: str) -> None:
        """See base class."""
        await self._inbox.keep_response(conversation_id, key, words)

    async def response(self, conversation_id: str, key: str) -> str | None:
        """See base class."""
        return await self._inbox.response(conversation_id, key)

    async def replay(self, conversation_id: str, after: int, send: Send) -> int:
        """See base class."""
        return await self._outbox.replay(conversation_id, after, send)

    async def confirm(self, conversation_id: str, seq: int) -> None:
        """See base class."""
        await self._outbox.confirm(conversation_id, seq)

    async def standing(self, conversation_id: str) -> Standing:
        """See base class."""
        async with at_once(self._pool, wait=WAIT_SECONDS) as connection:
            row = await connection.fetchrow(_STANDING, conversation_id)
        if row is None:
            return Standing(Ownership(Owner.BOT, 0), 0)
        owned = transcript.ownership_of(row)
        return Standing(owned, row["last_seq"], row["customer_read_seq"], row["agent_read_seq"])

    async def customer_typing(self, conversation_id: str, *, on: bool) -> None:
        """See base class."""
        await self._wire.tell(conversation_id, {"kind": "typing", "role": "customer", "on": on})

    async def customer_read(self, conversation_id: str, seq: int) -> None:
        """See base class."""
        async with at_once(self._pool) as connection:
            reached = await connection.fetchval(_READ, conversation_id, seq)
        if reached is not None:
            await self._wire.tell(conversation_id, {"kind": "read", "role": "customer", "seq": reached})

    def on_event(self, listener: EventListener) -> None:
        """See base class."""
        self._wire.on_event(listener)
