"""Whatever order events come in, however often, whatever fails and whoever dies: once for each fact and person, no step
back in time, and a ledger that ends.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.models import CompanyEvent
from conversation.message import Delivery
from notices import spreading
from notices.errors import GatewayAway, GatewayRefused
from notices.kinds import the_book
from notices.sms import ShortMessage
from notices.subjects import Subjects
from runtime.clock import SHANGHAI
from runtime.postgres import Pool
from tests.component.notices.company import Company, Room
from tests.component.notices.conftest import TestClock

OPEN = "select count(*) from notices where state <> 'final'"
SEEDS = range(12)


def city(clock: TestClock, chance: random.Random) -> Company:
    """A company with areas, shared phones, several people for a home and homes without anybody."""
    company = Company(clock)
    for number in range(40):
        people = [("wechat", f"wx_{chance.randrange(30)}")] * chance.randrange(2)
        people += [("alipay", f"ali_{chance.randrange(30)}")] * chance.randrange(2)
        phone = chance.choice(["", "1380000", f"138{chance.randrange(20):08d}"])
        company.home(f"{number:04d}", area=f"TA-{number % 3}", phone=phone, people=people)
    return company


def life(company: Company, clock: TestClock, chance: random.Random) -> list[CompanyEvent]:
    """Tells the lives of a few outages, as the company would: in order, each with its own end."""
    for number in range(3):
        name, areas, eta = f"T{number}", (f"TA-{number}",), clock.at + timedelta(hours=2)
        company.outage("raised", name, areas=areas, eta=eta, started=clock.at)
        for _ in range(chance.randrange(4)):
            clock.pass_(minutes=chance.randrange(1, 9))
            eta += timedelta(minutes=chance.choice([-20, 0, 30, 60]))
            company.outage("updated", name, areas=areas, eta=eta, started=clock.at, status="repairing")
        if chance.random() < 0.7:
            company.outage("restored", name, areas=areas, restored=clock.at, status="restored", eta=eta)
    return company.told


def unreliable(chance: random.Random, sent: dict[str, ShortMessage]) -> Any:
    """Fails at random: away, refused, or dead in the middle of it, before the message was taken or behind that."""

    def fails(message: ShortMessage) -> Exception | None:
        lot = chance.random()
        if message.key in sent:
            return None  # a gateway that knows its keys says again what it said
        if 0.3 < lot < 0.35:
            sent.setdefault(message.key, message)
        if lot < 0.15:
            return GatewayAway("busy")
        if lot < 0.25:
            return GatewayRefused("dead")
        return RuntimeError("killed") if lot < 0.35 else None

    return fails


async def work(room: Room, chance: random.Random) -> None:
    """Makes a few rounds in any order; what kills one of them is as if its worker had died."""
    rounds = [room.subjects.apply, room.spreading.spread_next, room.following.follow, room.following.end]
    rounds += [room.sender(way) for way in ("wechat", "alipay", "sms")] * 2
    for make in chance.sample(rounds, len(rounds)):
        try:
            await make()
        except RuntimeError:
            continue


async def settle(room: Room, clock: TestClock) -> None:
    """Lets everything end."""
    room.gateway.fails = lambda message: None
    for _ in range(8):
        await room.settle()
        await room.send()
        await room.doors_deliver()
        clock.pass_(hours=3)
        while await room.following.end():
            pass


@pytest.mark.parametrize("seed", SEEDS)
async def test_any_order_any_repeats_any_failures_and_still_once(
    database: Pool, clock: TestClock, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(spreading, "_PAGE", 5)  # workers take turns within a fact
    chance = random.Random(seed)
    company = city(clock, chance)
    events = [event for event in life(company, clock, chance) for _ in range(chance.randrange(1, 4))]
    chance.shuffle(events)
    workers = [Room(database, clock, company, the_book()) for _ in range(2)]
    for worker in workers:
        worker.gateway.sent = workers[0].gateway.sent
        worker.gateway.fails = unreliable(chance, workers[0].gateway.sent)

    while events:
        some, events = events[:4], events[4:]
        await workers[0].intake.take(some, "webhook")
        await asyncio.gather(*(work(worker, chance) for worker in workers))
        if chance.random() < 0.5:
            await workers[0].doors_deliver(accept=chance.random() < 0.7)
        clock.pass_(seconds=chance.randrange(120))
    for worker in workers:
        await settle(worker, clock)

    await check_once(workers[0])
    await check_ledger(workers[0])
    await check_time(workers[0])
    await check_phones(workers[0])


@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_webhooks_lose_everybody_hears_once_that_power_is_back(
    database: Pool, clock: TestClock, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Widened, half restored, restored: some of it by webhook, twice, in any order; the stream has all of it."""
    monkeypatch.setattr(spreading, "_PAGE", 5)
    chance = random.Random(seed)
    company = city(clock, chance)
    workers = [Room(database, clock, company, the_book()) for _ in range(2)]
    for worker in workers:
        worker.subjects = Subjects(database, clock, the_book(), patience=timedelta(seconds=10))
        worker.gateway.sent = workers[0].gateway.sent
        worker.gateway.fails = unreliable(chance, workers[0].gateway.sent)

    told = 0
    for event in widening(company, clock):
        some = company.told[told : told + chance.randrange(4)]
        told += len(some)
        await workers[0].intake.take(chance.sample(some * 2, len(some)), "webhook")
        await asyncio.gather(*(work(worker, chance) for worker in workers))
        if chance.random() < 0.5:
            await workers[1].stream.read_on()
        clock.pass_(seconds=chance.randrange(9) if event.type == "outage.widened" else 120)
    await workers[0].hear()
    for worker in workers:
        await settle(worker, clock)

    await check_everybody(workers[0], ("outage_fault", "outage_fault_open"), all_of_them=False)
    await check_everybody(workers[0], ("outage_restored",))
    await check_ledger(workers[0])
    await check_phones(workers[0])


