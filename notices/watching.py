"""Watches what runs against a clock: each step of a ladder is told once, none after the end, late rather than never.

Due times stand in PostgreSQL; any number of workers take what is due. The truth of the desk's own matters is read under
its lock before a step is told: what has ended meanwhile is over.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import structlog

from handoff import live
from handoff.desk_help import pings
from handoff.desk_help.pings import Ping, PingKind
from handoff.notices import watches
from handoff.notices.watches import CUSTOMER, Step
from notices import fact_store, watch_sources
from notices.facts import Fact
from notices.kinds import Book
from notices.ladders import Ladders, Run, moments
from notices.watch_sources import FAMILY, SOURCES
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.postgres import Connection, Pool, transaction

_LOCK = "select pg_try_advisory_xact_lock(hashtext('notices.watch'))"
_LAST_WORD = "select max(created_at) from messages where conversation_id = $1 and role = 'agent'"
# The sentence reached nobody: the page says so, and whoever is answerable has to tell them.
_UNTOLD = """
    update watches w set customer_told_at = null from notice_facts f join notices n using (fact_id)
    where w.state = 'watching' and w.customer_told_at > $1 and f.family = 'watch' and f.subject = w.kind || '/' || w.ref
        and n.outcome = 'undelivered'
    returning w.*, (select active from agents a where a.agent_id = w.owner) as owner_active
"""
_FRESH = timedelta(days=1)
_RECORD = """
    insert into escalation_events (escalation_id, conversation_id, name, actor, detail, at)
    select max(escalation_id), $1, 'watch.customer_told', 'notices', $2, $3 from escalations where conversation_id = $1
