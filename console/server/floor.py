"""The floor: every open desk socket of this process, and what is told to whom.

Events on the bus only say where to look; the truth is read from PostgreSQL, and every two seconds without being told,
so that a dead Redis slows the desk and hides nothing. It changes no conversation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import structlog

from console.server.purposes import Purpose, Standing, purpose_of, shown_line
from console.server.rights import RIGHTS, Access
from console.server.seat import GOING_AWAY, SESSION_ENDED, Event, Seat
from console.server.sessions import Session, Sessions
from conversation.events import DESK_TOPIC, Owner, conversation_topic
from conversation.message import Line
from handoff import transcript
from handoff.acts import EVERYBODY
from runtime.bus import Bus
from runtime.errors import StoreUnavailable
from runtime.postgres import Connection, Pool, transaction
from runtime.tasks import end_tasks

LOOK_EVERY_S = 2.0

_STATE_OF = """
    select c.conversation_id, c.owner, c.epoch, c.agent_id, c.last_seq, e.skill, e.served_by
    from conversations c left join lateral (
        select skill, coalesce(offered_to, agent_id) as served_by from escalations
        where conversation_id = c.conversation_id order by escalation_id desc limit 1
    ) e on true
"""
_STATES = _STATE_OF + " where c.owner <> 'bot'"
_STATE = _STATE_OF + " where c.conversation_id = $1"
_WAITING = "select escalation_id, least(priority, raised_to) from escalations where state in ('waiting', 'offered')"
_OFFERED = """
    select escalation_id, offered_to from escalations where state = 'offered'
    union all select transfer_id, array_to_string(declined_by, ',') from transfers where ended_at is null
