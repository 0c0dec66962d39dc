"""Where a conversation goes that somebody writes into after an agent has ended it: a table decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import Any

from conversation.events import Owner
from conversation.identity import AgentIdentity
from conversation.message import Role
from conversation.reply import HandoffRequest
from handoff import ledger, transcript
from handoff.escalations import Change, Escalations
from handoff.ledger import Escalation
from handoff.ownership import change_owner
from handoff.routing.presence import takes_work
from handoff.routing.rules import standard_rules
from handoff.rules import read_rules
from handoff.waiting.telling import tell_place
from runtime.postgres import Connection

_FILE = "reopen.yml"
_ANY = "any"
REASON = "reopened"
_RULE = "rule"

_LAST = f"""
    select e.escalation_id, e.state, e.ended_at, e.agent_id, a.name as agent_name, c.return_facts,
        a.active and {takes_work("$2", "$3")} and a.max_chats > (
            select count(*) from escalations o where o.agent_id = a.agent_id and o.state = 'serving') as free
    from escalations e join conversations c using (conversation_id) left join agents a on a.agent_id = e.agent_id
    where e.conversation_id = $1 order by e.escalation_id desc limit 1
"""


class Destination(str, Enum):
    """Where it goes."""

    AGENT = "agent"
    QUEUE = "queue"
    BOT = "bot"


@dataclass(frozen=True)
class Cell:
    """One case of the table."""

    ended: str
    age: str
    agent: str
    order: str
    topic: str

    def fits(self, row: Cell) -> bool:
        """Whether a row of the table is about this case."""
        pairs = zip(self.parts, row.parts, strict=True)
        return all(told in (_ANY, own) for own, told in pairs)

    @property
    def parts(self) -> tuple[str, ...]:
        """Its five sides."""
        return self.ended, self.age, self.agent, self.order, self.topic


@dataclass(frozen=True)
class ReopenRules:
    """All of the file."""

    fresh: timedelta
    recent: timedelta
    old: timedelta
    courtesy: frozenset[str]
    unclear: frozenset[str]
    rows: tuple[tuple[Cell, Destination], ...]
    agent_writes: timedelta

    def destination(self, cell: Cell) -> Destination:
        """What the table says; a case it forgets goes to the bot."""
        return next((to for row, to in self.rows if cell.fits(row)), Destination.BOT)

    def age(self, ago: timedelta) -> str:
        """The age's name."""
        return "fresh" if ago < self.fresh else "recent" if ago < self.recent else "old"


@dataclass(frozen=True)
class Last:
    """The last request of a conversation, which has ended."""

    escalation: Escalation
    ended_at: datetime
    agent_free: bool
    left: Mapping[str, Any]

    @property
    def leaves_open(self) -> bool:
        """Whether something is still to come: an order's number, or a promise."""
        return bool(self.escalation.summary.get("orders") or self.left.get("orders") or self.left.get("promised"))


@lru_cache(maxsize=1)
def reopen_rules() -> ReopenRules:
    """The rules of the file, read once in a process. Raises RulesError."""
    return read_rules(_FILE, parse_reopen)


def parse_reopen(raw: dict[str, Any]) -> ReopenRules:
    """Reads what the file says."""
    ages = raw["ages"]
    rows = tuple(
        (Cell(row["ended"], row["age"], row["agent"], row["order"], row["topic"]), Destination(row["to"]))
        for row in raw["table"]
    )
    return ReopenRules(
        timedelta(minutes=ages["fresh_minutes"]),
        timedelta(hours=ages["recent_hours"]),
        timedelta(days=ages["old_days"]),
        frozenset(raw["courtesy"]),
        frozenset(raw["unclear"]),
        rows,
        timedelta(hours=raw["agent_writes"]["reopen_hours"]),
    )


async def last_of(connection: Connection, conversation_id: str, at: datetime) -> Last | None:
    """Reads the last request when an agent has ended it; None when nobody served, or somebody still does."""
    row = await connection.fetchrow(_LAST, conversation_id, at, standard_rules().seen_s)
    if row is None or row["state"] not in ("returned", "closed"):
        return None
    escalation = await ledger.get(connection, row["escalation_id"])
    return Last(escalation, row["ended_at"], bool(row["free"]), row["return_facts"] or {})


def cell_of(last: Last, intent: str, at: datetime, rules: ReopenRules) -> Cell | None:
    """The case of a customer's message; None where nothing is reopened by it."""
    ago = at - last.ended_at
    if intent in rules.courtesy or ago >= rules.old:
        return None
    same = intent in rules.unclear or (intent and intent == last.escalation.summary.get("intent"))
    return Cell(
        last.escalation.state.value,
        rules.age(ago),
        "online" if last.agent_free else "away",
        "open" if last.leaves_open else "none",
        "same" if same else "other",
    )


async def reopen_for_customer(
    connection: Connection, conversation_id: str, intent: str, escalations: Escalations, *, at: datetime
) -> Change | None:
    """Does what the table says with a conversation of the bot's; None where the bot keeps it.

    The caller holds the conversation's lock.
    """
    last = await last_of(connection, conversation_id, at)
    cell = cell_of(last, intent, at, reopen_rules()) if last else None
    if last is None or cell is None:
        return None
    to = reopen_rules().destination(cell)
    if to is Destination.AGENT and last.escalation.agent:
        await _reopen(connection, last, actor=_RULE, at=at, cell=cell)
        return await escalations.take_over(connection, conversation_id, last.escalation.agent, at=at)
    if to is Destination.BOT:
        return None
    return await _queue(connection, last, cell, escalations, at)


async def reopen_for_agent(
    connection: Connection, conversation_id: str, agent: AgentIdentity, *, at: datetime
) -> Escalation | None:
    """Lets the old request go on when an agent writes to a customer soon after it; who takes it is the caller's act."""
    last = await last_of(connection, conversation_id, at)
    if last is None or at - last.ended_at >= reopen_rules().agent_writes:
        return None
    return await _reopen(connection, last, actor=agent.agent_id, at=at)


async def _queue(connection: Connection, last: Last, cell: Cell, escalations: Escalations, at: datetime) -> Change:
    """Lets the request wait again: the customer is told that it goes on."""
    conversation_id = last.escalation.conversation_id
    owned = await change_owner(connection, conversation_id, Owner.QUEUE, None, at=at)
    where = {"owner": owned.owner.value, "epoch": owned.epoch}
    waiting = await _reopen(connection, last, actor=_RULE, at=at, cell=cell, **where)
    phrases, hours = escalations.phrases, escalations.hours
    text = await tell_place(connection, phrases, hours, waiting, "utter_human_reopened", at)
    line = await transcript.append(connection, conversation_id, Role.SYSTEM, {"text": text}, at=at, epoch=owned.epoch)
    return Change(conversation_id, owned, waiting, (line,))


async def _reopen(
    connection: Connection, last: Last, *, actor: str, at: datetime, cell: Cell | None = None, **detail: object
) -> Escalation:
    """Writes a request that goes on with the old one's skill, urgency and story."""
    old = last.escalation
    request = HandoffRequest(old.skill, REASON, old.priority, old.summary)
    waiting = await ledger.insert(connection, old.conversation_id, request, at=at)
    sides = dict(zip(("ended", "age", "agent", "order", "topic"), cell.parts, strict=True)) if cell else {}
    await ledger.record(
        connection, waiting, "escalation.reopened", actor, at=at, before=old.escalation_id, **detail, cell=sides
    )
    return waiting
