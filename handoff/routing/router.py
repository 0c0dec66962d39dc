"""The router: one round of the sweep that offers, lapses, relaxes, ages and reclaims; each act is one transaction.

Every console process runs rounds of its own. A conversation that somebody else writes in right now is passed over
(`for update skip locked`) and comes again in the next round; an agent is never given more than they can take, because
the row of the agent is locked while their load is counted.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from conversation.events import EscalationState
from conversation.identity import AgentIdentity
from handoff import ledger, live, transcript
from handoff.acts import Change
from handoff.passing.transfers import Transfers
from handoff.routing import offers, orphans
from handoff.routing.candidates import read_candidates, read_need
from handoff.routing.decision import Decision, Need, decide
from handoff.routing.presence import Status
from handoff.routing.rules import DANGER, Rules
from handoff.steps import Steps
from runtime.bus import Bus
from runtime.clock import Clock
from runtime.errors import StoreBusy
from runtime.postgres import Connection, Pool, transaction

# What one round takes at most of each kind; the next follows at once when this was reached.
MOST = 100

_DUE_OFFERS = """
    select escalation_id as id, conversation_id from escalations
    where state = 'offered' and offer_due <= $1 order by offer_due limit $2
"""
_DUE_TRANSFERS = """
    select t.transfer_id as id, e.conversation_id from transfers t join escalations e using (escalation_id)
    where t.ended_at is null and t.due_at <= $1 order by t.due_at limit $2
"""
_WAITING = """
    select escalation_id as id, conversation_id, priority, least(priority, raised_to) as urgency,
           coalesce(requeued_at, requested_at) as queued_at, offers_spent, alerted_at
    from escalations where state in ('waiting', 'offered')
"""
_UNOFFERED = """
    select escalation_id as id, conversation_id, priority from escalations
    where state = 'waiting' order by least(priority, raised_to), requested_at, escalation_id
