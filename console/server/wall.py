"""The live wall: what waits, who serves, how the day goes and what is alarming, in a handful of reads by sets.

Moments are told, not durations: what does not change is the same answer, whose mark (`version`) the page asks with.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from console.server import services_book
from console.server.services_book import Measures, Span
from console.server.wall_alarms import Alarm, Scene, alarms_of
from console.server.wall_limits import wall_limits
from console.server.wall_view import Chat, Seat, chat_of, seat_of
from handoff.phrases import Phrases
from runtime.clock import SHANGHAI, Clock
from runtime.postgres import Connection, Pool, transaction

# One look serves every supervisor of this process; the figures of the day are counted less often.
LOOK_EVERY = timedelta(seconds=1)
COUNT_EVERY = timedelta(seconds=10)

_CHATS = """
    select c.conversation_id, c.channel, c.profile, c.mood, e.state, e.skill, e.priority, e.reason, e.requested_at,
           e.accepted_at, e.agent_id, said.at as said_at, wrote.since as unanswered_since,
           (select array_agg(t.supervisor_id) from attendances t where t.conversation_id = c.conversation_id
                and t.ended_at is null) as attended_by
    from escalations e
    join conversations c on c.conversation_id = e.conversation_id
    left join lateral (
        select m.seq, m.created_at as at from messages m
        where m.conversation_id = c.conversation_id and m.role = 'agent' and m.created_at >= e.accepted_at
        order by m.created_at desc limit 1
    ) said on e.state = 'serving'
    left join lateral (
        select min(m.created_at) as since from messages m
        where m.conversation_id = c.conversation_id and m.role = 'customer' and m.seq > coalesce(said.seq, 0)
          and m.created_at > coalesce(said.at, e.accepted_at)
    ) wrote on e.state = 'serving'
    where e.state in ('waiting', 'offered', 'serving')
    order by e.priority, e.requested_at, e.escalation_id
"""

_SEATS = """
    select a.agent_id, a.name, a.role, a.skills, a.max_chats, p.status, p.since, p.seen_at,
           (select max(e.ended_at) from escalations e
            where e.agent_id = a.agent_id and e.ended_at > $1::timestamptz - interval '1 day') as freed_at
    from agents a left join presences p on p.agent_id = a.agent_id
    where a.active and a.role in ('agent', 'supervisor') order by a.agent_id
"""

_TROUBLE = """
    select (select count(*) from messages where role = 'customer' and turn = 'failed' and created_at > $1)
         + (select count(*) from escalations where reason in ('turn_failed', 'errand_failed') and requested_at > $1)
               as bot_errors,
           (select count(*) from follow_ups where state = 'open') as follow_ups,
           (select count(*) from follow_ups where state = 'open' and due_at < $2) as late_follow_ups,
           late.calls as missed_calls, late.others as ran_out
    from (select count(*) filter (where kind = 'call') as calls,
                 count(*) filter (where kind not in ('call', 'follow_up')) as others
          from watches where state = 'watching' and due_at < $2) late
"""


@dataclass(frozen=True)
class Day:
    """The figures since midnight."""

    counted_at: datetime
    totals: Measures
    hours: tuple[tuple[int, Measures], ...]
    agents: dict[str, Measures]
    talks: int
    alone: int

    def to_wire(self) -> dict[str, Any]:
        """Returns the totals with the bot's own share, and the hours."""
        share = round(self.alone / self.talks, 4) if self.talks else None
        bot = {"talks": self.talks, "self_served": self.alone, "self_service_rate": share}
        return {**self.totals.to_wire(), **bot, "hours": [{"hour": h, **m.to_wire()} for h, m in self.hours]}


@dataclass(frozen=True)
class Look:
    """The wall at one moment."""

    at: datetime
    chats: tuple[Chat, ...]
    seats: tuple[Seat, ...]
    alarms: tuple[Alarm, ...]
    day: Day
    trouble: dict[str, int]

    def body(self) -> dict[str, Any]:
        """Returns what the page draws, without the moment of the look."""
        limits = wall_limits()
        agents = [seat.to_wire(self.day.agents.get(seat.agent_id)) for seat in self.seats]
        waiting = [chat.to_wire() for chat in self.chats if chat.waits]
        return {
            "waiting": waiting,
            "serving": [chat.to_wire() for chat in self.chats if not chat.waits],
            "agents": agents,
            "alarms": [alarm.to_wire() for alarm in self.alarms],
            "today": self.day.to_wire(),
            "service_level": limits.service_level,
            **self.trouble,
        }


@dataclass
class WallBoard:
    """Looks at the floor when it is asked, and not oftener than a page can show."""

    pool: Pool
    clock: Clock
    phrases: Phrases
    # A desk that was not seen for so long is closed (`handoff/routing/rules.yml`).
    seen_s: float
    _look: tuple[datetime, str, dict[str, Any]] | None = None
    _day: Day | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def show(self) -> tuple[str, dict[str, Any]]:
        """Returns the mark of the wall as it is, and its body."""
        async with self._turn:
            now = self.clock.now()
            if self._look is None or not timedelta(0) <= now - self._look[0] < LOOK_EVERY:
                body = (await self._read(now)).body()
                said = json.dumps(body, ensure_ascii=False, sort_keys=True).encode()
                self._look = (now, hashlib.sha256(said).hexdigest()[:16], body)
            return self._look[1], {"at": now.astimezone(SHANGHAI).isoformat(timespec="milliseconds"), **self._look[2]}

    async def _read(self, now: datetime) -> Look:
        async with transaction(self.pool) as connection:
            chats = tuple(chat_of(row, self.phrases) for row in await connection.fetch(_CHATS))
            seats = tuple(seat_of(row, chats, now, self.seen_s) for row in await connection.fetch(_SEATS, now))
            since = now - timedelta(minutes=wall_limits().error_minutes)
            trouble = dict(await connection.fetchrow(_TROUBLE, since, now))
            self._day = day = await self._count(connection, now)
        late = (trouble["late_follow_ups"], trouble.pop("missed_calls"), trouble.pop("ran_out"))
        alarms = alarms_of(Scene(now, chats, seats, trouble["bot_errors"], *late))
        return Look(now, chats, seats, alarms, day, trouble)

    async def _count(self, connection: Connection, now: datetime) -> Day:
        if self._day and timedelta(0) <= now - self._day.counted_at < COUNT_EVERY:
            return self._day
        today = now.astimezone(SHANGHAI).date()
        span = Span.of_days(today, today)
        talks, alone = await services_book.bot_share(connection, span)
        return Day(
            counted_at=now,
            totals=await services_book.totals(connection, span),
            hours=tuple(await services_book.hours(connection, span)),
            agents=await services_book.by_agent(connection, span),
            talks=talks,
            alone=alone,
        )