"""
_BEGAN = "select min(seq) from messages where conversation_id = $1 and epoch = $2"


@dataclass(frozen=True)
class State:
    """What the floor last told about a conversation."""

    conversation_id: str
    owner: str
    epoch: int
    agent_id: str | None
    last_seq: int
    skill: str | None = None
    served_by: str | None = None


class Floor:
    """Follows the conversations that people hold or wait in and tells the seats that may know."""

    def __init__(self, pool: Pool, bus: Bus, sessions: Sessions) -> None:
        self._pool = pool
        self._bus = bus
        self._sessions = sessions
        self._seats: set[Seat] = set()
        self._known: dict[str, State] = {}
        self._waiting: frozenset[tuple[int, int]] = frozenset()
        self._offered: frozenset[tuple[int, str]] = frozenset()
        self._stirred: dict[str, None] = {}
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._log = structlog.get_logger()

    def open(self) -> None:
        """Starts listening and looking."""
        loop = asyncio.get_running_loop()
        following = loop.create_task(self._follow())
        following.add_done_callback(self._log_end)
        self._tasks = [
            following,
            self._bus.listen(conversation_topic("*"), self._hear_conversation),
            self._bus.listen(DESK_TOPIC, self._hear_desk),
        ]

    @property
    def following(self) -> bool:
        """Whether the desk still sees what changes; `/health` asks."""
        return bool(self._tasks) and not self._tasks[0].done()

    def agents(self) -> frozenset[str]:
        """Whose desks are open in this process."""
        return frozenset(seat.session.agent.agent_id for seat in self._seats)

    async def close(self) -> None:
        """Ends every seat and stops looking."""
        for seat in list(self._seats):
            seat.end(GOING_AWAY)
        await end_tasks(self._tasks)

    def join(self, session: Session) -> Seat:
        """Opens a seat for a session's socket."""
        seat = Seat(session)
        self._seats.add(seat)
        return seat

    def leave(self, seat: Seat) -> None:
        """Closes a seat."""
        self._seats.discard(seat)

    async def _hear_conversation(self, topic: str, payload: dict[str, Any]) -> None:
        conversation_id = topic.partition(":")[2]
        known = self._known.get(conversation_id)
        if payload["kind"] == "typing" and known and payload["role"] == "customer":
            event = {"type": "typing", "conversation_id": conversation_id, "role": "customer", "on": payload["on"]}
            self._tell(event, [known])
        elif payload["kind"] == "read" and known and payload["role"] == "customer":
            event = {"type": "read", "conversation_id": conversation_id, "role": "customer", "seq": payload["seq"]}
            self._tell(event, [known])
        elif payload["kind"] == "delivered" and known:
            # Looked at from before that line again: its new delivery is told, and the page keeps one line per number.
            self._known[conversation_id] = replace(known, last_seq=min(known.last_seq, payload["seq"] - 1))
            self._stir(conversation_id)
        elif payload["kind"] == "owner" or (payload["kind"] == "message" and known):
            self._stir(conversation_id)

    async def _hear_desk(self, topic: str, payload: dict[str, Any]) -> None:
        kind = payload["kind"]
        if kind == "queue":
            self._tell_all({"type": "queue.changed"})
        elif kind == "alert":
            event = {"type": "alert", "conversation_id": payload["conversation_id"], "why": payload["why"]}
            self._offer(event, lambda session: session.supervises)
        elif kind == "area":
            self._hear_area(payload)
        elif kind == "offers":
            agents = {*payload["agents"]}
            self._offer(
                {"type": "offers.changed"},
                lambda session: EVERYBODY in agents or session.agent.agent_id in agents,
            )
        elif kind == "alarm":
            self._offer({"type": "alarm"}, lambda session: RIGHTS.allow(session.role, Access.ALARMS))
        elif kind == "session":
            self._replace_other(payload["agent_id"], payload["session"])

    def _offer(self, event: Event, whom: Callable[[Session], bool]) -> None:
        for seat in list(self._seats):
            if whom(seat.session):
                seat.offer(event)

    def _replace_other(self, agent_id: str, session_id: str) -> None:
        for seat in list(self._seats):
            if seat.session.agent.agent_id == agent_id and seat.session.session_id != session_id:
                _replace(seat)

    def _hear_area(self, payload: dict[str, Any]) -> None:
        """News of one area of the desk: for whom its conversation concerns, for the agents named, or for everybody."""
        event = {"type": "area.changed", "area": payload["area"]}
        agents, known = payload.get("agents"), self._known.get(payload.get("conversation_id", ""))
        if "conversation_id" in payload:
            if known:
                self._tell({**event, "conversation_id": known.conversation_id}, [known])
            return
        for seat in list(self._seats):
            if agents is None or seat.session.agent.agent_id in agents:
                seat.offer(event)

    async def _follow(self) -> None:
        """Looks at what stirred as soon as it stirs, and at everything every `LOOK_EVERY_S`."""
        while True:
            try:
                await self._look_around()
                await self._look_until_late()
            except StoreUnavailable as error:
                self._log.error("console.floor.blind", error=str(error))
                await asyncio.sleep(LOOK_EVERY_S)

    async def _look_until_late(self) -> None:
        loop = asyncio.get_running_loop()
        late = loop.time() + LOOK_EVERY_S
        while True:
            try:
                await asyncio.wait_for(self._wake.wait(), late - loop.time())
            except asyncio.TimeoutError:
                return
            await self._look_at_stirred()

    async def _look_around(self) -> None:
        async with transaction(self._pool) as connection:
            rows = await connection.fetch(_STATES)
            waiting = frozenset((row[0], row[1]) for row in await connection.fetch(_WAITING))
            offered = frozenset((row[0], row[1]) for row in await connection.fetch(_OFFERED))
        states = {row["conversation_id"]: State(**row) for row in rows}
        for conversation_id in {*states, *self._known}:
            if states.get(conversation_id) != self._known.get(conversation_id):
                self._stir(conversation_id)
        if waiting != self._waiting:
            self._waiting = waiting
            self._tell_all({"type": "queue.changed"})
        if offered != self._offered:
            self._offered = offered
            self._tell_all({"type": "offers.changed"})
        await self._end_dead_sessions()
        await self._look_at_stirred()

    async def _look_at_stirred(self) -> None:
        self._wake.clear()
        while self._stirred:
            conversation_id = next(iter(self._stirred))
            del self._stirred[conversation_id]
            async with transaction(self._pool) as connection:
                await self._look_at(connection, conversation_id)

    async def _look_at(self, connection: Connection, conversation_id: str) -> None:
        row = await connection.fetchrow(_STATE, conversation_id)
        if row is None:
            return
        now, before = State(**row), self._known.get(conversation_id)
        audience = [now, before] if before else [now]
        if before is None or now.epoch != before.epoch:
            event = {
                "type": "conversation.changed",
                "conversation_id": conversation_id,
                "owner": now.owner,
                "epoch": now.epoch,
            }
            self._tell(event, audience)
        after = before.last_seq if before else await _before_epoch(connection, now)
        for line in await transcript.read(connection, conversation_id, after=after, for_customer=False):
            self._tell_line(conversation_id, line, audience)
            after = line.seq
        met = self._known.get(conversation_id)
        if met and met is not before:
            # A delivery was heard of meanwhile: what was read may be from before it, and is looked at again.
            after = min(after, met.last_seq)
        self._remember(replace(now, last_seq=after))

    def _remember(self, state: State) -> None:
        if state.owner == Owner.BOT.value:
            self._known.pop(state.conversation_id, None)
        else:
            self._known[state.conversation_id] = state

    async def _end_dead_sessions(self) -> None:
        seats = list(self._seats)
        live = await self._sessions.live_of({seat.session.agent.agent_id for seat in seats}) if seats else {}
        for seat in seats:
            known = live.get(seat.session.agent.agent_id)
            if known is None:
                seat.end(SESSION_ENDED)
            elif known != seat.session.session_id:
                _replace(seat)

    def _log_end(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            self._log.error("console.floor.stopped", exc_info=task.exception())

    def _stir(self, conversation_id: str) -> None:
        self._stirred[conversation_id] = None
        self._wake.set()

    def _tell(self, event: Event, audience: Iterable[State]) -> None:
        for seat in list(self._seats):
            if any(_purpose(seat.session, state) for state in audience):
                seat.offer(event)

    def _tell_line(self, conversation_id: str, line: Line, audience: Iterable[State]) -> None:
        """Shows the line in full to who serves the customer, masked to everybody else who may read it."""
        wire, audience = line.to_wire(), list(audience)
        for seat in list(self._seats):
            purposes = [_purpose(seat.session, state) for state in audience]
            if any(purposes):
                message = shown_line(wire, purposes[0])
                seat.offer({"type": "message", "conversation_id": conversation_id, "message": message})

    def _tell_all(self, event: Event) -> None:
        for seat in list(self._seats):
            seat.offer(event)


def _purpose(session: Session, state: State) -> Purpose | None:
    return purpose_of(
        session, Standing(state.conversation_id, state.owner, state.agent_id, state.skill, state.served_by)
    )


def _replace(seat: Seat) -> None:
    seat.offer({"type": "session.replaced"})
    seat.end(SESSION_ENDED)


async def _before_epoch(connection: Connection, state: State) -> int:
    began = await connection.fetchval(_BEGAN, state.conversation_id, state.epoch)
    return int(began) - 1 if began else state.last_seq
