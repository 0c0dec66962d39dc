"""A desk for applications on books that are undone at the end: bind, start, hand in, read; the clock is the test's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from runtime import embedded, migrate, postgres
from runtime.clock import SHANGHAI
from runtime.embedded import EmbeddedPostgres
from tests.fakes.order_books import MIGRATIONS, Bench
from utility.accounts.values import Person
from utility.actors import staff
from utility.applications import applying, reading
from utility.applications.uploads import Handed
from utility.applications.values import Application, Progress, Start
from utility.errors import Clash
from utility.seed.load import load

LIN, CHEN, ZHOU, HUANG, ZHAO, XIE = (
    "6201011006117", "6201011006125", "6201011006133", "6201024007141", "6201011006224", "6201011006315",
)  # fmt: skip
FACTORY, SHOP, DENG, PENG = "6201024007182", "6201011006174", "6201024007331", "6201024007299"
ME, STRANGER = Person("wechat", "wx_demo_lin"), Person("web", "a-stranger")
CLERK = staff("K0103")
PNG = b"\x89PNG\r\n\x1a\n and the rest"
PEOPLE = (
    "110101199003070011", "110101199003070038", "110101199003070054", "110101199003070070", "110101199003070097",
)  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """The company with a transaction that is undone."""

    bench: Bench

    async def do(self, use_case: Any, *arguments: Any) -> Any:
        async with self.bench.connection.transaction():
            return await use_case(self.bench.connection, self.bench.company, *arguments)

    async def bind(self, *account_nos: str, person: Person = ME) -> None:
        for account_no in account_nos:
            await self.bench.connection.execute(
                "insert into channel_users values ($1, $2) on conflict do nothing", person.channel, person.user_id
            )
            await self.bench.connection.execute(
                "insert into bindings values ($1, $2, $3, $4) on conflict do nothing",
                *(person.channel, person.user_id, account_no, self.bench.clock.now()),
            )

    async def start(self, wanted: Start, person: Person = ME) -> Application:
        started: Application = await self.do(applying.start, person, wanted)
        return started

    async def hand_in(self, number: str, *codes: str, person: Person = ME) -> Application:
        for code in codes:
            await self.do(applying.upload, person, number, Handed(code, f"{code}.png", PNG))
        submitted: Application = await self.do(applying.submit, person, number)
        return submitted

    async def read(self, number: str) -> Application:
        found: Application = await self.do(reading.application, number)
        return found

    async def progress(self, number: str) -> Progress:
        return reading.progress_of(self.bench.company, await self.read(number))

    async def value(self, query: str, *arguments: Any) -> Any:
        return await self.bench.connection.fetchval(query, *arguments)

    def set(self, text: str) -> None:
        self.bench.clock.set(datetime.fromisoformat(f"{text}:00").replace(tzinfo=SHANGHAI))


async def filled(server: EmbeddedPostgres, name: str) -> str:
    """Makes a database with the whole demo city in it; returns its URL."""
    embedded.create_database(server, name)
    migrate.upgrade(server.url(name), MIGRATIONS)
    pool = await postgres.connect(server.url(name), most=1)
    await load(pool)
    await pool.close()
    return server.url(name)


def tou(account_no: str = LIN, to: str = "on") -> Start:
    return Start("峰谷变更", account_no, facts={"tou": to})


def transfer(account_no: str = LIN) -> Start:
    return Start("过户", account_no, facts={"new_name": "林小满", "new_phone": "13800009999", "owner": "yes"})


def household(*people: str) -> Start:
    return Start("一户多人口", LIN, facts={"addresses_agree": "yes"}, persons=people)


async def blocked(desk: Desk, wanted: Start, *checks: str) -> Clash:
    with pytest.raises(Clash) as refused:
        await desk.start(wanted)
    assert refused.value.reason == "application.precondition"
    named = [one["check"] for one in refused.value.fields["checks"]]  # type: ignore[attr-defined]
    assert named == list(checks)
    assert refused.value.fields["check"] == checks[0]
    assert refused.value.fields["do"]
    return refused.value
