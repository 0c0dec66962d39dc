"""A thousand random steps over applications, customers and clerks in turn: what must never happen does not."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from runtime import embedded, migrate, postgres
from runtime.embedded import EmbeddedPostgres
from tests.fakes.order_books import MIGRATIONS, Bench, bench
from utility.accounts.values import Person
from utility.actors import staff
from utility.applications import applying, audit, choosing, handling, reading, rules
from utility.applications.uploads import Handed
from utility.applications.values import Application, Start
from utility.errors import Refusal
from utility.seed.load import load

STEPS = 1000
ME, CLERK = Person("wechat", "wx_demo_lin"), staff("K0103")
PDF = b"%PDF-1.7 a paper"
ACCOUNTS = ("6201011006117", "6201011006133", "6201024007208", "6201024007216", "6201024007281", "6201011006315")
WANTED = (
    ("峰谷变更", {"tou": "on"}),
    ("峰谷变更", {"tou": "off"}),
    ("更名", {"new_name": "林新名"}),
    ("过户", {"new_name": "林小满", "new_phone": "13800009999", "owner": "no"}),
    ("移表", {"place": "阳台", "from_day": "2099-01-04"}),
    ("校表", {}),
    ("增容", {"capacity_kw": "11"}),
    ("增容", {"capacity_kw": "12.5"}),
    ("改类", {"new_class": "一般工商业"}),
    ("光伏并网", {"capacity_kw": "8", "safety_device": "yes", "owner": "yes"}),
)
MOVES = ("accepted", "survey_scheduled", "surveyed", "plan_replied", "works", "contract_signed", "metered", "archived")


@dataclass
class Walk:
    """Who walks, and what was seen on the way."""

    bench: Bench
    chance: random.Random
    numbers: list[str] = field(default_factory=list)
    used: dict[str, int] = field(default_factory=dict)
    happened: dict[str, int] = field(default_factory=dict)
    touched: str = ""
    over: set[str] = field(default_factory=set)

    async def step(self) -> None:
        what = self.chance.choices(
            (
                "start",
                "upload",
                "submit",
                "advance",
                "return",
                "receive",
                "pause",
                "resume",
                "archive",
                "withdraw",
                "wait",
            ),
            (6, 20, 12, 25, 6, 10, 1, 8, 14, 1, 6),
        )[0]
        try:
            async with self.bench.connection.transaction():
                await getattr(self, f"_{what}")()
        except Refusal as refusal:
            what = f"refused {refusal.reason}"
        self.happened[what] = self.happened.get(what, 0) + 1

    async def _do(self, use_case: Any, *arguments: Any) -> Any:
        return await use_case(self.bench.connection, self.bench.company, *arguments)

    async def _any(self) -> Application:
        """Takes one of the first that go on most of the time, else any."""
        going_on = [number for number in self.numbers if number not in self.over][:4]
        known = going_on if self.chance.random() < 0.9 else self.numbers
        self.touched = self.chance.choice(known or ["none"])
        found: Application = await self._do(reading.application, self.touched)
        return found

    async def _start(self) -> None:
        business_type, facts = self.chance.choice(WANTED)
        proxy = self.chance.random() < 0.2
        start = Start(business_type, self.chance.choice(ACCOUNTS), proxy=proxy, facts=facts)
        self.numbers.append((await self._do(applying.start, ME, start)).application_no)

    async def _upload(self) -> None:
        one = await self._any()
        kind = reading.kind_of(self.bench.company, one)
        lacks = rules.missing(kind, one.facts, one.documents, one.asked)
        code = lacks[0].code if lacks else self.chance.choice(kind.papers).code
        await self._do(applying.upload, ME, one.application_no, Handed(code, "a.pdf", PDF))

    async def _submit(self) -> None:
        await self._do(applying.submit, ME, (await self._any()).application_no)

    async def _advance(self) -> None:
        one = await self._any()
        allowed = rules.moves(reading.kind_of(self.bench.company, one), one.order.state)
        to = self.chance.choice(allowed if allowed and self.chance.random() < 0.85 else MOVES)
        await self._do(handling.advance, one.application_no, to, CLERK, "")

    async def _return(self) -> None:
        asked = [("id_card", "身份证背面"), ("property", "")][: self.chance.randint(1, 2)]
        await self._do(handling.return_for_documents, (await self._any()).application_no, asked, CLERK, "")

    async def _receive(self) -> None:
        one = await self._any()
        lacks = rules.missing(reading.kind_of(self.bench.company, one), one.facts, one.documents, one.asked)
        code = lacks[0].code if lacks else "id_card"
        await self._do(handling.receive, one.application_no, code, CLERK)

    async def _pause(self) -> None:
        await self._do(handling.pause, (await self._any()).application_no, CLERK, "")

    async def _resume(self) -> None:
        await self._do(handling.resume, (await self._any()).application_no, CLERK, "")

    async def _archive(self) -> None:
        one = await self._any()
        before = await self._do(reading.application, one.application_no)
        await self._do(handling.archive, one.application_no, CLERK, "signed")
        choosing.check_lacking(reading.kind_of(self.bench.company, before), before, rules.ARCHIVED)

    async def _withdraw(self) -> None:
        await self._do(applying.withdraw, ME, (await self._any()).application_no, "")

    async def _wait(self) -> None:
        self.bench.clock.move(timedelta(hours=self.chance.choice((3, 20, 70))))

    async def check(self, *numbers: str) -> None:
        """Looks at these applications."""
        company = self.bench.company
        for one in await reading.several(self.bench.connection, company, numbers):
            progress, kind = reading.progress_of(company, one), reading.kind_of(company, one)
            self.over |= {one.application_no} if one.over else set()
            number, states = one.application_no, [rules.DRAFT, *(stage.state for stage in kind.path)]
            assert one.order.state in states
            assert one.order.owner
            if progress.used is not None:
                assert progress.used >= self.used.get(number, 0), number
                self.used[number] = progress.used
            if one.order.state == rules.ARCHIVED:
                assert rules.missing(kind, one.facts, one.documents, one.asked) == ()
                assert (one.order.resolution_code, one.order.confirmed) == (kind.resolution, True)
            if one.order.side_state == rules.RETURNED:
                assert progress.paused or progress.limit is None


async def test_a_thousand_steps_break_no_rule(postgres_server: EmbeddedPostgres) -> None:
    url = await asyncio.to_thread(_filled, postgres_server)
    async with bench(url) as made:
        for account_no in ACCOUNTS:
            await made.connection.execute(
                "insert into bindings values ('wechat', 'wx_demo_lin', $1, $2) on conflict do nothing",
                account_no,
                made.clock.now(),
            )
        walk = Walk(made, random.Random(7))
        for step in range(1, STEPS + 1):
            await walk.step()
            await walk.check(*((walk.touched,) if step % 50 else walk.numbers))
        await walk.check(*walk.numbers)

        assert await audit.differences(made.connection, made.company) == []
        owing = await made.connection.fetchval(
            """select count(*) from work_orders where kind = 'application' and state = 'archived'
            and account_no = '6201011006315' and filed_at > '2026-11-21' and type <> '校表'"""
        )
        in_progress = await made.connection.fetchval(
            """select max(n) from (select count(*) as n from work_orders join applications on order_no = application_no
            where closed_at is null and state <> 'draft' and type_code <> 'meter_test' group by account_no) open"""
        )

    assert owing == 0, "6315 is overdue: only a meter test is taken"
    assert in_progress <= 1
    assert walk.happened["archive"] >= 5
    assert walk.happened["return"] >= 5
    assert walk.happened["refused application.documents_missing"] >= 5
    assert walk.happened["refused application.precondition"] >= 5


def _filled(server: EmbeddedPostgres) -> str:
    name = "utility_applications_walk"
    embedded.create_database(server, name)
    migrate.upgrade(server.url(name), MIGRATIONS)
    asyncio.run(_load(server.url(name)))
    return server.url(name)


async def _load(url: str) -> None:
    pool = await postgres.connect(url, most=1)
    await load(pool)
    await pool.close()
