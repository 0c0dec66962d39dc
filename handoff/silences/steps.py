"""Takes the steps of a silence that are due: one function, one transaction, one row in the timeline for each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from conversation.events import Ownership
from conversation.message import Line, Role
from handoff import ledger, transcript
from handoff.acts import Act, Change
from handoff.delivery.thrift import may_spend
from handoff.escalations import Escalations
from handoff.ledger import Escalation
from handoff.silences.rules import Deed, Step, silence_rules
from handoff.silences.watch import Quiet, next_due, read_quiet
from handoff.waiting.telling import queue_rules
from runtime.postgres import Connection

DUE = "select conversation_id from silences where due_at <= $1 order by due_at limit $2"

_TAKE = """
    select s.step, s.since_seq, s.waits_for from silences s join conversations c using (conversation_id)
    where s.conversation_id = $1 and s.due_at <= $2 for update of c, s skip locked
"""

_TAKEN = "update silences set step = $2, due_at = $3 where conversation_id = $1"
_FORGET = "delete from silences where conversation_id = $1"

RULE = "rule"


@dataclass(frozen=True)
class Taken:
    """What a step did: lines, perhaps a change of owner, and whether supervisors are to look."""

    conversation_id: str
    deed: Deed
    lines: tuple[Line, ...] = ()
    change: Change | None = None
    alert: bool = False


@dataclass(frozen=True)
class Case:
    """A silence a step is taken for, under the conversation's lock."""

    connection: Connection
    escalations: Escalations
    quiet: Quiet
    owned: Ownership
    escalation: Escalation
    step: Step
    at: datetime

    @property
    def agent_name(self) -> str:
        """Who serves, by the name the customer knows."""
        return self.owned.agent.name if self.owned.agent else ""

    async def line(self, role: Role, name: str, **blanks: object) -> Line:
        """Adds a line: to the customer as the system, or as a note for the desk."""
        text = self.escalations.phrases.say(name, **blanks)
        conversation_id, epoch = self.quiet.conversation_id, self.owned.epoch
        return await transcript.append(self.connection, conversation_id, role, {"text": text}, at=self.at, epoch=epoch)

    async def record(self, name: str, **detail: object) -> None:
        """Adds the row of the timeline."""
        await ledger.record(self.connection, self.escalation, name, RULE, at=self.at, **detail)


async def take_due(
    connection: Connection, conversation_id: str, escalations: Escalations, at: datetime
) -> Taken | None:
    """Takes the step that is due in a conversation; None when somebody has spoken, or another process is at it."""
    row = await connection.fetchrow(_TAKE, conversation_id, at)
    if row is None:
        return None
    quiet = next(iter(await read_quiet(connection, conversation_id)), None)
    rules = silence_rules()
    steps = rules.of(quiet.skill, quiet.side) if quiet else ()
    if quiet is None or quiet.new or row["step"] >= len(steps):
        await connection.execute(_FORGET, conversation_id)  # the next look writes the present silence down
        return None
    owned = await transcript.ownership(connection, conversation_id)
    escalation = await ledger.get(connection, quiet.escalation_id)
    case = Case(connection, escalations, quiet, owned, escalation, steps[row["step"]], at)
    taken = await _DEEDS[case.step.deed](case)
    if taken.change:  # nobody serves any more: a new service begins its own count
        await connection.execute(_FORGET, conversation_id)
        return taken
    done = row["step"] + 1
    await connection.execute(_TAKEN, conversation_id, done, next_due(quiet, rules, done, at))
    return taken


async def _remind(case: Case) -> Taken:
    """Asks the customer whether they are there; where lines are few, the line is spared and that is written down."""
    if not await may_spend(case.connection, case.quiet.conversation_id, queue_rules().thrift, case.at):
        await case.record("escalation.reminder_spared")
        return _taken(case)
    line = await case.line(Role.SYSTEM, "utter_human_are_you_there", agent=case.agent_name)
    await case.record("escalation.customer_reminded")
    return _taken(case, line)


async def _give_back(case: Case) -> Taken:
    """Returns the conversation to the bot."""
    return await _end(case, "escalation.silence_returned", case.escalations.return_to_bot)


async def _close(case: Case) -> Taken:
    """Ends the service."""
    return await _end(case, "escalation.silence_closed", case.escalations.close)


async def _end(case: Case, name: str, transition: Callable[..., Awaitable[Change]]) -> Taken:
    await case.record(name)
    note = case.escalations.phrases.say("utter_human_note_customer_silent", minutes=case.step.minutes)
    change = await transition(case.connection, case.quiet.conversation_id, case.owned.agent, note, at=case.at)
    # It is a note for the desk: the bot has nothing to tell from it.
    query = "update conversations set return_note = null where conversation_id = $1 and return_note = $2"
    await case.connection.execute(query, case.quiet.conversation_id, note)
    return replace(_taken(case), lines=change.lines, change=change)


async def _remind_agent(case: Case) -> Taken:
    """Puts a note before the agent."""
    line = await case.line(Role.NOTE, "utter_human_note_agent_silent", minutes=case.step.minutes)
    await case.record("escalation.agent_reminded")
    return _taken(case, line)


async def _remind_supervisor(case: Case) -> Taken:
    """Puts a note in the conversation and alerts the supervisors."""
    blanks = {"minutes": case.step.minutes, "agent": case.agent_name}
    line = await case.line(Role.NOTE, "utter_human_note_supervisor", **blanks)
    await case.record("escalation.supervisor_reminded", agent=case.agent_name)
    return replace(_taken(case, line), alert=True)


async def _tell_customer(case: Case) -> Taken:
    """Tells the customer honestly, where a line may be spent on it."""
    if not await may_spend(case.connection, case.quiet.conversation_id, queue_rules().thrift, case.at):
        await case.record("escalation.reminder_spared")
        return _taken(case)
    line = await case.line(Role.SYSTEM, "utter_human_please_bear", agent=case.agent_name)
    await case.record("escalation.customer_told_of_delay")
    return _taken(case, line)


async def _requeue(case: Case) -> Taken:
    """Lets the request wait again with its age, so that anybody may take it."""
    note = await case.line(Role.NOTE, "utter_human_note_requeued", minutes=case.step.minutes, agent=case.agent_name)
    change = await case.escalations.wait_again(
        Act(case.connection, case.at, RULE),
        case.escalation,
        "escalation.requeued",
        "utter_human_requeued",
        urgency=case.escalation.priority,
    )
    change = replace(change, lines=(note, *change.lines))
    return replace(_taken(case), lines=change.lines, change=change)


def _taken(case: Case, *lines: Line) -> Taken:
    return Taken(case.quiet.conversation_id, case.step.deed, lines)


_DEEDS: dict[Deed, Callable[[Case], Awaitable[Taken]]] = {
    Deed.REMIND: _remind,
    Deed.RETURN: _give_back,
    Deed.CLOSE: _close,
    Deed.REMIND_AGENT: _remind_agent,
    Deed.REMIND_SUPERVISOR: _remind_supervisor,
    Deed.TELL_CUSTOMER: _tell_customer,
    Deed.REQUEUE: _requeue,
}
