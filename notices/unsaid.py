"""Orders that the chat did not tell of: the turn that made one failed behind it, and the customer read an apology."""

from __future__ import annotations

from datetime import datetime, timedelta

from notices.audience import CHAT_WAYS
from notices.facts import Fact, Happening
from runtime.postgres import Connection

KIND = "order_filed"
# By then a turn has ended, also one that another worker took over; the chat has told of the order as a rule.
_WAIT = timedelta(seconds=60)
_WORTH = timedelta(days=1)
# Somebody wrote so long before the order was filed, and is nobody an agent or the company's own staff filed it for.
_ASKED = timedelta(minutes=15)
_UNSAID = """
    select exists (
        select from messages where conversation_id = $1 and role = 'customer' and created_at between $3 and $4
    ) and not exists (
        select from messages where conversation_id = $1 and role in ('bot', 'agent', 'system')
            and position($2 in body::text) > 0
    )
"""


def filed(event: Happening, now: datetime) -> tuple[Fact, ...]:
    """What may have to be told of an order that was opened from a chat."""
    channel, user = event.data.get("channel", ""), event.data.get("channel_user", "")
    if event.what != "opened" or event.data.get("parent_no") or channel not in CHAT_WAYS or not user:
        return ()
    key = f"order/{event.subject}/filed"
    given = {"subject": event.subject, "filed": event.at.isoformat()}
    until = event.at + _WORTH
    return (Fact(key, KIND, key, max(now, event.at + _WAIT), until, given, person=f"{channel}:{user}"),)


async def is_unsaid(connection: Connection, person: str, order_no: str, at: datetime) -> bool:
    """Whether a customer who wrote before an order was filed has read its number nowhere in the chat."""
    return bool(await connection.fetchval(_UNSAID, person, order_no, at - _ASKED, at + _WAIT))
