"""A thousand random steps over appointments and claims: whatever is tried, nothing breaks and the books agree."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from runtime.embedded import EmbeddedPostgres
from runtime.postgres import transaction
from tests.fakes.working_company import WorkingCompany, fill_city, working
from utility.accounts.values import Person
from utility.actors import staff
from utility.appointments import audit as slots_audit
from utility.appointments import operating as visits_desk
from utility.appointments import rounds
from utility.appointments import service as visits
from utility.appointments.operating import Outcome as VisitOutcome
from utility.appointments.operating import SlotSetting
from utility.appointments.values import Request, SlotStatus
from utility.claims import audit as claims_audit
from utility.claims import operating as claims_desk
from utility.claims import service as claims
from utility.claims.values import Filing, Item, Outcome, PayBy, Verdict
from utility.errors import Refusal

STEPS = 1000
JIANG = staff("K0104")
KINDS = ("校表", "移表", "峰谷变更", "更名")
RESULTS = ("误差合格", "已完成", "还行")


@pytest.fixture(scope="module")
def books_url(postgres_server: EmbeddedPostgres) -> str:
    return asyncio.run(fill_city(postgres_server, "utility_visits_walk"))


@pytest_asyncio.fixture
async def company(books_url: str) -> AsyncIterator[WorkingCompany]:
    async with working(books_url) as opened:
        yield opened


class Walk:
    """Somebody who tries anything, for everybody."""

    def __init__(self, company: WorkingCompany, seed: int) -> None:
        self.at = company
        self.dice = random.Random(seed)
        self.outcomes: Counter[str] = Counter()
        self.people: list[Person] = []
        self.accounts: list[str] = []
        self.slots: list[str] = []

    async def begin(self) -> None:
        rows = await self.at.company.pool.fetch("select account_no from accounts order by account_no")
        self.accounts = [row["account_no"] for row in rows]
        for number, account_no in enumerate(self.accounts):
            person = Person("web", f"walker-{number}")
            self.people.append(person)
            await self.at.bind(person, account_no)

    async def step(self) -> None:
        acts: list[Callable[[], Awaitable[Any]]] = [
            *[self.book] * 4, *[self.move] * 2, self.cancel, self.mark, self.rebook, self.set_slot, self.round,
            *[self.file] * 2, self.add, self.visit, self.assess, self.assess, self.refuse, self.agree, self.dispute,
            self.withdraw, self.pay, self.wait,
        ]  # fmt: skip
        act = self.dice.choice(acts)
        try:
            await act()
            self.outcomes[f"{act.__name__} ok"] += 1
        except Refusal as refused:
            self.outcomes[f"{act.__name__} {refused.reason}"] += 1

    async def any_of(self, statement: str) -> str:
        rows = await self.at.company.pool.fetch(statement)
        return str(self.dice.choice(rows)[0]) if rows else "nothing"

    async def slot(self) -> str:
        return await self.any_of("select slot_id from appointment_slots order by slot_id")

    async def appointment(self) -> str:
        return await self.any_of("select appointment_no from appointments order by 1")

    async def claim(self, state: str = "") -> str:
        """Any claim, but mostly one that stands where something can be done with it."""
        every = "select order_no from work_orders where kind = 'claim' order by 1"
        found = await self.any_of(every.replace("order by", f"and coalesce(side_state, state) = '{state}' order by"))
        return found if found != "nothing" and self.dice.random() < 0.8 else await self.any_of(every)

    def somebody(self) -> tuple[Person, str]:
        return self.dice.choice(list(zip(self.people, self.accounts, strict=True)))

    async def owner(self, statement: str, number: str) -> Person:
        account_no = await self.at.value(statement, number)
        mine = account_no in self.accounts and self.dice.random() < 0.9
        return self.people[self.accounts.index(account_no)] if mine else self.dice.choice(self.people)

    async def visitor(self, number: str) -> Person:
        return await self.owner("select account_no from appointments where appointment_no = $1", number)

    async def claimant(self, number: str) -> Person:
        return await self.owner("select account_no from appliance_claims where claim_no = $1", number)

    async def book(self) -> None:
        person, account_no = self.somebody()
        wish = Request(account_no, self.dice.choice(KINDS), await self.slot())
        await self.at.do(visits.book, person, wish)

    async def move(self) -> None:
        number = await self.appointment()
        await self.at.do(visits.move, await self.visitor(number), number, await self.slot())

    async def cancel(self) -> None:
        number = await self.appointment()
        await self.at.do(visits.cancel, await self.visitor(number), number, "")

    async def mark(self) -> None:
        outcome, result = self.dice.choice(list(VisitOutcome)), self.dice.choice(RESULTS)
        await self.at.do(visits_desk.mark, await self.appointment(), outcome, JIANG, result=result)

    async def rebook(self) -> None:
        await self.at.do(visits_desk.rebook, await self.appointment(), await self.slot(), JIANG, "大雨")

    async def set_slot(self) -> None:
        capacity = self.dice.choice((None, 0, 1, 2, 5))
        setting = SlotSetting(self.dice.choice(list(SlotStatus)), capacity, "")
        await self.at.do(visits_desk.set_slot, await self.slot(), setting)

    async def round(self) -> None:
        await rounds.round(self.at.company)

    async def wait(self) -> None:
        self.at.clock.move(timedelta(hours=self.dice.randint(0, 12)))

    def item(self) -> Item:
        price = Decimal(self.dice.randint(-100, 500000)) / 100
        bought = date(2010, 1, 1) + timedelta(days=self.dice.randint(0, 6400))
        return Item(self.dice.choice(("electronics", "motor", "lamp", "boat")), "电器", bought, price, receipt=True)

    async def file(self) -> None:
        person, account_no = self.somebody()
        happened = self.at.clock.now() - timedelta(hours=self.dice.randint(-5, 200))
        items = tuple(self.item() for _ in range(self.dice.randint(0, 2)))
        await self.at.do(claims.file_claim, person, Filing(account_no, happened, "坏了", items=items))

    async def add(self) -> None:
        number = await self.claim()
        await self.at.do(claims.add_items, await self.claimant(number), number, [self.item()])

    async def visit(self) -> None:
        await self.at.do(claims_desk.visit, await self.claim("filed"), JIANG, "看过")

    async def assess(self) -> None:
        number = await self.claim("visited")
        count = await self.at.value("select count(*) from appliance_claim_items where claim_no = $1", number)
        verdicts = [Verdict(n, self.dice.choice(list(Outcome))) for n in range(1, count + 1)]
        await self.at.do(claims_desk.assess, number, JIANG, cause="line_contact", verdicts=verdicts)

    async def refuse(self) -> None:
        await self.at.do(claims_desk.refuse, await self.claim("visited"), JIANG, reason="third_party", note="")

    async def agree(self) -> None:
        number = await self.claim("offered")
        await self.at.do(
            claims.agree,
            await self.claimant(number),
            number,
            self.dice.choice((PayBy.CREDIT, PayBy.CREDIT, PayBy.TRANSFER)),
        )

    async def dispute(self) -> None:
        number = await self.claim("offered")
        await self.at.do(claims.dispute, await self.claimant(number), number, "太少")

    async def withdraw(self) -> None:
        number = await self.claim()
        await self.at.do(claims.withdraw, await self.claimant(number), number, "")

    async def pay(self) -> None:
        await self.at.do(claims_desk.pay, await self.claim("agreed"), JIANG, self.dice.choice(("", "回单")))


async def test_a_thousand_random_steps_leave_books_that_agree(company: WorkingCompany) -> None:
    walk = Walk(company, seed=7)
    await walk.begin()

    for _ in range(STEPS):
        await walk.step()

    async with transaction(company.company.pool) as connection:
        wrong = await slots_audit.differences(connection, company.company)
        wrong += await claims_audit.differences(connection, company.company)
    assert wrong == []
    done = {name.split()[0] for name, count in walk.outcomes.items() if name.endswith(" ok") and count}
    assert {"book", "move", "cancel", "mark", "rebook", "set_slot", "file", "visit", "assess", "agree", "pay"} <= done
    credited = await company.value("select coalesce(sum(amount), 0) from payments where channel = 'compensation'")
    owed = await company.value("select coalesce(sum(paid), 0) from appliance_claims where pay_by = 'credit'")
    assert credited == owed