"""
_KINDS = {Step.OWNER: PingKind.WATCH_OWNER, Step.LEAD: PingKind.WATCH_LEAD, Step.DUTY: PingKind.WATCH_DUTY}
# Who asked by a channel of ours may have written to us never.
_CHAT = "select conversation_id from conversations where conversation_id = $1"
_ON_DUTY = "select agent_id from agents where agent_id = any($1) and active"
_ORDER = (*(step.value for step in Step), CUSTOMER)
# Of these there may be hundreds in one storm: who has not read of one is not rung for each; the page has them all.
_MANY = frozenset({"call"})
_RINGS = "select agent_id from pings where agent_id = any($1) and kind = $2 and about = $3 and read_at is null"
_BRACES = str.maketrans({"{": None, "}": None})


class Watching:
    """The rounds of the watch."""

    def __init__(
        self, pool: Pool, bus: Bus, clock: Clock, book: Book, ladders: Ladders, *, duty: tuple[str, ...] = ()
    ) -> None:
        """`duty`: the agents who are the managers on duty; nobody: the supervisors are."""
        self._pool, self._bus, self._clock = pool, bus, clock
        self._book, self._ladders, self._duty = book, ladders, duty
        self._log = structlog.get_logger()

    async def look(self) -> int:
        """Notes what runs at the desk, and what is over; one worker at a time. Returns how much had changed."""
        changed = 0
        async with transaction(self._pool) as connection:
            if not await connection.fetchval(_LOCK):
                return 0
            now = self._clock.now()
            for source in SOURCES:
                changed += await watch_sources.look(connection, source, now)
            untold = await connection.fetch(_UNTOLD, now - _FRESH)
            for row in untold:
                await self._ring(connection, row, Step.OWNER, await self._agents(connection, row, Step.OWNER), now)
        for area in (*(["watches"] if changed or untold else []), *(["pings"] if untold else [])):
            await live.announce_area(self._bus, area)
        return 0

    async def climb(self) -> bool:
        """Tells the steps of the next matter that is due; false: none is. Raises StoreUnavailable."""
        async with transaction(self._pool) as connection:
            now = self._clock.now()
            row = await watches.take_due(connection, now)
            if row is None:
                return False
            row = await self._as_it_stands(connection, row, now)
            told = await self._tell(connection, row, now) if row else []
        if told:
            await live.announce_area(self._bus, "pings")
        await live.announce_area(self._bus, "watches")
        return True

    async def _as_it_stands(self, connection: Connection, row: Any, now: datetime) -> Any:
        if not watch_sources.comes_from_the_desk(row["kind"]):
            return row
        matter = await watch_sources.still(connection, row["kind"], row["ref"])
        if matter is None:
            await watch_sources.over(connection, row["kind"], [row["ref"]], "over", now)
            return None
        await watches.see(connection, matter, now)
        return await watches.read(connection, row["watch_id"])

    async def _tell(self, connection: Connection, row: Any, now: datetime) -> list[str]:
        """Tells every step that is due and notes when the next one is; returns whom it told."""
        told: list[str] = []
        left: list[datetime] = []
        if row["due_at"] is None:
            await watches.look_again(connection, row, None)
            return told
        due = moments(self._ladders, row["kind"], _run(row), self._book)
        known = await watches.steps_told(connection, row)
        for step in (name for name in _ORDER if name in due and name not in known):
            at = due[step]
            if at > now:
                left.append(at)
            elif step == CUSTOMER:
                left += await self._tell_customer(connection, row, now)
            else:
                told += await self._call(connection, row, Step(step), at, now)
        await watches.look_again(connection, row, min(left, default=None))
        return told

    async def _call(self, connection: Connection, row: Any, step: Step, at: datetime, now: datetime) -> list[str]:
        """Tells whoever a step names; who was away so long that it helps nobody any more only notes it."""
        agents = await self._agents(connection, row, step) if now - at <= self._ladders.worth else []
        if row["kind"] in _MANY:
            ringing = await connection.fetch(_RINGS, agents, _KINDS[step].value, row["kind"])
            agents = sorted(set(agents) - {one["agent_id"] for one in ringing})
        await watches.note_step(connection, row, step.value, agents, now)
        await self._ring(connection, row, step, agents, now)
        self._log.warning("notices.watch.step", kind=row["kind"], ref=row["ref"], step=step.value, told=len(agents))
        return agents

    async def _ring(self, connection: Connection, row: Any, step: Step, agents: list[str], now: datetime) -> None:
        text = row["title"] if row["kind"] == "promise" else row["ref"]
        chat = await connection.fetchval(_CHAT, row["conversation_id"])
        await pings.send(connection, agents, Ping(_KINDS[step], text, chat, about=row["kind"]), at=now)

    async def _agents(self, connection: Connection, row: Any, step: Step) -> list[str]:
        if step is Step.OWNER and row["owner"] and row["owner_active"]:
            return [row["owner"]]
        if step is Step.DUTY and self._duty:
            known = await connection.fetch(_ON_DUTY, self._duty)
            if known:
                return [one["agent_id"] for one in known]
        return await pings.supervisors(connection)

    async def _tell_customer(self, connection: Connection, row: Any, now: datetime) -> list[datetime]:
        """Plans the sentence; returns when to look again where an agent is just talking with them."""
        run, ladder = _run(row), self._ladders.kinds[row["kind"]]
        worth = run.said + self._ladders.customer_worth
        last = await connection.fetchval(_LAST_WORD, row["conversation_id"]) if row["conversation_id"] else None
        if run.moved and last and run.moved_at and last >= run.moved_at:
            await watches.note_step(connection, row, CUSTOMER, [row["owner"] or ""], now)  # they said so themselves
            return []
        if now > worth or not (row["conversation_id"] or row["account_no"]):
            await watches.note_step(connection, row, CUSTOMER, [], now)
            return []
        if last and now - last < self._ladders.talking:
            return [last + self._ladders.talking]
        kind = ladder.moved if run.moved else ladder.notice
        given = {
            "old": run.said.isoformat(),
            "new": run.due.isoformat(),
            "what": row["title"].translate(_BRACES),
            "subject": row["ref"],
            "who": self._who(row),
        }
        story = f"{FAMILY}/{row['kind']}/{row['ref']}"
        who = {"account_no": row["account_no"], "person": row["conversation_id"]}
        fact = Fact(f"{story}/customer", kind, story, now, worth + timedelta(minutes=1), given, **who)
        await fact_store.plan_own(connection, FAMILY, f"{row['kind']}/{row['ref']}", fact, now)
        await watches.note_step(connection, row, CUSTOMER, [CUSTOMER], now)
        if await connection.fetchval(_CHAT, row["conversation_id"]):
            detail = {"kind": row["kind"], "ref": row["ref"], "due": run.said.isoformat(timespec="minutes")}
            await connection.execute(_RECORD, row["conversation_id"], detail, now)
        return []

    def _who(self, row: Any) -> str:
        if row["owner"] and row["owner_active"]:
            return self._ladders.who_agent.format(name=row["owner_name"] or row["owner"]).translate(_BRACES)
        return self._ladders.who_none


def _run(row: Any) -> Run:
    return Run(row["begins_at"], row["due_at"], row["first_due_at"], row["moved_at"], frozenset(row["called"]))