def widening(company: Company, clock: TestClock) -> Iterator[CompanyEvent]:
    """Tells of an outage that grows over every area and ends area by area."""
    eta, started = clock.at + timedelta(hours=3), clock.at
    whole = ["TA-0", "TA-1", "TA-2"]
    yield company.outage("raised", areas=whole[:1], eta=eta, started=started)
    yield company.outage("widened", areas=whole[:2], eta=eta, started=started)
    yield company.outage("widened", areas=whole, eta=eta, started=started)
    yield company.outage("updated", areas=whole, eta=eta + timedelta(hours=1), started=started)
    yield company.outage("partly_restored", areas=whole[:1], area_ids=whole, eta=eta, started=started)
    yield company.outage("restored", areas=whole[1:], area_ids=whole, restored=clock.at, status="restored")


async def check_everybody(room: Room, kinds: Sequence[str], *, all_of_them: bool = True) -> None:
    """Each home has an address that hears it; none hears it more often than it has areas.

    Who heard of nothing before it was over may not have heard of the beginning (`all_of_them` false).
    """
    rows = await room.pool.fetch(
        "select c.address from notice_claims c join notice_facts f using (fact_id) where f.kind = any($1)", list(kinds)
    )
    heard = Counter(row["address"] for row in rows)
    areas: dict[str, set[str]] = {}
    for home in room.company.homes.values():
        people = {f"{channel}:{user}" for channel, user in home.people}
        addresses = people | ({home.phone} if len(home.phone) == 11 else set()) or {f"account:{home.account_no}"}
        assert addresses & heard.keys() or not all_of_them, (kinds, home.account_no)
        for address in addresses:
            areas.setdefault(address, set()).add(home.area_id)
    assert [one for one, times in heard.items() if times > len(areas[one])] == []


async def check_phones(room: Room) -> None:
    """On no phone stands an older word of an outage behind a newer one."""
    rows = await room.pool.fetch(
        "select n.notice_id, n.story, f.due_at, f.fact_id from notices n join notice_facts f using (fact_id)"
    )
    facts = {str(row["notice_id"]): row for row in rows}
    newest: dict[tuple[str, str], tuple[datetime, int]] = {}
    for key, message in room.gateway.sent.items():
        row = facts[key.split("-")[1]]
        told = (row["due_at"], row["fact_id"])
        assert told >= newest.get((message.phone, row["story"]), told), (message.phone, row["story"])
        newest[message.phone, row["story"]] = told


