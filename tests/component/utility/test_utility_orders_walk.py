"""A thousand random steps of each kind of order through the real service and the real books: no rule is ever broken."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
import pytest_asyncio

from runtime.embedded import EmbeddedPostgres
from tests.fakes.order_books import Bench, bench, fill
from utility.actors import customer, staff
from utility.errors import Refusal
from utility.orders import clock, service, store
from utility.orders.machine import Kind, read_order_rules
from utility.orders.rounds import climb
from utility.orders.telling import rules_at
from utility.orders.values import Change, Draft, Resolution, WorkOrder
from utility.orders.worktime import elapsed

STEPS = 1000
KINDS = sorted(read_order_rules().known[0].value.kinds)
ACTORS = (staff("K0103"), staff("K0104"), customer("web", "a-walker"))
OWNERS = ("启明供电中心", "长庚供电中心", "营销部")


@pytest.fixture(scope="module")
def books_url(postgres_server: EmbeddedPostgres) -> str:
    return asyncio.run(fill(postgres_server, "utility_orders_walk"))


@pytest_asyncio.fixture
async def desk(books_url: str) -> AsyncIterator[Bench]:
    async with bench(books_url) as opened:
        yield opened


@dataclass
class Walk:
    """One order, and its running and paused time counted a second way."""

    desk: Bench
    kind: Kind
    chance: random.Random
    order: WorkOrder
    ran: timedelta = timedelta(0)
    paused: timedelta = timedelta(0)

    def wait(self) -> None:
        by = timedelta(minutes=self.chance.choice([0, 1, 5, 130, 700, 3000]))
        now, order = self.desk.clock.now(), self.order
        if order.limit_value is not None and order.open:
            if self.kind.counts(order.state, order.side_state):
                self.ran += elapsed(self.desk.company.calendar, order.limit_unit, now, now + by)
            elif self.kind.pauses(order.state, order.side_state):
                self.paused += by
        self.desk.clock.move(by)

    def steps(self) -> list[Callable[[], Awaitable[object]]]:
        """What anybody may try, sensible or not."""
        connection, company, no = self.desk.connection, self.desk.company, self.order.order_no
        pick, actor = self.chance.choice, self.chance.choice(ACTORS)
        ends = [name for name, side in self.kind.side_states.items() if side.ends]
        sides = [name for name in self.kind.side_states if name not in ends] or ["nowhere"]
        allowed = [*self.kind.moves[self.order.state], pick(list(self.kind.moves))]
        reply = dict.fromkeys(self.kind.checklist(""), pick(["如实", "如实", "如实", " "]))
        done = Resolution(pick([*self.kind.resolutions, "made up"]), reply)
        return [
            lambda: service.advance(connection, company, no, pick(allowed), actor),
            lambda: service.suspend(connection, company, no, pick(sides), actor),
            lambda: service.resume(connection, company, no, actor),
            lambda: service.offer(connection, company, no, pick(OWNERS), actor),
            lambda: service.accept(connection, company, no, actor),
            lambda: service.decline(connection, company, no, actor),
            lambda: service.contacted(connection, company, no, actor, "谈过"),
            lambda: service.remark(connection, company, no, actor, "查过"),
            lambda: service.urge(connection, company, no, actor),
            lambda: service.resolve(connection, company, no, done, actor),
            lambda: service.record_try(connection, company, no, actor, "phone", pick(["no_answer", "reached", "lost"])),
            lambda: service.confirm(connection, company, no, self.chance.random() < 0.6, actor),
            lambda: service.rate(connection, company, no, 5, actor),
            lambda: service.close(connection, company, no, actor),
            lambda: service.reopen(connection, company, no, actor, "又坏了"),
            lambda: climb(connection, company, self.order),
            *([lambda: service.suspend(connection, company, no, pick(ends), actor)] if self.rarely() and ends else []),
        ]

    def rarely(self) -> bool:
        return self.chance.random() < 0.1

    async def step(self) -> bool:
        """Tries one thing; a refusal leaves everything as it was."""
        doing = self.chance.choice(self.steps())
        attempt = self.desk.connection.transaction()
        await attempt.start()
        try:
            await doing()
        except Refusal:
            await attempt.rollback()
            return False
        await attempt.commit()
        return True


async def started(desk: Bench, kind: Kind, chance: random.Random) -> Walk:
    draft = Draft(kind.name, "启明供电中心", subject="walk", channel="web", channel_user="a-walker")
    order = await service.open_order(desk.connection, desk.company, draft, customer("web", "a-walker"))
    return Walk(desk, kind, chance, order)


def check_keys(kind: Kind, lines: list[Change]) -> None:
    """Whatever was closed had its reply, and the customer's word or three tries that count, since that reply."""
    for n, line in enumerate(lines):
        if line.what != "closed":
            continue
        replies = [i for i, earlier in enumerate(lines[:n]) if earlier.what == "replied"]
        assert replies
        since = lines[replies[-1] : n]
        word = any(x.what == "confirmed" for x in since) or any(x.to_state in kind.confirming for x in lines[:n])
        tries = sum(1 for x in since if x.what == "tried" and x.data["counts"])
        assert "customer" not in kind.keys or word or tries >= 3


