"""Thirty agents with twelve chats each, on the real console process, the real web door and embedded stores.

python -m bench.desk [--agents 30] [--chats 12] [--seconds 60] [--rate 10] [--out FILE]

Customers arrive, ask for a person, are offered and accepted; then both sides write `--rate` lines a second each way.
Everything runs on this machine, the people included: what they take of the processor is taken from the desk.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import aiohttp
from argon2 import PasswordHasher

from bench.consumption import cpu_seconds, resident_mb
from bench.desk_people import PASSWORD, Agent, Clockwork, Customer
from bench.desk_unseen import Unseen, judge, replayed, settle
from bench.storm_workers import Workers
from conversation.identity import AgentIdentity
from conversation.reply import HandoffRequest
from handoff.desk import Desk
from handoff.escalations import Escalations
from handoff.phrases import Phrases
from handoff.routing.decision import Candidate, Need, decide
from handoff.routing.presence import Status
from handoff.routing.rules import standard_rules
from runtime import log, postgres
from runtime.bus import Bus
from runtime.clock import SHANGHAI, SystemClock
from tools import say
from tools.stack import Stack
from tools.stack.plan import PROJECT
from tools.trained_model import find_model

# The loads of the bench come from one address, which the doors would slow down.
_UNHURRIED = {
    "ADDRESS_BURST": "100000",
    "ADDRESS_PER_SECOND": "100000",
    "DOOR_BURST": "100000",
    "DOOR_PER_SECOND": "100000",
    "LOG_LEVEL": "WARNING",
}
_ASKED = HandoffRequest("billing", "asked", 5)
_WARM_SECONDS = 5.0
_FILL_SECONDS = 180.0
_FIRST_NUMBER = 100


@dataclass(frozen=True)
class Found:
    """What was measured."""

    offered: int
    filling: float
    accepts: tuple[float, ...]
    to_customer: Clockwork
    to_agent: Clockwork
    sent: int
    unseen: tuple[Unseen, Unseen]
    anew: int
    returns: int
    refused: int
    console_cores: float
    bot_cores: float
    console_mb: float
    bot_mb: float


def main() -> None:
    """Measures and prints."""
    options = _options()
    log.configure("bench", "WARNING")
    with tempfile.TemporaryDirectory(prefix="gridtalk-desk-", ignore_cleanup_errors=True) as folder:
        model, beside = find_model(PROJECT / "models"), ("console",)
        stack = Stack(Path(folder), demo_clock=False, processes=beside, extra=_UNHURRIED, model=model, report=say.step)
        with stack, Workers(stack, 1, "scripted", 4.2) as workers:
            found = asyncio.run(_Bench(options, stack, workers).run())
    text = _render(options, found)
    sys.stdout.write(text)
    if options.out:
        options.out.write_text(text, encoding="utf-8")


class _Bench:
    def __init__(self, options: argparse.Namespace, stack: Stack, workers: Workers) -> None:
        self._options = options
        self._plan = stack.plan
        self._console = stack.pid("console")
        self._workers = workers
        self._door = workers.doors[0].removesuffix("/webhooks/wechat")
        self._to_customer, self._to_agent = Clockwork(), Clockwork()
        self._agents: list[Agent] = []
        self._customers: dict[str, Customer] = {}
        self._sent = 0

    async def run(self) -> Found:
        """Fills the desk, then lets everybody talk."""
        pool = await postgres.connect(self._plan.addresses.database, most=4)
        bus = Bus(self._plan.addresses.redis)
        await _hire(pool, self._options.agents, self._options.chats)
        desk = Desk(pool, bus, SystemClock(), Escalations(Phrases.load(PROJECT / "domain" / "human.yml")))
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as visiting:
            listening = await self._arrive(visiting)
            began = time.perf_counter()
            await self._fill(desk)
            filling = time.perf_counter() - began
            await self._warm_up()
            spent = cpu_seconds(self._console), self._workers.cpu_seconds()
            seconds = await self._talk(self._options.seconds)
            await settle([self._to_customer, self._to_agent], self._options.patience)
            spent = cpu_seconds(self._console) - spent[0], self._workers.cpu_seconds() - spent[1]
            memory = resident_mb(self._console), self._workers.memory_mb()
            unseen = await judge(pool, self._to_customer, "agent"), await judge(pool, self._to_agent, "customer")
            anew = await replayed(visiting, list(self._customers.values()), self._to_customer)
            await self._leave(listening)
        people: list[Agent | Customer] = [*self._agents, *self._customers.values()]
        offered = await pool.fetchval("select count(*) from escalation_events where name = 'escalation.offered'")
        await bus.close()
        await pool.close()
        return Found(
            offered=offered,
            filling=filling,
            accepts=tuple(itertools.chain.from_iterable(agent.accepts for agent in self._agents)),
            to_customer=self._to_customer,
            to_agent=self._to_agent,
            sent=self._sent,
            unseen=unseen,
            anew=anew,
            returns=sum(one.returns for one in people),
            refused=sum(one.refusals for one in people),
            console_cores=spent[0] / seconds,
            bot_cores=spent[1] / seconds,
            console_mb=memory[0],
            bot_mb=memory[1],
        )

    async def _warm_up(self) -> None:
        await self._talk(_WARM_SECONDS)
        self._to_customer.forget()
        self._to_agent.forget()
        self._sent = 0

    async def _leave(self, listening: list[asyncio.Task[None]]) -> None:
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
        for agent in self._agents:
            await agent.http.close()

    async def _arrive(self, visiting: aiohttp.ClientSession) -> list[asyncio.Task[None]]:
        """Everybody opens their window or desk."""
        desk = self._plan.url("console")
        listening = []
        for number in range(self._options.agents):
            http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
            agent = Agent(http, desk, f"B{number + _FIRST_NUMBER}", self._to_customer, self._to_agent)
            await agent.arrive()
            self._agents.append(agent)
            listening.append(asyncio.ensure_future(agent.listen()))
        for _ in range(self._options.agents * self._options.chats):
            customer = Customer(visiting, self._door, self._to_customer, self._to_agent)
            await customer.arrive()
            self._customers[customer.conversation_id] = customer
            listening.append(asyncio.ensure_future(customer.listen()))
        say.done(f"{len(self._agents)} agents and {len(self._customers)} customers are here")
        return listening

    async def _fill(self, desk: Desk) -> None:
        """Every customer asks for a person and gets one."""
        for customer in self._customers.values():
            await customer.write("a person please #1")
        await _until(desk.pool, "select count(*) from messages where role = 'bot'", len(self._customers))
        for conversation_id in self._customers:
            await desk.request(conversation_id, _ASKED)
        serving = "select count(*) from escalations where state = 'serving'"
        await _until(desk.pool, serving, len(self._customers))
        say.done("everybody is served")

    async def _talk(self, seconds: float) -> float:
        """Both sides write at the wanted rate, each line in a task of its own; returns how long it took."""
        began, count = time.perf_counter(), int(seconds * self._options.rate)
        pairs = [(agent, chat) for agent in self._agents for chat in agent.chats]
        chance = random.Random(7)
        saying: set[asyncio.Task[None]] = set()
        for number in range(count):
            agent, chat = chance.choice(pairs)
            await asyncio.sleep(max(0.0, began + number / self._options.rate - time.perf_counter()))
            for act in (agent.say(chat, "your bill is ready"), self._customers[chat].say("and the meter")):
                task = asyncio.ensure_future(act)
                saying.add(task)
                task.add_done_callback(saying.discard)
            self._sent += 1
        await asyncio.gather(*saying)
        return time.perf_counter() - began


async def _until(pool: postgres.Pool, query: str, wanted: int) -> None:
    """Waits until so many are counted. Raises ToolError."""
    late = time.perf_counter() + _FILL_SECONDS
    for _ in itertools.count():
        if await pool.fetchval(query) >= wanted:
            return
        if time.perf_counter() > late:
            raise say.ToolError(f"still fewer than {wanted}: {query}")
        await asyncio.sleep(0.1)


async def _hire(pool: postgres.Pool, agents: int, chats: int) -> None:
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    for number in range(agents):
        await pool.execute(
            "insert into agents (agent_id, name, role, skills, max_chats, password_hash)"
            " values ($1, $2, 'agent', '{billing}', $3, $4)",
            f"B{number + _FIRST_NUMBER}",
            f"agent {number}",
            chats,
            hashed,
        )


def decisions_per_second(agents: int) -> float:
    """How many times a second one core decides among so many agents, the stores left out."""
    noon = datetime(2026, 11, 21, 12, tzinfo=SHANGHAI)
    one = Candidate(AgentIdentity("B0", "B0"), False, ("billing",), (), (), ("zh",), 12, Status.ONLINE, 0.0, noon)
    floor = [replace(one, agent=AgentIdentity(f"B{n}", f"B{n}"), load=float(n % 12)) for n in range(agents)]
    need = Need("billing", "D1", "", "zh", 5, 1.0, 10.0)
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < 1.0:
        decide(standard_rules(), need, floor).to_wire(need)
        count += 1
    return count / (time.perf_counter() - began)


def _render(options: argparse.Namespace, found: Found) -> str:
    rows = [
        ("agent to customer", _spread(found.to_customer.took)),
        ("customer to agent", _spread(found.to_agent.took)),
        ("an accept", _spread(found.accepts)),
        ("lines each way", f"{found.sent} sent, {options.rate:g} a second each way"),
        ("to customers", f"{found.unseen[0]}; {found.anew} of the lost shown to a window that opened anew"),
        ("to agents", str(found.unseen[1])),
        ("cut off and came back", str(found.returns)),
        ("refused", str(found.refused)),
        (
            "offers while filling",
            f"{found.offered} in {found.filling:.1f} s, {found.offered / found.filling:.0f} a second",
        ),
        ("decisions alone", f"{decisions_per_second(options.agents):.0f} a second on one core"),
        ("console", f"{found.console_cores:.2f} cores, {found.console_mb:.0f} MB"),
        ("bot worker", f"{found.bot_cores:.2f} cores, {found.bot_mb:.0f} MB"),
        ("load of the machine", " ".join(f"{part:.1f}" for part in os.getloadavg())),
    ]
    head = f"{options.agents} agents x {options.chats} chats, {options.seconds:g} s, {os.cpu_count()} cores"
    return "\n".join(["", head, "", "| what | figure |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows), ""])


def _spread(seconds: Sequence[float]) -> str:
    if len(seconds) < 2:
        return "nothing measured"
    cuts = statistics.quantiles(seconds, n=100)
    return f"p50 {cuts[49] * 1000:.0f} ms, p95 {cuts[94] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.desk", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("--agents", type=int, default=30)
    parser.add_argument("--chats", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=10.0, help="lines a second each way")
    parser.add_argument("--patience", type=float, default=30.0, help="seconds until an unseen line is lost")
    parser.add_argument("--out", type=Path, help="a file for the table")
    return parser.parse_args()


if __name__ == "__main__":
    main()
