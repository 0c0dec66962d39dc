"""Finds conversations and their requests for a person; what is shown of them is masked. It changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.server.purposes import Reach
from console.server.search_filters import Filters
from console.server.wall_view import moment
from handoff.card.takeover import display_name
from handoff.phrases import Phrases
from runtime.postgres import Connection
from runtime.privacy import mask_text

PAGE_ROWS = 50
# Counted no further: nobody pages through more.
MOST_COUNTED = 10_000
_AROUND = 30
_BATCH = 500

_FROM = """
    from conversations c
    left join escalations e on e.conversation_id = c.conversation_id
    left join agents served on served.agent_id = e.agent_id
    left join evaluations v on v.escalation_id = e.escalation_id
    cross join lateral (select coalesce(e.requested_at, c.updated_at) as at) found
    where {where}
"""

# In the words of SQL what `purposes.purpose_of` asks: the latest request is, was or is being held out to a person.
_REACHED = {
    Reach.ALL: "true",
    Reach.SERVED: """(select coalesce(last.offered_to, last.agent_id) from escalations last
        where last.conversation_id = c.conversation_id order by last.escalation_id desc limit 1) is not null""",
    Reach.NONE: "false",
}

_ROWS = """
    select c.conversation_id, c.channel, c.profile, c.mood, e.escalation_id, e.state, e.skill, e.priority, e.reason,
           e.summary, e.agent_id, served.name as agent_name, e.accepted_at, e.ended_at, v.value as stars, v.comment,
           found.at, extract(epoch from e.accepted_at - e.requested_at)::int as wait_s,
           extract(epoch from e.ended_at - e.accepted_at)::int as handle_s
    {source}
    order by found.at desc, c.conversation_id desc, e.escalation_id desc
"""

_MATCHES = """
    select distinct on (m.conversation_id) m.conversation_id, message_words(m.body) as words from messages m
    where m.conversation_id = any($1) and m.role <> 'system' and position(lower($2) in lower(message_words(m.body))) > 0
    order by m.conversation_id, m.seq desc
"""


@dataclass(frozen=True)
class Found:
    """One row: a request for a person, or a conversation that had none."""

    conversation_id: str
    escalation_id: int | None
    display_name: str
    channel: str
    at: datetime
    result: str
    skill: str
    priority: int | None
    reason: str
    agent_id: str
    agent_name: str
    wait_s: int | None
    handle_s: int | None
    stars: int | None
    comment: str
    mood: int | None
    accounts: tuple[str, ...]
    orders: tuple[str, ...]
    tags: tuple[str, ...]

    def to_wire(self, snippet: str) -> dict[str, Any]:
        """Returns the row, with the words that were found."""
        wire = {name: getattr(self, name) for name in self.__dataclass_fields__}
        agent = {"id": self.agent_id, "name": self.agent_name} if self.agent_id else None
        lists = {"accounts": list(self.accounts), "orders": list(self.orders), "tags": list(self.tags)}
        del wire["agent_id"], wire["agent_name"]
        return {**wire, **lists, "at": moment(self.at), "agent": agent, "snippet": snippet}


@dataclass(frozen=True)
class Search:
    """Runs searches; visitors without a nickname are named by `phrases`."""

    phrases: Phrases

    async def page(
        self, connection: Connection, filters: Filters, page: int, reach: Reach
    ) -> tuple[int, list[dict[str, Any]]]:
        """Returns how many there are (10,000: at least so many) and one page of rows, the newest first."""
        source, values = _source(filters, reach)
        total = await connection.fetchval(
            f"select count(*) from (select 1 {source} limit {MOST_COUNTED}) counted", *values
        )
        query = f"{_ROWS.format(source=source)} limit {PAGE_ROWS} offset {page * PAGE_ROWS}"
        found = [self._found(row) for row in await connection.fetch(query, *values)]
        snippets = await self._snippets(connection, found, filters.text or filters.order)
        return total, [one.to_wire(snippets.get(one.conversation_id, "")) for one in found]

    async def rows(self, connection: Connection, filters: Filters, most: int, reach: Reach) -> AsyncIterator[Found]:
        """Yields rows as the database gives them, at most so many; the caller is inside a transaction."""
        source, values = _source(filters, reach)
        query = f"{_ROWS.format(source=source)} limit {most}"
        async for row in connection.cursor(query, *values, prefetch=_BATCH):
            yield self._found(row)

    async def _snippets(self, connection: Connection, found: Sequence[Found], said: str) -> dict[str, str]:
        if not said or not found:
            return {}
        rows = await connection.fetch(_MATCHES, [one.conversation_id for one in found], said)
        return {row["conversation_id"]: _snippet(row["words"], said) for row in rows}

    def _found(self, row: Any) -> Found:
        profile, summary = row["profile"], row["summary"] or {}
        accounts = [str(one.get("tail") or one.get("account_no") or "")[-4:] for one in profile.get("accounts", ())]
        told = [
            *summary.get("risks", ()),
            *profile.get("risks", ()),
            *summary.get("tags", ()),
            *profile.get("tags", ()),
        ]
        return Found(
            conversation_id=row["conversation_id"],
            escalation_id=row["escalation_id"],
            display_name=display_name(profile, row["conversation_id"], self.phrases),
            channel=row["channel"],
            at=row["at"],
            result=row["state"] or "bot",
            skill=row["skill"] or "",
            priority=row["priority"],
            reason=row["reason"] or "",
            agent_id=row["agent_id"] or "",
            agent_name=row["agent_name"] or "",
            wait_s=row["wait_s"],
            handle_s=row["handle_s"],
            stars=row["stars"],
            comment=mask_text(row["comment"] or ""),
            mood=row["mood"],
            accounts=tuple(accounts),
            orders=tuple(str(one) for one in summary.get("orders", ())),
            tags=tuple(dict.fromkeys(str(tag) for tag in told)),
        )


def _source(filters: Filters, reach: Reach) -> tuple[str, list[Any]]:
    where, values = filters.where()
    return _FROM.format(where=f"({where}) and {_REACHED[reach]}"), values


def _snippet(words: str, said: str) -> str:
    """The words around the place, masked before they are cut: half a number is no number any more."""
    masked = mask_text(words.strip())
    place = max(0, masked.lower().find(said.lower()))
    begin = max(0, place - _AROUND)
    end = place + len(said) + _AROUND
    return ("\u2026" if begin else "") + masked[begin:end] + ("\u2026" if end < len(masked) else "")
