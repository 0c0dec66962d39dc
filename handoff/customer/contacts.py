"""Earlier contacts of one person: here, in doors that were linked to this one, and of whoever bound the same account.

A link says that two identities are one person (`identity_links`, one-way). The same account says only that two people
may share a home: such a contact is listed without a word of what was said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from handoff.errors import UnknownConversation
from runtime.clock import SHANGHAI
from runtime.postgres import Connection
from runtime.privacy import mask_text

MOST_CONTACTS = 50
_NOTE = 200

_KNOWN = """
    with recursive linked(id) as (
        select $1::text
        union
        select l.source_id from identity_links l join linked on l.conversation_id = linked.id
    ), shared(id) as (
        select c.conversation_id
        from conversations here, jsonb_array_elements(here.profile -> 'accounts') account, conversations c
        where here.conversation_id = $1 and account ? 'tail' and account ->> 'address_masked' <> ''
          and (c.profile -> 'accounts') @> jsonb_build_array(account)
    ), known(id, relation) as (
        select id, case when id = $1 then 'here' else 'linked' end from linked
        union
        select id, 'account' from shared where id not in (select id from linked)
    )
"""

_CONTACTS = (
    _KNOWN
    + """
    select known.id, known.relation, c.channel, c.owner, c.updated_at, e.escalation_id, e.state, e.skill, e.reason,
           e.summary ->> 'intent' as intent, e.note, e.requested_at, e.ended_at, a.name as agent
    from known join conversations c on c.conversation_id = known.id
    left join escalations e on e.conversation_id = known.id
    left join agents a on a.agent_id = e.agent_id
    where not (known.relation = 'here' and (e.state is null or e.state in ('waiting', 'offered', 'serving')))
    order by coalesce(e.requested_at, c.updated_at) desc limit $2
"""
)

_RELATION = _KNOWN + " select relation from known where id = $2"


class Relation(str, Enum):
    """How an earlier contact belongs to this chat."""

    HERE = "here"
    LINKED = "linked"
    ACCOUNT = "account"


@dataclass(frozen=True)
class Contact:
    """One earlier contact: a request for a person, or talk with the bot alone (`state` is then `bot`)."""

    conversation_id: str
    relation: Relation
    channel: str
    state: str
    at: datetime
    ended_at: datetime | None
    intent: str
    skill: str
    reason: str
    agent: str
    note: str

    def to_wire(self, *, may_open: bool) -> dict[str, Any]:
        """Returns the `PastContact` of contracts/console.openapi.yml; without leave the note stays behind."""
        return {
            "conversation_id": self.conversation_id if may_open else "",
            "relation": self.relation.value,
            "channel": self.channel,
            "state": self.state,
            "at": _moment(self.at),
            "ended_at": _moment(self.ended_at) if self.ended_at else None,
            "intent": self.intent,
            "skill": self.skill,
            "reason": self.reason,
            "agent": self.agent,
            "note": self.note if may_open else "",
            "may_open": may_open,
        }


async def contacts(connection: Connection, conversation_id: str) -> list[Contact]:
    """Lists the earlier contacts, the newest first."""
    rows = await connection.fetch(_CONTACTS, conversation_id, MOST_CONTACTS)
    return [_contact(row) for row in rows]


async def relation(connection: Connection, conversation_id: str, past_id: str) -> Relation:
    """Tells how a conversation belongs to this one. Raises UnknownConversation when it does not."""
    found = await connection.fetchval(_RELATION, conversation_id, past_id)
    if found is None:
        raise UnknownConversation("This conversation does not belong to that one.", conversation_id=past_id)
    return Relation(found)


def _contact(row: Any) -> Contact:
    return Contact(
        conversation_id=row["id"],
        relation=Relation(row["relation"]),
        channel=row["channel"],
        state=row["state"] or "bot",
        at=row["requested_at"] or row["updated_at"],
        ended_at=row["ended_at"],
        intent=row["intent"] or "",
        skill=row["skill"] or "",
        reason=row["reason"] or "",
        agent=row["agent"] or "",
        note=mask_text(row["note"] or "")[:_NOTE],
    )


def _moment(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")