async def check_once(room: Room) -> None:
    """No address was given a fact twice: a second line or message only after the first had failed."""
    told: Counter[tuple[str, str]] = Counter()
    rows = await room.pool.fetch(
        """select f.fact_key, n.addresses->>t.way as address from notice_tries t join notices n using (notice_id)
        join notice_facts f using (fact_id) where t.result = 'delivered'"""
    )
    told.update((row["fact_key"], row["address"]) for row in rows)
    assert [key for key, times in told.items() if times > 1] == []
    several = await room.pool.fetch(
        "select notice_id from notice_tries where result = 'delivered' group by 1 having count(*) > 1"
    )
    assert several == []


async def check_ledger(room: Room) -> None:
    """Every notice has ended, and sums agree with what stands in the chats and at the gateway."""
    assert await room.pool.fetchval(OPEN) == 0
    planned = await room.pool.fetchval("select count(*) from notices")
    outcomes = await room.pool.fetch("select outcome, count(*) as many from notices group by 1")
    assert sum(row["many"] for row in outcomes) == planned
    lines = await room.pool.fetchval(
        "select count(*) from messages where body ? 'told' and delivery = $1", Delivery.SENT.value
    )
    by_chat = await room.pool.fetchval("select count(*) from notice_tries where result = 'delivered' and way <> 'sms'")
    assert lines == by_chat
    by_sms = await room.pool.fetch("select notice_id from notice_tries where result = 'delivered' and way = 'sms'")
    taken = {int(key.split("-")[1]) for key in room.gateway.sent}
    assert {row["notice_id"] for row in by_sms} <= taken
    unsure = taken - {row["notice_id"] for row in by_sms}
    rows = await room.pool.fetch("select outcome from notices where notice_id = any($1)", list(unsure))
    assert {row["outcome"] for row in rows} <= {"unconfirmed"}


async def check_time(room: Room) -> None:
    """In no chat does an outage go back: after the word that power is back nothing of it, estimates in their order."""
    rows = await room.pool.fetch(
        """select m.conversation_id, m.body->'told'->>'subject' as subject, m.body->'told'->>'kind' as kind, f.event_no
        from messages m join notices n on n.notice_id = (m.body->'told'->>'id')::bigint
        join notice_facts f using (fact_id)
        where m.delivery = 'sent' order by m.conversation_id, m.seq"""
    )
    newest: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (row["conversation_id"], row["subject"])
        assert row["event_no"] >= newest.get(key, 0), row
        newest[key] = row["event_no"]


async def test_two_workers_share_a_large_area_without_telling_anybody_twice(database: Pool, clock: TestClock) -> None:
    company = Company(clock)
    for number in range(900):
        company.home(f"{number:06d}", area="TA-1", phone=f"138{number:08d}")
    company.outage("raised")
    workers = [Room(database, clock, company, the_book()) for _ in range(3)]
    await workers[0].hear()

    await asyncio.gather(*(worker.spread() for worker in workers))
    await asyncio.gather(*(worker.send() for worker in workers))

    sent = Counter(message.phone for worker in workers for message in worker.gateway.sent.values())
    assert (len(sent), set(sent.values())) == (900, {1})


async def test_a_worker_killed_between_pages_leaves_the_rest_to_another(database: Pool, clock: TestClock) -> None:
    company = Company(clock)
    for number in range(500):
        company.home(f"{number:06d}", area="TA-1", phone=f"138{number:08d}")
    company.outage("raised")
    dead, alive = (Room(database, clock, company, the_book()) for _ in range(2))
    await dead.hear()
    await dead.spreading.spread_next()
    assert await database.fetchval("select count(*) from notices") == 200

    await alive.spread()

    assert await database.fetchval("select count(*) from notices") == 500
    assert datetime(2026, 11, 21, 12, tzinfo=SHANGHAI) == clock.at
