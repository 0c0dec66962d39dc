"""The book of what agents do for a customer from the desk: each act once per key, with its lines in the chat.

It knows nothing of the utility: whoever does the act there asks here first, and writes here what came of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from conversation.events import Ownership
from conversation.identity import AgentIdentity, Level
from conversation.message import Line, Role
from handoff import transcript
from runtime.postgres import Connection

_ASK = """
    insert into desk_acts (conversation_id, act_key, act, agent_id, digest, state, asked_at)
    values ($1, $2, $3, $4, $5, 'asked', $6) on conflict do nothing
"""
_READ = "select act, agent_id, digest, state, result from desk_acts where conversation_id = $1 and act_key = $2"
_END = """
    update desk_acts set state = $3, result = $4, ended_at = $5
    where conversation_id = $1 and act_key = $2 and state <> 'done'
"""
_RECORD = """
    insert into escalation_events (escalation_id, conversation_id, name, actor, detail, at)
    select (select escalation_id from escalations where conversation_id = $1
            and state in ('waiting', 'offered', 'serving')), $1, $2, $3, $4, $5
"""
_BOUND = "select profile from conversations where conversation_id = $1"
_BIND = "update conversations set profile = profile || $2 where conversation_id = $1"


class ActState(str, Enum):
    """How far an act is; `asked` also when nobody knows whether the utility has done it."""

    ASKED = "asked"
    REFUSED = "refused"
    DONE = "done"


@dataclass(frozen=True)
class Asked:
    """What an agent wants done: `digest` says whether two requests under one key are the same."""

    conversation_id: str
    key: str
    act: str
    agent: AgentIdentity
    digest: str


@dataclass(frozen=True)
class Entry:
    """What the book says of a key."""

    state: ActState
    same: bool
    result: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Lines:
    """What a done act leaves in the chat: a note for colleagues, and the customer's line when it is to be sent now."""

    note: str
    tell: str = ""


async def ask(connection: Connection, asked: Asked, *, at: datetime) -> Entry:
    """Writes down that an act is asked for; a key that stands there already tells what became of it."""
    await connection.execute(_ASK, asked.conversation_id, asked.key, asked.act, asked.agent.agent_id, asked.digest, at)
    row = await connection.fetchrow(_READ, asked.conversation_id, asked.key)
    same = (row["act"], row["agent_id"], row["digest"]) == (asked.act, asked.agent.agent_id, asked.digest)
    return Entry(ActState(row["state"]), same, row["result"])


async def refuse(connection: Connection, asked: Asked, reason: str, *, at: datetime) -> None:
    """Writes down that the utility said no; the same key may be asked again."""
    await connection.execute(_END, asked.conversation_id, asked.key, ActState.REFUSED.value, {"reason": reason}, at)


async def finish(
    connection: Connection, asked: Asked, owned: Ownership, result: dict[str, Any], lines: Lines, *, at: datetime
) -> list[Line]:
    """Writes down what was done, once: timeline, note, and the line to the customer while the agent has the word.

    The caller holds the conversation's lock. An act that another call under the same key has finished adds nothing.
    """
    ended = await connection.execute(_END, asked.conversation_id, asked.key, ActState.DONE.value, result, at)
    if ended == "UPDATE 0":
        return []
    await connection.execute(
        _RECORD, asked.conversation_id, f"act.{asked.act}", asked.agent.agent_id, result.get("timeline", {}), at
    )
    written = [await _append(connection, asked, owned, Role.NOTE, lines.note, at)]
    if lines.tell:
        written.append(await _append(connection, asked, owned, Role.AGENT, lines.tell, at))
    return written


async def remember_account(connection: Connection, conversation_id: str, tail: str, address_masked: str) -> None:
    """Adds a bound account to what is known of the customer, as the bot does when it binds one."""
    profile = await connection.fetchval(_BOUND, conversation_id)
    account = {"tail": tail, "address_masked": address_masked}
    accounts = [one for one in profile.get("accounts", ()) if one != account]
    strong = profile.get("verified") in {Level.FORM.value, Level.STRONG.value}
    verified = {} if strong else {"verified": Level.ACCOUNT.value}
    await connection.execute(_BIND, conversation_id, {"accounts": [*accounts, account], **verified})


async def _append(connection: Connection, asked: Asked, owned: Ownership, role: Role, text: str, at: datetime) -> Line:
    return await transcript.append(
        connection,
        asked.conversation_id,
        role,
        {"text": text},
        at=at,
        epoch=owned.epoch,
        agent_id=asked.agent.agent_id,
        client_id=f"act/{asked.key}",
    )
