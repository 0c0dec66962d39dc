"""What the estimate of a wait is made from: agents, their places and recent services, read from PostgreSQL."""

from __future__ import annotations

from datetime import datetime

from handoff.ledger import GENERAL, Escalation
from handoff.routing.presence import takes_work
from handoff.routing.rules import standard_rules
from handoff.waiting.estimate import Floor
from handoff.waiting.rules import EstimateRules
from runtime.postgres import Connection

# Who has no skills at all serves everything, and so does who serves the general queue.
_ONLINE = f"""
    online as (select a.agent_id, a.max_chats, a.skills from agents a
        where a.active and a.role in ('agent', 'supervisor') and {takes_work("$2", "$4")}),
    able as (select * from online where $1 = any(skills) or skills = '{{}}' or $1 = $3)
"""

_PLACES = f"""
    with {_ONLINE}
    select coalesce(sum(max_chats), 0) as places,
           coalesce(sum(least(max_chats, (select count(*) from escalations e
                                          where e.agent_id = able.agent_id and e.state = 'serving'))), 0) as taken
    from able
"""

# Before somebody are those who are more urgent, perhaps by their age, or older and whom the same people serve.
_AHEAD = f"""
    with {_ONLINE}
    select count(*) from escalations e
    where e.state in ('waiting', 'offered')
      and (least(e.priority, e.raised_to), e.requested_at, e.escalation_id) < ($5, $6, $7)
      and (e.skill = $1 or e.skill = $3 or $1 = $3
           or exists (select from able where e.skill = any(able.skills) or able.skills = '{{}}'))
"""

_SERVICES = """
    select extract(epoch from ended_at - accepted_at)::float8 as service,
           extract(epoch from accepted_at - requested_at)::float8 as waited
    from escalations
    where state in ('returned', 'closed') and accepted_at is not null and ended_at > $2 and ended_at > accepted_at
      and ($1::text is null or skill = $1)
    order by ended_at desc limit $3
"""


async def ahead_of(connection: Connection, escalation: Escalation, at: datetime) -> int:
    """Counts who is served before a waiting request by the same people."""
    ahead = await connection.fetchval(
        _AHEAD,
        escalation.skill,
        at,
        GENERAL,
        standard_rules().seen_s,
        escalation.urgency,
        escalation.requested_at,
        escalation.escalation_id,
    )
    return int(ahead)


async def floor_of(connection: Connection, skill: str, at: datetime, rules: EstimateRules) -> Floor:
    """Measures a skill; where too few of its services have ended, those of every skill speak for it."""
    row = await connection.fetchrow(_PLACES, skill, at, GENERAL, standard_rules().seen_s)
    since = at - rules.window
    services = await connection.fetch(_SERVICES, skill, since, rules.most_samples)
    if len(services) < rules.least_samples:
        services = await connection.fetch(_SERVICES, None, since, rules.most_samples)
    return Floor(int(row["places"]), int(row["taken"]), [one["service"] for one in services])
