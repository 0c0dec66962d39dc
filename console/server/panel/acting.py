"""How an act goes: asked in the book, done at the utility under one key, then written down with its lines, once.

Between the two transactions nothing is held: the utility may take its time, and the chat goes on meanwhile. What a
crash or a silence leaves open is repeated by the same key, and the utility gives the same answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from backend import budget
from backend.errors import BackendError, BackendRefused
from console.server import audit
from console.server.panel.acts import ACTS
from console.server.panel.errors import ActMismatch, ActRefused, ActUnknown, UtilitySilent
from console.server.panel.job import Act, Done, Job
from console.server.services import Services
from console.server.sessions import Session
from conversation.events import Ownership
from conversation.message import Line
from handoff import live, transcript
from handoff.desk_help import desk_acts as book
from handoff.desk_help.desk_acts import ActState, Asked, Lines
from handoff.errors import NotOwner
from runtime.postgres import Connection, transaction


@dataclass(frozen=True)
class Wish:
    """What an agent wants done; `tell`: the customer is to read it at once, in the agent's voice."""

    act: str
    key: str
    fields: Mapping[str, str]
    tell: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of it: what the page shows, the customer's sentence, and whether it has been sent."""

    shown: dict[str, str]
    reply: str
    sent: bool
    note: str

    def to_wire(self) -> dict[str, Any]:
        """Returns the `ActOutcome` of contracts/console.openapi.yml."""
        return {"shown": self.shown, "reply": self.reply, "sent": self.sent, "note": self.note}


def act_named(name: str) -> Act:
    """Finds an act. Raises ActUnknown."""
    if name not in ACTS:
        raise ActUnknown(act=name)
    return ACTS[name]


async def do(services: Services, session: Session, conversation_id: str, wish: Wish) -> Outcome:
    """Does an act once.

    Raises:
        PanelClosed: the desk has no line to the utility.
        UnknownConversation: there is no such chat.
        NotOwner: the chat is another's, and this is no supervisor.
        ActMismatch: the key stands for another act.
        ActRefused: the utility said no.
        UtilitySilent: nobody knows whether it was done; the same key repeats it.
    """
    asked = _asked(services, session, conversation_id, wish)
    known = await _ask(services, session, asked)
    if known:
        return known
    phrases = services.phrases
    job = Job(services.counter, phrases, conversation_id, _utility_key(services, asked), wish.fields)
    try:
        with budget.within(services.settings.act_wait_s):
            done = await act_named(wish.act)(job)
    except BackendRefused as error:
        await _refused(services, asked, error.reason)
        facts = {name: value for name, value in error.fields.items() if name != "reason"}
        raise ActRefused(error.reason, facts) from error
    except BackendError as error:
        await _unclear(services, asked, error.code)
        raise UtilitySilent(conversation_id=conversation_id, act=wish.act, why=error.code) from error
    except ActRefused as error:
        await _refused(services, asked, error.reason)
        raise
    return await _finish(services, session, asked, done, tell=wish.tell)


def _asked(services: Services, session: Session, conversation_id: str, wish: Wish) -> Asked:
    request = json.dumps([wish.act, dict(wish.fields)], sort_keys=True, ensure_ascii=False)
    digest = services.counter.digest(f"act/{conversation_id}/{request}")
    return Asked(conversation_id, wish.key, wish.act, session.agent, digest)


def _utility_key(services: Services, asked: Asked) -> str:
    return "desk/" + services.counter.digest(f"key/{asked.conversation_id}/{asked.key}/{asked.act}")


async def _ask(services: Services, session: Session, asked: Asked) -> Outcome | None:
    """Writes the wish down under the conversation's lock; what is done already is told again."""
    async with transaction(services.pool) as connection:
        owned = await transcript.lock(connection, asked.conversation_id)
        _check_may_act(session, owned, asked.conversation_id)
        services.counter.check_open()
        entry = await book.ask(connection, asked, at=services.clock.now())
    if not entry.same:
        raise ActMismatch(conversation_id=asked.conversation_id, act=asked.act)
    return _outcome(entry.result) if entry.state is ActState.DONE else None


def _check_may_act(session: Session, owned: Ownership, conversation_id: str) -> None:
    if not session.supervises and (owned.agent is None or owned.agent.agent_id != session.agent.agent_id):
        raise NotOwner(owned.agent, conversation_id=conversation_id)


async def _refused(services: Services, asked: Asked, reason: str) -> None:
    async with transaction(services.pool) as connection:
        await book.refuse(connection, asked, reason, at=services.clock.now())
        await _audit(services, connection, asked, "refused", reason=reason)


async def _unclear(services: Services, asked: Asked, why: str) -> None:
    async with transaction(services.pool) as connection:
        await _audit(services, connection, asked, "unclear", why=why)


async def _finish(services: Services, session: Session, asked: Asked, done: Done, *, tell: bool) -> Outcome:
    sentence = services.phrases.say(f"utter_desk_tell_{done.tell}", **done.blanks) if done.tell else ""
    note = services.phrases.say(f"utter_desk_note_{done.note}", **done.blanks)
    at = services.clock.now()
    async with transaction(services.pool) as connection:
        owned = await transcript.lock(connection, asked.conversation_id)
        # Only who has the word speaks: a supervisor who looks on, or an agent who lost the chat meanwhile, does not.
        sent = tell and bool(sentence) and owned.agent is not None and owned.agent.agent_id == session.agent.agent_id
        outcome = Outcome(dict(done.shown), sentence, sent, note)
        result = {**outcome.to_wire(), "timeline": dict(done.shown)}
        lines = Lines(note, sentence if sent else "")
        written = await book.finish(connection, asked, owned, result, lines, at=at)
        if not written:  # the same key, clicked twice: the other call was faster
            return _outcome((await book.ask(connection, asked, at=at)).result)
        await _audit(services, connection, asked, "done", sent=sent, **done.shown)
        await _remember(connection, asked, done)
    await _announce(services, asked, written)
    return outcome


async def _remember(connection: Connection, asked: Asked, done: Done) -> None:
    if done.bound:
        tail, address = done.bound.tail, done.bound.address_masked
        await book.remember_account(connection, asked.conversation_id, tail, address)


async def _announce(services: Services, asked: Asked, written: list[Line]) -> None:
    structlog.get_logger().info(
        "console.act.done", conversation_id=asked.conversation_id, act=asked.act, agent_id=asked.agent.agent_id
    )
    await live.announce_lines(services.bus, asked.conversation_id, written)


async def _audit(services: Services, connection: Connection, asked: Asked, state: str, **detail: object) -> None:
    await audit.record(
        connection,
        asked.agent.agent_id,
        f"act.{asked.act}",
        asked.conversation_id,
        at=services.clock.now(),
        state=state,
        key=asked.key,
        **detail,
    )


def _outcome(result: dict[str, Any]) -> Outcome:
    return Outcome(result["shown"], result["reply"], result["sent"], result["note"])