def check_timeline(lines: list[Change], order: WorkOrder) -> None:
    """No line is missing: they are numbered, each goes on where the last one led, the last one says how it stands."""
    assert [line.step_no for line in lines] == list(range(1, len(lines) + 1))
    assert all(line.actor for line in lines)
    assert [line.from_state for line in lines[1:]] == [line.to_state for line in lines[:-1]]
    assert [line.at for line in lines] == sorted(line.at for line in lines)
    assert lines[-1].to_state == order.status


async def check(walk: Walk, before: WorkOrder, changed: bool, counted: timedelta, lines_before: int) -> int:
    desk, order = walk.desk, walk.order
    now = desk.clock.now()
    lines = await desk.connection.fetchval(
        "select count(*) from work_order_changes where order_no = $1", order.order_no
    )
    assert order.owner
    assert order.owner == before.owner or order.owner == before.offered_to
    assert clock.counted(desk.company.calendar, order, now) == walk.ran >= counted
    assert clock.pause_total(order, now) == walk.paused
    assert set(before.warned) <= set(order.warned)
    assert len(set(order.warned)) == len(order.warned)
    assert order == before or (changed and lines > lines_before)
    return int(lines)


@pytest.mark.parametrize("kind_name", KINDS)
async def test_a_thousand_steps_in_the_books_never_break_a_rule(desk: Bench, kind_name: str) -> None:
    chance = random.Random(kind_name)
    kind = rules_at(desk.company, desk.clock.now()).kinds[kind_name]
    walk = await started(desk, kind, chance)
    lines = done = closed = 0
    for _ in range(STEPS):
        walk.wait()
        before = walk.order
        counted = clock.counted(desk.company.calendar, before, desk.clock.now())
        changed = await walk.step()
        done += changed
        found = await store.order(desk.connection, before.order_no)
        assert found is not None
        walk.order = found
        lines = await check(walk, before, changed, counted, lines)
        if not found.open and (not kind.reopen_to or lines > 400):
            closed += await finish(walk)
            walk, lines = await started(desk, kind, chance), 0
    closed += await finish(walk)
    assert done > 100
    assert closed > 0


async def finish(walk: Walk) -> int:
    """Checks a whole timeline; returns how often the order was closed."""
    timeline = await store.changes(walk.desk.connection, walk.order.order_no)
    check_timeline(timeline, walk.order)
    check_keys(walk.kind, timeline)
    told = [line.data.get("percent", line.data["step"]) for line in timeline if line.what in ("warned", "supervised")]
    assert len(told) == len(set(told))
    return sum(1 for line in timeline if line.what == "closed")


def test_every_kind_is_walked() -> None:
    wanted = "appointment application claim complaint fault opinion praise report request urge"
    assert set(KINDS) == set(wanted.split())
