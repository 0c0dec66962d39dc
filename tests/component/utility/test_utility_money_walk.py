"""A long random walk over everything that moves money: whatever is tried, in whatever order, the books agree."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
import pytest_asyncio

from runtime.embedded import EmbeddedPostgres
from tests.fakes.cashier import Cashier, cashier, fill
from utility.accounts.values import Person
from utility.actors import staff
from utility.errors import Refusal
from utility.payments import corrections, counting, links, refunds, rounds
from utility.points import service as points
from utility.supply import rounds as power

ACCOUNTS = ("6201011006117", "6201011006125", "6201011006224", "6201011006315", "6201024007232", "6201024007299")
SOMEBODY, SU = Person("web", "everybody"), staff("K0103")
STEPS = 1000


@pytest.fixture(scope="module")
def books_url(postgres_server: EmbeddedPostgres) -> str:
    return asyncio.run(fill(postgres_server, "utility_money_walk"))


@pytest_asyncio.fixture
async def desk(books_url: str) -> AsyncIterator[Cashier]:
    async with cashier(books_url) as opened:
        await opened.bind(SOMEBODY, *ACCOUNTS)
        yield opened


class Walk:
    """Does one thing after the other, as the dice fall."""

    def __init__(self, desk: Cashier, seed: int) -> None:
        self.desk, self.dice = desk, Random(seed)
        self.told = 0

    async def numbers(self, query: str) -> list[str]:
        return [row[0] for row in await self.desk.company.pool.fetch(query)]

    async def one_of(self, query: str) -> str:
        found = await self.numbers(query)
        return self.dice.choice(found) if found else "none"

    async def link(self) -> None:
        amount = Decimal(self.dice.randint(-2, 30000)) / 100
        more = self.dice.choice([{"purpose": "all_due"}, {"purpose": "top_up", "amount": amount}])
        await self.desk.link(SOMEBODY, self.dice.choice(ACCOUNTS), **more)

    async def callback(self) -> None:
        number = await self.one_of("select payment_order_no from payment_orders order by 1")
        order = await self.desk.do(lambda c, _: links.links_store.order(c, number))
        self.told += self.dice.random() < 0.8
        amount = order.amount if order and self.dice.random() < 0.9 else Decimal("1.00")
        kind = self.dice.choice(["payment", "payment", "payment", "payment_closed", "refund"])
        await self.desk.told(f"t{self.told}", number, kind=kind, amount=amount)

    async def cancel(self) -> None:
        number = await self.one_of("select payment_order_no from payment_orders order by 1")
        await self.desk.do(links.cancel, SOMEBODY, number)

    async def refund(self) -> None:
        number = await self.one_of("select payment_no from payments where provider <> '' order by 1")
        amount = self.dice.choice([None, Decimal(self.dice.randint(1, 9000)) / 100])
        await self.desk.do(refunds.request, SOMEBODY, number, amount, "walk")

    async def decide(self) -> None:
        number = await self.one_of("select refund_no from refunds order by 1")
        await self.desk.do(refunds.decide, number, SU, agreed=self.dice.random() < 0.7)

    async def refund_told(self) -> None:
        number = await self.one_of("select refund_no from refunds order by 1")
        amount = await self.desk.company.pool.fetchval("select amount from refunds where refund_no = $1", number)
        kind = self.dice.choice(["refund", "refund_failed"])
        await self.desk.told(f"r{number}", number, kind=kind, amount=amount or Decimal("1.00"))

    async def correct(self) -> None:
        number = await self.one_of("select payment_no from payments where provider <> '' order by 1")
        await self.desk.do(corrections.request, SOMEBODY, number, self.dice.choice(ACCOUNTS))

    async def waive(self) -> None:
        no = self.dice.choice(ACCOUNTS)
        await self.desk.do(counting.waive, no, self.dice.choice(["2026-08", "2026-09"]), "force_majeure", SU)

    async def redeem(self) -> None:
        await self.desk.do(points.redeem, SOMEBODY, self.dice.choice(ACCOUNTS), self.dice.choice(["G01", "G02", "G03"]))

    async def wait(self) -> None:
        self.desk.clock.move(timedelta(minutes=self.dice.choice([1, 20, 40, 600])))
        await rounds.round(self.desk.company)
        await power.round(self.desk.company)

    async def step(self) -> str:
        doing = self.dice.choices(
            [self.link, self.callback, self.cancel, self.refund, self.decide, self.refund_told, self.correct,
             self.waive, self.redeem, self.wait],
            [8, 10, 1, 3, 3, 3, 2, 1, 2, 2],
        )[0]  # fmt: skip
        try:
            await doing()
        except Refusal as refusal:
            return f"{doing.__name__} {refusal.reason}"
        return doing.__name__


async def test_a_thousand_steps_keep_the_books_even(desk: Cashier) -> None:
    walk = Walk(desk, seed=7)
    said: Counter[str] = Counter()
    for n in range(STEPS):
        said[await walk.step()] += 1
        if n % 100 == 0:
            assert await desk.differences() == []

    assert await desk.differences() == []
    assert {"link", "callback", "refund", "decide", "correct", "redeem", "wait"} <= set(said)
