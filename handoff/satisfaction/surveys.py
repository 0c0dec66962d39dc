"""Whether a served customer is asked how it was, and the survey that is still open; it asks nothing itself.

The question stands on the line that says goodbye (`body.survey`, `handoff.escalations`): it costs no message more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from conversation.events import EscalationState
from conversation.message import EVENT_KEY
from handoff.ledger import Escalation
from handoff.satisfaction.survey_rules import survey_rules
from runtime.postgres import Connection

_SERVED = frozenset({EscalationState.RETURNED, EscalationState.CLOSED})

_STANDING = """
    select c.channel, c.mood, c.unfollowed_at is not null as gone,
        (select max(created_at) from messages m where m.conversation_id = c.conversation_id and m.role = 'customer'
            and not starts_with(coalesce(m.channel_message_id, ''), $3)) as wrote_at,
        (select max(created_at) from messages m where m.conversation_id = c.conversation_id and m.body ? 'survey')
            as asked_at,
        exists (select from messages m where m.conversation_id = c.conversation_id and m.role = 'agent'
            and m.created_at >= $2) as answered
    from conversations c where c.conversation_id = $1
"""

_OPEN = """
    select m.seq, m.created_at,
        not exists (select from messages later where later.conversation_id = m.conversation_id and later.seq > m.seq
            and later.seq < $2 and later.delivery is distinct from 'suppressed'
            and (later.role = 'agent' or (later.role in ('bot', 'system')
                and (later.reply_to > m.seq or later.body ? 'buttons')))) as newest
    from messages m left join evaluations e on e.conversation_id = m.conversation_id and e.seq = m.seq
    where m.conversation_id = $1 and m.body ? 'survey' and m.seq < $2 and m.created_at > $3
      and m.delivery in ('pending', 'sent') and e.seq is null
      and m.seq = (select max(seq) from messages where conversation_id = $1 and body ? 'survey' and seq < $2)
"""


@dataclass(frozen=True)
class Question:
    """The mark of a survey, and whether the line has to say it in words."""

    mark: dict[str, int]
    words: bool


@dataclass(frozen=True)
class OpenSurvey:
    """A survey nobody has answered; `newest`: since then the customer was answered nothing and offered nothing."""

    seq: int
    newest: bool


async def question(connection: Connection, ended: Escalation, *, at: datetime) -> Question | None:
    """Tells how the customer of a request that has ended is asked; None: not at all (`survey_rules.yml`)."""
    rules = survey_rules()
    if ended.state not in _SERVED or ended.skill in rules.never_skills:
        return None
    since = ended.accepted_at or ended.requested_at
    row = await connection.fetchrow(_STANDING, ended.conversation_id, since, EVENT_KEY)
    rule = rules.channels.get(row["channel"])
    if rule is None or row["gone"] or (not row["answered"] and (row["mood"] or 0) >= rules.unserved_mood):
        return None
    if rule.window is not None and (row["wrote_at"] is None or at - row["wrote_at"] > rule.window):
        return None
    if row["asked_at"] is not None and at - row["asked_at"] < rule.again:
        return None
    return Question({"escalation": ended.escalation_id}, rule.words)


async def open_survey(connection: Connection, conversation_id: str, before: int, *, at: datetime) -> OpenSurvey | None:
    """Finds the survey that a message with the number `before` may answer."""
    row = await connection.fetchrow(_OPEN, conversation_id, before, at - survey_rules().fresh)
    return OpenSurvey(row["seq"], row["newest"]) if row else None
