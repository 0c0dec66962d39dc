"""Whether everything that is due at a standing clock has been done, and when something is due next."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime

from runtime.postgres import Pool
from tools.say import ToolError

PATIENCE_S = 600.0
_REST_S = 0.05
_REST_FOR_LOOK = 4.0  # who looks does not hold up who works
_LEFT = """
    select exists (select from notice_events where state = 'waiting') as events,
        exists (select from notice_facts where state in ('planned', 'spreading') and due_at <= $1) as facts,
        exists (select from notices n where n.state in ('planned', 'sending') and n.due_at <= $1 and n.deadline > $1
            -- behind an older word that a killed worker had in hand: that one is somebody's again at its own time
            and not exists (select from notices b where b.person = n.person and b.story = n.story
                and b.state = 'sending' and b.notice_id < n.notice_id and b.due_at > $1)) as due,
        exists (select from notices where state <> 'final' and deadline <= $1) as over,
        exists (select from notice_receipts where done_at is null and due_at <= $1) as receipts,
        exists (select from notices n join messages m using (conversation_id, seq) where n.state = 'sent'
            and (m.delivery <> 'pending'
                 or (n.sent_at < $1 - interval '10 minutes' and n.way <> n.ways[cardinality(n.ways)]))
            and not (m.delivery = 'sent' and m.sent_by = 'template' and m.receipt_result is null
                     and m.receipt is not null)) as followed
"""
_NEXT = """
    select min(at) from (
        select min(due_at) as at from notice_facts where state = 'planned' and due_at > $1
        union all select min(due_at) from notices where state in ('planned', 'sending') and due_at > $1
        union all select min(deadline) from notices where state <> 'final' and deadline > $1
        union all select min(due_at) from notice_receipts where done_at is null and due_at > $1
        union all select min(n.sent_at) + interval '10 minutes 1 second' from notices n join messages m
            using (conversation_id, seq) where n.state = 'sent' and m.delivery = 'pending'
            and n.sent_at >= $1 - interval '10 minutes'
        union all select min(next_try_at) from messages where delivery = 'pending' and next_try_at > $1
    ) as moments
"""
_KNOWN = "select count(*) from notice_events"
_TOLD = "select count(*) from events"
_ROUND = "select done_for from notice_rounds where name = 'resend'"


async def wait(gridtalk: Pool, company: Pool, now: datetime, resend: datetime) -> float:
    """Waits until the notices have nothing left to do at this moment; returns how long it took.

    Raises:
        ToolError: they do not come to rest.
    """
    began = time.monotonic()
    while (looked := time.monotonic()) - began < PATIENCE_S:
        if await gridtalk.fetchval(_KNOWN) >= await company.fetchval(_TOLD):
            row = await gridtalk.fetchrow(_LEFT, now)
            done = await gridtalk.fetchval(_ROUND)
            if not any(row.values()) and done is not None and done >= resend:
                return time.monotonic() - began
        await asyncio.sleep(max(_REST_S, _REST_FOR_LOOK * (time.monotonic() - looked)))
    raise ToolError(
        f"the notices do not come to rest at {now.isoformat()}: {dict(await gridtalk.fetchrow(_LEFT, now))}"
    )


async def next_due(gridtalk: Pool, now: datetime) -> datetime | None:
    """Returns the next moment at which something of the notices is due."""
    found: datetime | None = await gridtalk.fetchval(_NEXT, now)
    return found
