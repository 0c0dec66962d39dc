"""Calls after a low score: opened with the score, claimed, tried, ended; one for each service.

The customer is told until when somebody calls; the sentence is `utter_human_follow_up`. A row that is due is shown by
the wall and the page; nothing runs by a timer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from handoff import ledger
from handoff.errors import FollowUpEnded, UnknownFollowUp
from handoff.ledger import Escalation
from handoff.satisfaction.survey_rules import survey_rules
from runtime.clock import SHANGHAI
from runtime.postgres import Connection

_OPEN = """
    insert into follow_ups (conversation_id, escalation_id, opened_at, due_at) values ($1, $2, $3, $4)
    on conflict (escalation_id) do nothing returning follow_up_id
"""

_LIST = """
    select f.*, e.skill, e.agent_id as served_by, served.name as served_name, claimed.name as claimed_name,
           v.value as stars, v.comment, v.at as rated_at, c.channel, c.profile
    from follow_ups f
    join escalations e on e.escalation_id = f.escalation_id
    join conversations c on c.conversation_id = f.conversation_id
    join evaluations v on v.escalation_id = f.escalation_id
    left join agents served on served.agent_id = e.agent_id
    left join agents claimed on claimed.agent_id = f.claimed_by
"""

_CLAIM = """
    update follow_ups set claimed_by = $2 where follow_up_id = $1 and state = 'open' returning escalation_id
"""

_TRY = """
    update follow_ups set tries = tries + 1, next_try_at = $2, claimed_by = $3, note = $4
    where follow_up_id = $1 returning escalation_id
"""

_END = """
    update follow_ups set state = $2, tries = tries + 1, next_try_at = null, cause = $3, note = $4, ended_at = $5,
        ended_by = $6, claimed_by = coalesce(claimed_by, $6)
    where follow_up_id = $1 returning escalation_id
"""


_DECLINE = """
    update follow_ups set state = 'declined', ended_at = $2
    where conversation_id = $1 and state = 'open' returning escalation_id
"""


class Outcome(str, Enum):
    """How a call went."""

    REACHED = "reached"
    DECLINED = "declined"
    UNREACHED = "unreached"


class Cause(str, Enum):
    """Why the customer was unhappy, as they said it on the telephone."""

    WAIT = "wait"
    ATTITUDE = "attitude"
    UNSOLVED = "unsolved"
    KNOWLEDGE = "knowledge"
    BOT = "bot"
    COMPANY = "company"
    MISTAKE = "mistake"
    OTHER = "other"


@dataclass(frozen=True)
class Result:
    """What whoever called writes down."""

    outcome: Outcome
    cause: Cause | None
    note: str


async def open_for(connection: Connection, escalation: Escalation, stars: int, *, at: datetime) -> datetime | None:
    """Opens the call a score asks for; returns until when, None: the score is not low, or the call is open already."""
    rule = survey_rules().low
    if stars > rule.most_stars:
        return None
    due = rule.due(at)
    opened = await connection.fetchval(_OPEN, escalation.conversation_id, escalation.escalation_id, at, due)
    if opened is None:
        return None
    await ledger.record(
        connection, escalation, "escalation.follow_up_opened", "system", at=at, stars=stars, due=due.isoformat()
    )
    return due


async def listed(connection: Connection, *, is_open: bool, most: int) -> list[Any]:
    """Reads the calls that wait, the first due first, or those that ended, the last first."""
    condition, order = ("f.state = 'open'", "f.due_at") if is_open else ("f.state <> 'open'", "f.ended_at desc")
    return list(await connection.fetch(f"{_LIST} where {condition} order by {order}, f.follow_up_id limit $1", most))


async def claim(connection: Connection, follow_up_id: int, agent_id: str, *, at: datetime) -> None:
    """Gives a call to whoever makes it.

    Raises:
        UnknownFollowUp: there is none.
        FollowUpEnded: it was made.
    """
    await _hold(connection, follow_up_id)
    escalation_id = await connection.fetchval(_CLAIM, follow_up_id, agent_id)
    await _record(connection, escalation_id, "escalation.follow_up_claimed", agent_id, at=at)


async def decline(connection: Connection, conversation_id: str, *, at: datetime) -> bool:
    """Lets the customer's open call go: they want none. Returns whether there was one."""
    row = await connection.fetchrow(_DECLINE, conversation_id, at)
    if row is None:
        return False
    name, outcome = "escalation.follow_up_ended", Outcome.DECLINED.value
    await _record(connection, row["escalation_id"], name, "customer", at=at, outcome=outcome)
    return True


async def finish(connection: Connection, follow_up_id: int, agent_id: str, result: Result, *, at: datetime) -> bool:
    """Writes down how a call went; who was not reached is tried again, three times in all. Returns whether it ended.

    Raises:
        UnknownFollowUp: there is none.
        FollowUpEnded: it was made.
    """
    row, rule = await _hold(connection, follow_up_id), survey_rules().low
    if result.outcome is Outcome.UNREACHED and row["tries"] + 1 < rule.tries:
        again = at + rule.between
        escalation_id = await connection.fetchval(_TRY, follow_up_id, again, agent_id, result.note)
        await _record(connection, escalation_id, "escalation.follow_up_tried", agent_id, at=at, again=_moment(again))
        return False
    cause = result.cause.value if result.cause else None
    escalation_id = await connection.fetchval(
        _END, follow_up_id, result.outcome.value, cause, result.note, at, agent_id
    )
    name, outcome = "escalation.follow_up_ended", result.outcome.value
    await _record(connection, escalation_id, name, agent_id, at=at, outcome=outcome, cause=cause)
    return True


async def _hold(connection: Connection, follow_up_id: int) -> Any:
    row = await connection.fetchrow("select * from follow_ups where follow_up_id = $1 for update", follow_up_id)
    if row is None:
        raise UnknownFollowUp(follow_up_id=follow_up_id)
    if row["state"] != "open":
        raise FollowUpEnded(follow_up_id=follow_up_id, state=row["state"])
    return row


async def _record(
    connection: Connection, escalation_id: int, name: str, agent_id: str, *, at: datetime, **detail: object
) -> None:
    await ledger.record(connection, await ledger.get(connection, escalation_id), name, agent_id, at=at, **detail)


def _moment(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")
