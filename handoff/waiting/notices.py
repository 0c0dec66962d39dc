"""Tells who waits that their place has changed, seldom enough; the due times stand in PostgreSQL.

Several processes sweep: a conversation's row is taken with `skip locked`, and what was told is written in the same
transaction as the line, so that nothing is told twice and nothing is forgotten over a restart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from conversation.identity import ChannelName
from conversation.message import Line, Role
from handoff import ledger, transcript
from handoff.delivery.thrift import may_spend
from handoff.escalations import Escalations
from handoff.ledger import WAITING_STATES, Escalation
from handoff.waiting.rules import QueueRules
from handoff.waiting.telling import Place, place_of, place_words, queue_rules, remember
from runtime.postgres import Connection

DUE = """
    select q.escalation_id, e.conversation_id from queue_told q join escalations e using (escalation_id)
    where q.look_at <= $1 order by q.look_at limit $2
"""

# One of several processes takes it; whoever is at the conversation already keeps it.
_TAKE = """
    select q.*, c.channel from queue_told q
    join escalations e using (escalation_id) join conversations c using (conversation_id)
    where q.escalation_id = $1 and q.look_at <= $2 for update of c skip locked
"""

_FORGET = "delete from queue_told where escalation_id = $1"
_LATER = "update queue_told set look_at = $2 where escalation_id = $1"


@dataclass(frozen=True)
class Told:
    """What somebody was told last."""

    ahead: int
    most_s: int | None
    closed: bool
    times: int
    at: datetime
    channel: str

    @property
    def counted(self) -> bool:
        """Whether their platform counts lines."""
        return self.channel != ChannelName.WEB.value


async def look_again(connection: Connection, escalation_id: int, escalations: Escalations, at: datetime) -> Line | None:
    """Looks at one request whose time has come; returns the line that was said, if any."""
    row = await connection.fetchrow(_TAKE, escalation_id, at)
    if row is None:
        return None
    escalation, rules = await ledger.get(connection, escalation_id), queue_rules()
    if escalation.state not in WAITING_STATES:
        await connection.execute(_FORGET, escalation_id)
        return None
    place = await place_of(connection, escalations.phrases, escalations.hours, escalation, at, rules)
    name = news(_told(row), place, rules, at)
    if name is None or not await may_spend(connection, escalation.conversation_id, rules.thrift, at):
        await connection.execute(_LATER, escalation_id, _look_at(place, at, rules))
        return None
    return await _say(connection, escalations, escalation, place, name, at)


def news(told: Told, place: Place, rules: QueueRules, at: datetime) -> str | None:
    """Which sentence a change is worth; None where nothing is to be said."""
    if place.closed:
        return None
    if told.closed:
        return "utter_human_open_again"
    most = rules.notices.push_doors_most if told.counted else rules.notices.most
    if told.times > most + 1 or (told.times > most and place.ahead):
        return None
    if told.ahead - place.ahead >= rules.notices.fewer_ahead:
        return "utter_human_nearer"
    late = told.most_s is not None and at - told.at > max(timedelta(seconds=told.most_s), rules.notices.every)
    return "utter_human_longer" if late else None


async def _say(
    connection: Connection, escalations: Escalations, escalation: Escalation, place: Place, name: str, at: datetime
) -> Line:
    rules = queue_rules()
    owned = await transcript.ownership(connection, escalation.conversation_id)
    await remember(connection, escalation, place, at, rules, times=1)
    detail = {"ahead": place.ahead, "why": name.removeprefix("utter_human_")}
    await ledger.record(connection, escalation, "escalation.place_told", "rule", at=at, **detail)
    text = place_words(escalations.phrases, name, place, rules)
    return await transcript.append(
        connection, escalation.conversation_id, Role.SYSTEM, {"text": text}, at=at, epoch=owned.epoch
    )


def _look_at(place: Place, at: datetime, rules: QueueRules) -> datetime:
    return place.opens if place.closed and place.opens else at + rules.notices.every


def _told(row: Any) -> Told:
    return Told(row["ahead"], row["most_s"], row["closed"], row["times"], row["told_at"], row["channel"])
