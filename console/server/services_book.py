"""The services of a span of time, one row each, as figures are made of them; docs/handoff/supervisor.md defines each.

A service is a request for a person (`escalations`). Everything here is read by sets; nothing is counted row by row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from runtime.clock import SHANGHAI
from runtime.postgres import Connection

# `asked`: somebody asked for a person; what an agent took unasked has waited for nobody.
SERVICES = """
    select e.escalation_id, e.skill, e.state, e.agent_id, e.requested_at, e.accepted_at,
        e.reason <> 'takeover' as asked,
        (e.requested_at at time zone 'Asia/Shanghai')::date as day,
        extract(hour from e.requested_at at time zone 'Asia/Shanghai')::int as hour,
        extract(epoch from e.accepted_at - e.requested_at) as wait_s,
        extract(epoch from coalesce(e.ended_at, e.accepted_at) - e.requested_at) as stood_s,
        case when e.accepted_at is not null then extract(epoch from (
            select min(m.created_at) from messages m where m.conversation_id = e.conversation_id and m.role = 'agent'
                and m.created_at >= e.accepted_at and m.created_at <= coalesce(e.ended_at, 'infinity')
        ) - e.accepted_at) end as first_s,
        case when e.state in ('returned', 'closed') then extract(epoch from e.ended_at - e.accepted_at) end as handle_s,
        (select count(*) from escalation_events t where t.conversation_id = e.conversation_id
            and t.escalation_id = e.escalation_id
            and t.name in ('escalation.transferred', 'escalation.reassigned')) as transfers,
        v.value as stars
    from escalations e left join evaluations v on v.escalation_id = e.escalation_id
    where e.requested_at >= $1 and e.requested_at < $2
"""

# The measures of a group of services; every figure of the wall and of the reports is one of these.
MEASURES = """
    count(*) filter (where asked) as requests,
    count(*) filter (where accepted_at is not null) as answered,
    count(*) filter (where state = 'abandoned') as abandoned,
    count(*) filter (where state = 'returned') as returned,
    count(*) filter (where state = 'closed') as closed,
    avg(wait_s) filter (where asked) as wait_s,
    max(coalesce(wait_s, stood_s)) filter (where asked) as longest_wait_s,
    avg(first_s) as first_response_s,
    avg(handle_s) as handle_s,
    coalesce(sum(transfers), 0)::int as transfers,
    avg(stars)::float as stars,
    count(stars) as rated,
    count(stars) filter (where stars >= 4) as content
"""

_BOT = """
    with talked as (
        select distinct conversation_id from messages where role = 'customer' and created_at >= $1 and created_at < $2
    )
    select count(*) as talks, count(*) filter (where not exists (
        select from escalations e where e.conversation_id = talked.conversation_id
            and e.requested_at >= $1 and e.requested_at < $2)) as alone
    from talked
"""


@dataclass(frozen=True)
class Measures:
    """The figures of a group of services; None: there is nothing to take an average of."""

    requests: int
    answered: int
    abandoned: int
    returned: int
    closed: int
    wait_s: float | None
    longest_wait_s: float | None
    first_response_s: float | None
    handle_s: float | None
    transfers: int
    stars: float | None
    rated: int
    content: int

    @classmethod
    def of(cls, row: Any) -> Measures:
        """Reads a row of `MEASURES`."""
        return cls(**{name: _plain(row[name]) for name in cls.__dataclass_fields__})

    def to_wire(self) -> dict[str, Any]:
        """Returns every figure by its name; the share of content customers among those who rated."""
        wire = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {**wire, "content_share": round(self.content / self.rated, 4) if self.rated else None}


@dataclass(frozen=True)
class Span:
    """From one moment to before another."""

    begin: datetime
    end: datetime

    @classmethod
    def of_days(cls, first: date, last: date) -> Span:
        """The days from first to last, both whole, by the clock of the utility."""
        begin = datetime.combine(first, time(0), SHANGHAI)
        return cls(begin, datetime.combine(last, time(0), SHANGHAI) + timedelta(days=1))


async def totals(connection: Connection, span: Span) -> Measures:
    """The figures of all services of a span together."""
    row = await connection.fetchrow(f"select {MEASURES} from ({SERVICES}) services", span.begin, span.end)
    return Measures.of(row)


async def hours(connection: Connection, span: Span) -> list[tuple[int, Measures]]:
    """The figures by the hour of the day in which the request came."""
    query = f"select hour, {MEASURES} from ({SERVICES}) services group by hour order by hour"
    return [(row["hour"], Measures.of(row)) for row in await connection.fetch(query, span.begin, span.end)]


async def by_agent(connection: Connection, span: Span) -> dict[str, Measures]:
    """The figures of each agent who served, the last one of a service."""
    query = f"select agent_id, {MEASURES} from ({SERVICES}) services where agent_id is not null group by agent_id"
    rows = await connection.fetch(query, span.begin, span.end)
    return {row["agent_id"]: Measures.of(row) for row in rows}


async def bot_share(connection: Connection, span: Span) -> tuple[int, int]:
    """How many conversations customers wrote in, and how many of them asked for no person."""
    row = await connection.fetchrow(_BOT, span.begin, span.end)
    return row["talks"], row["alone"]


def _plain(value: Any) -> Any:
    """Numbers as JSON writes them, averages to a tenth."""
    return value if value is None or isinstance(value, int) else round(float(value), 2)
