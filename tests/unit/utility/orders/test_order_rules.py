"""The machine of every kind, walked at random without books: no walk breaks a rule, however long."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.clock import SHANGHAI
from utility.actors import Actor, customer, staff, system
from utility.errors import Clash, Forbidden, InvalidRequest
from utility.orders import clock, rules
from utility.orders.machine import OrderRules, read_order_rules
from utility.orders.opening import new_order
from utility.orders.standards import read_standards
from utility.orders.trying import customer_key, quiet, tried
from utility.orders.values import Draft, Resolution, Try, WorkOrder
from utility.orders.worktime import Limit, elapsed, read_calendar
from utility.seed.file import read_city

NOW = datetime(2026, 11, 16, 9, tzinfo=SHANGHAI)
REGIONS = ("guangzhou", "csg", "cn")
CALENDAR = read_calendar(read_city()["holidays"])
RULES: OrderRules = read_order_rules().at(NOW.date(), REGIONS).value
KINDS = sorted(RULES.kinds)
ACTORS = (staff("K0103"), customer("web", "a"), system("walk"))
STANDARDS = read_standards()
LIMITS = {
    name: STANDARDS.limit(kind.limit, NOW.date(), REGIONS) if kind.limit else None for name, kind in RULES.kinds.items()
}


def limit_of(kind: str) -> Limit | None:
    return LIMITS[kind]


def fresh(kind: str, limit: Limit | None) -> WorkOrder:
    order = new_order("X26111600001", RULES.kinds[kind], Draft(kind, "启明供电中心"), NOW, limit=limit, contact_by=None)
    return clock.set_clock(RULES, CALENDAR, order, NOW)


@dataclass
class Walk:
    """One order on its way, and what must be true of it counted a second way."""

    order: WorkOrder
    now: datetime = NOW
    ran: timedelta = timedelta(0)
    paused: timedelta = timedelta(0)
    tries: list[Try] = field(default_factory=list)
    steps: int = 0

    def wait(self, by: timedelta) -> None:
        kind = RULES.kinds[self.order.kind]
        if self.order.limit_value is not None and self.order.open:
            if kind.counts(self.order.state, self.order.side_state):
                self.ran += elapsed(CALENDAR, self.order.limit_unit, self.now, self.now + by)
            elif kind.pauses(self.order.state, self.order.side_state):
                self.paused += by
        self.now += by


def attempt(walk: Walk, chance: random.Random) -> WorkOrder:
    order, actor, kind = walk.order, chance.choice(ACTORS), RULES.kinds[walk.order.kind]
    now = walk.now
    doing = chance.randrange(10)
    if doing <= 2:
        return rules.advance(RULES, CALENDAR, order, chance.choice(list(kind.moves)), actor, now)
    if doing == 3:
        side = chance.choice([*kind.side_states, "nowhere"])
        if kind.side_states.get(side) and kind.side_states[side].ends and chance.random() < 0.9:
            return order
        return rules.suspend(RULES, CALENDAR, order, side, actor, now)
    if doing == 4:
        return rules.resume(RULES, CALENDAR, order, now)
    if doing == 5:
        code = chance.choice([*kind.resolutions, "made up"])
        filled = chance.random() < 0.9
        reply = dict.fromkeys(kind.checklist(order.type), "如实") if filled else {}
        replied = rules.resolve(RULES, CALENDAR, order, Resolution(code, reply), now, None)
        walk.tries.clear()
        return replied
    if doing == 6:
        return rules.confirm(RULES, CALENDAR, order, chance.random() < 0.5, now)
    if doing == 7:
        walk.tries.append(tried(RULES.callback, walk.tries, now, "phone", "no_answer"))
        return order
    if doing == 8:
        return rules.close(RULES, CALENDAR, order, walk.tries, [], now)
    return rules.reopen(RULES, CALENDAR, order, now)


def hand_over(walk: Walk, chance: random.Random) -> WorkOrder:
    doing = chance.randrange(3)
    if doing == 0:
        return rules.offer(walk.order, chance.choice(["长庚供电中心", "营销部"]))
    return rules.accept(walk.order) if doing == 1 else rules.declined(walk.order)


def check(before: WorkOrder, walk: Walk) -> None:
    order, kind = walk.order, RULES.kinds[walk.order.kind]
    assert order.owner
    assert order.state in kind.moves
    assert clock.counted(CALENDAR, order, walk.now) == walk.ran
    assert clock.pause_total(order, walk.now) == walk.paused
    assert order.reopened >= before.reopened
    if order.owner != before.owner:
        assert order.owner == before.offered_to
    if order.paused_at is not None:
        assert order.clock_from is None
    if before.open and not order.open and not order.side_state:
        assert order.resolution_code
        assert "customer" not in kind.keys or customer_key(RULES.callback, before, walk.tries)
    if not order.open:
        assert order.clock_from is None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(3))
def test_a_thousand_random_steps_never_break_a_rule(kind: str, seed: int) -> None:
    chance = random.Random(f"{kind}{seed}")
    walk = Walk(fresh(kind, limit_of(kind)))
    done = 0
    for _ in range(1000):
        walk.wait(timedelta(minutes=chance.choice([0, 1, 30, 200, 1500])))
        before = walk.order
        try:
            walk.order = hand_over(walk, chance) if chance.random() < 0.1 else attempt(walk, chance)
            done += walk.order != before
        except (Clash, Forbidden, InvalidRequest):
            assert walk.order is before
        check(before, walk)
        if not walk.order.open and not kind_reopens(kind):
            walk = Walk(fresh(kind, limit_of(kind)))
    assert done > 50


def kind_reopens(kind: str) -> bool:
    return bool(RULES.kinds[kind].reopen_to)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(KINDS))
def test_many_short_walks_never_break_a_rule(seed: int, kind: str) -> None:
    chance = random.Random(seed)
    walk = Walk(fresh(kind, limit_of(kind)))
    for _ in range(40):
        walk.wait(timedelta(minutes=chance.randrange(0, 3000)))
        before = walk.order
        try:
            walk.order = attempt(walk, chance)
        except (Clash, Forbidden, InvalidRequest):
            assert walk.order is before
        check(before, walk)


@pytest.mark.parametrize("kind", KINDS)
def test_every_state_can_be_reached_and_left_or_is_the_end(kind: str) -> None:
    found = RULES.kinds[kind]
    reached = {found.first}
    for _ in found.moves:
        for state in list(reached):
            reached.update(found.moves[state])
            if state in found.resolve_from and found.resolve_to:
                reached.add(found.resolve_to)
            if state == found.resolve_to and found.confirm_to:
                reached.add(found.confirm_to)
            if state in found.close_from:
                reached.add(found.final)

    assert reached == set(found.moves)


def test_each_limit_a_kind_names_is_published() -> None:
    for kind in RULES.kinds.values():
        for name in filter(None, (kind.limit, kind.contact, kind.callback)):
            assert STANDARDS.limit(name, date(2026, 11, 21), REGIONS).value > 0


@pytest.mark.parametrize(
    ("hour", "still"),
    [("08:00", False), ("07:59", True), ("11:59", False), ("12:00", True), ("13:59", True), ("14:00", False),
     ("20:59", False), ("21:00", True), ("23:30", True), ("02:00", True)],
)  # fmt: skip
def test_nobody_is_called_in_quiet_hours(hour: str, still: bool) -> None:
    at = datetime.fromisoformat(f"2026-11-23T{hour}:00+08:00")

    assert quiet(RULES.callback, at) is still


def test_who_declined_or_stays_anonymous_is_not_called() -> None:
    order = fresh("complaint", None)

    assert customer_key(RULES.callback, order, []) is None
    assert customer_key(RULES.callback, replace(order, callback_declined=True), []) == "declined"
    assert customer_key(RULES.callback, replace(order, secrecy="匿名"), []) == "not_contacted"
    assert customer_key(RULES.callback, order, [Try(NOW, "phone", "declined", False, "declines")]) == "declined"


def test_a_customer_moves_only_what_is_theirs() -> None:
    draft = fresh("application", None)
    person: Actor = customer("web", "a")

    sent = rules.advance(RULES, CALENDAR, draft, "submitted", person, NOW)

    with pytest.raises(Forbidden):
        rules.advance(RULES, CALENDAR, sent, "accepted", person, NOW)