"""

Attempt = Callable[[Connection, datetime], Awaitable[Change | None]]


@dataclass(frozen=True)
class Router:
    """Moves what waits; `offering` off leaves the queue to the hands of the agents."""

    pool: Pool
    bus: Bus
    clock: Clock
    steps: Steps
    rules: Rules
    offering: bool = True

    async def round(self) -> int:
        """Does what is due now; returns how many transitions it made. Raises StoreUnavailable."""
        done = await self._lapse_offers() + await self._lapse_transfers() + await self._reclaim()
        done += await self._hurry()
        return done + (await self._offer_all() if self.offering else 0)

    async def _lapse_offers(self) -> int:
        done = 0
        for row in await self._read(_DUE_OFFERS, self.clock.now(), MOST):
            done += await self._try(row["conversation_id"], _lapsing(row["id"], self.rules))
        return done

    async def _lapse_transfers(self) -> int:
        done = 0
        for row in await self._read(_DUE_TRANSFERS, self.clock.now(), MOST):
            done += await self._try(row["conversation_id"], self._lapsing_transfer(row["id"]))
        return done

    def _lapsing_transfer(self, transfer_id: int) -> Attempt:
        return lambda connection, at: Transfers(self.steps).lapse(connection, transfer_id, at=at)

    async def _reclaim(self) -> int:
        rules, done = self.rules, 0
        async with transaction(self.pool) as connection:
            lost = await orphans.lost(connection, at=self.clock.now(), seen_s=rules.seen_s, grace_s=rules.grace_s)
        for escalation_id, conversation_id in lost:
            done += await self._try(conversation_id, self._reclaiming(escalation_id))
        return done

    def _reclaiming(self, escalation_id: int) -> Attempt:
        rules = self.rules
        return lambda connection, at: orphans.reclaim(
            self.steps,
            connection,
            escalation_id,
            at=at,
            seen_s=rules.seen_s,
            grace_s=rules.grace_s,
            urgency=rules.lost_urgency,
        )

    async def _hurry(self) -> int:
        """Moves forward who has waited long, and calls the supervisors to whom nobody takes."""
        done, now = 0, self.clock.now()
        for row in await self._read(_WAITING):
            waited = (now - row["queued_at"]).total_seconds()
            urgency = self.rules.urgency_at(row["priority"], row["urgency"], waited)
            if urgency < row["urgency"]:
                done += await self._try(row["conversation_id"], _ageing(row["id"], urgency))
            why = self._alarm(row["priority"], row["offers_spent"], waited)
            if why and row["alerted_at"] is None:
                done += await self._try(row["conversation_id"], _alerting(row["id"], why))
        return done

    def _alarm(self, priority: int, spent: int, waited_s: float) -> str:
        """Why the supervisors are called, if they are; danger calls them after one offer that came to nothing."""
        danger = priority == DANGER
        if spent >= (1 if danger else self.rules.tries):
            return "nobody_takes"
        return "too_long" if waited_s >= (self.rules.danger_offer_s if danger else self.rules.too_long_s) else ""

    async def _offer_all(self) -> int:
        waiting, done = await self._read(_UNOFFERED), 0
        room = await self._has_room() if waiting else False
        for row in waiting:
            if not room and row["priority"] != DANGER:
                continue
            done += await self._try(row["conversation_id"], self._offering(row["id"]))
        return done

    def _offering(self, escalation_id: int) -> Attempt:
        return lambda connection, at: self.offer(connection, escalation_id, at)

    async def _has_room(self) -> bool:
        """Whether anybody could take anything: on a full floor a long queue is not gone through every second."""
        async with transaction(self.pool) as connection:
            seen = await read_candidates(connection, None, self.rules, at=self.clock.now())
        return any(each.status is Status.ONLINE and each.load < each.max_chats for each in seen)

    async def offer(self, connection: Connection, escalation_id: int, at: datetime) -> Change | None:
        """Offers one waiting request to whom the rules choose; None: it waits no more, or nobody is there."""
        escalation = await ledger.get(connection, escalation_id)
        if escalation.state is not EscalationState.WAITING:
            return None
        need = await read_need(connection, escalation, self.rules, at=at)
        agent, decision = await self._choose(connection, escalation_id, need, at)
        if agent is None:
            return None
        due_at = at + self.rules.offer_for(escalation.priority)
        path = decision.to_wire(need)
        return await offers.offer(connection, escalation_id, agent, at=at, due_at=due_at, path=path)

    async def _choose(
        self, connection: Connection, escalation_id: int, need: Need, at: datetime
    ) -> tuple[AgentIdentity | None, Decision]:
        """Decides, locks the agent's row, and decides again: only what still holds under the lock counts."""
        locked: set[str] = set()
        while True:
            candidates = await read_candidates(connection, escalation_id, self.rules, at=at)
            decision = decide(self.rules, need, candidates)
            agent = decision.chosen
            if agent is None or agent.agent_id in locked:
                return agent, decision
            await connection.execute("select 1 from agents where agent_id = $1 for no key update", agent.agent_id)
            locked.add(agent.agent_id)

    async def _read(self, query: str, *values: object) -> list[Any]:
        async with transaction(self.pool) as connection:
            return list(await connection.fetch(query, *values))

    async def _try(self, conversation_id: str, attempt: Attempt) -> int:
        """Does one transition, if nobody writes in the conversation right now, and tells of it after the commit."""
        try:
            async with transaction(self.pool) as connection:
                if await transcript.try_lock(connection, conversation_id) is None:
                    return 0
                change = await attempt(connection, self.clock.now())
        except StoreBusy as error:
            structlog.get_logger().warning("handoff.router.busy", conversation_id=conversation_id, error=str(error))
            return 0
        if change is None:
            return 0
        await live.announce_change(self.bus, change)
        return 1


def _lapsing(escalation_id: int, rules: Rules) -> Attempt:
    rest = timedelta(seconds=rules.rest_s)
    return lambda connection, at: offers.lapse(connection, escalation_id, at=at, until=at + rest)


def _ageing(escalation_id: int, urgency: int) -> Attempt:
    return lambda connection, at: offers.age(connection, escalation_id, at=at, urgency=urgency)


def _alerting(escalation_id: int, why: str) -> Attempt:
    return lambda connection, at: offers.alert(connection, escalation_id, at=at, why=why)
