"""One conversation goes on in another: memory, request for a person, bound accounts and the open question move as one.

Everything is one transaction with the turn that took the code: it happens once, or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.identity import links
from bot.identity.memory import carry_over
from bot.replies.script import Script, written
from conversation.events import Ownership
from conversation.identity import ChannelUser
from conversation.message import Line, Role
from handoff import ledger, transcript
from handoff.escalations import Change
from handoff.passing.moving import move_request
from handoff.phrases import Phrases
from handoff.voice import speak_as_bot
from runtime.postgres import Connection

# Of the old conversation an agent finds so much in a note of the new one.
_LINES_NOTED = 12
_CHARACTERS_NOTED = 120
_SPOKEN = (Role.CUSTOMER, Role.BOT, Role.AGENT)

_LAST_BOT = """
    select body from messages where conversation_id = $1 and role = 'bot' and delivery not in ('suppressed', 'failed')
    order by seq desc limit 1
"""

_HAS_ACCOUNTS = "select profile ? 'accounts' from conversations where conversation_id = $1"

_NEWEST = """
    select role, body ->> 'text' as text from messages
    where conversation_id = $1 and role = any($2) and delivery is distinct from 'suppressed' order by seq desc limit $3
"""


@dataclass(frozen=True)
class Move:
    """A move under way: from where to where, answering which message, in which script, and the epoch it began in."""

    connection: Connection
    phrases: Phrases
    source: str
    target: str
    seq: int
    epoch: int
    script: Script
    at: datetime

    def say(self, name: str, **blanks: object) -> str:
        """The sentence, in the customer's script."""
        return written(self.phrases.say(name, **blanks), self.script)

    def door(self, conversation_id: str) -> str:
        """What a door is called."""
        return self.say(f"utter_door_name_{ChannelUser.of(conversation_id).channel.value}")


async def move(act: Move) -> tuple[Change, ...]:
    """Moves the conversation; the caller holds both, and the code. Returns the changes of owner."""
    has_form = await carry_over(act.connection, act.source, act.target, at=act.at)
    await links.add(act.connection, act.target, act.source, "code", at=act.at)
    stays = await ledger.open_in(act.connection, act.source)
    changes = await move_request(act.connection, act.source, act.target, at=act.at) or ()
    owned = await transcript.ownership(act.connection, act.target)
    await _note(act, owned)
    await _append(act, act.target, Role.SYSTEM, owned, await _welcome(act, has_form, stays, changes), act.seq)
    left = await transcript.ownership(act.connection, act.source)
    away = act.say("utter_door_resume_left", door=act.door(act.target))
    await _append(act, act.source, Role.SYSTEM, left, away)
    question = await _open_question(act, has_form)
    if question and not owned.agent:
        await speak_as_bot(act.connection, act.target, act.epoch, [question], at=act.at, reply_to=act.seq)
    return changes


async def _welcome(act: Move, has_form: bool, stays: ledger.Escalation | None, changes: Sequence[Change]) -> str:
    """What the customer reads first: where this goes on from, who serves, and which accounts are known."""
    door = act.door(act.source)
    said = [act.say("utter_door_resume_form" if has_form else "utter_door_resume_taken", door=door)]
    if changes and (agent := changes[-1].ownership.agent):
        said = [act.say("utter_door_resume_agent", door=door, agent=agent.name)]
    elif changes:
        said.append(act.say("utter_door_resume_queued"))
    elif stays:
        said.append(act.say("utter_door_resume_person_stays", door=door))
    if await act.connection.fetchval(_HAS_ACCOUNTS, act.source):
        said.append(act.say("utter_door_resume_accounts", door=door))
    if await act.connection.fetchval(_HAS_ACCOUNTS, act.target):
        said.append(act.say("utter_door_resume_share", door=door))
    return "\n".join(said)


async def _open_question(act: Move, has_form: bool) -> dict[str, Any] | None:
    """The last bubble of the old conversation, if it asks for something: it is asked again, word for word."""
    body: dict[str, Any] | None = await act.connection.fetchval(_LAST_BOT, act.source)
    return body if body and (has_form or body.get("buttons")) else None


async def _note(act: Move, owned: Ownership) -> None:
    """Leaves the desk a note of where this comes from, with the last words of it."""
    roles = [role.value for role in _SPOKEN]
    rows = await act.connection.fetch(_NEWEST, act.source, roles, _LINES_NOTED)
    said = [
        act.phrases.say(
            "utter_door_resume_said",
            who=act.phrases.say(f"utter_door_role_{row['role']}"),
            text=row["text"][:_CHARACTERS_NOTED],
        )
        for row in reversed(rows)
    ]
    door = act.phrases.say(f"utter_door_name_{ChannelUser.of(act.source).channel.value}")
    head = act.phrases.say("utter_door_resume_note", door=door, conversation=act.source)
    await _append(act, act.target, Role.NOTE, owned, "\n".join([head, *said]))


async def _append(
    act: Move, conversation_id: str, role: Role, owned: Ownership, text: str, reply_to: int | None = None
) -> Line:
    return await transcript.append(
        act.connection, conversation_id, role, {"text": text}, at=act.at, epoch=owned.epoch, reply_to=reply_to
    )
