"""Consent to planned work in the books: asked by an operator, answered for an account, told as an event."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from runtime.embedded import EmbeddedPostgres
from tests.fakes.working_company import WorkingCompany, fill_city, working
from utility.consents import service, store
from utility.errors import Clash, NotKnown

PLANNED, FAULT, LIN, ELSEWHERE = "E26111800002", "E26112100001", "6201011006117", "6201024007281"


@pytest.fixture(scope="module")
def city_url(postgres_server: EmbeddedPostgres) -> str:
    return asyncio.run(fill_city(postgres_server, "utility_consents"))


@pytest_asyncio.fixture
async def city(city_url: str) -> AsyncIterator[WorkingCompany]:
    async with working(city_url) as found:
        yield found


async def test_planned_work_is_consulted_and_the_newest_answer_counts(city: WorkingCompany) -> None:
    by = city.clock.now() + timedelta(hours=12)

    outage = await city.do(service.consult, PLANNED, by)
    await city.do(service.answer, PLANNED, LIN, ("agreed", ""), "notices")
    await city.do(service.answer, PLANNED, LIN, ("refused", "改到周六"), "notices")

    async with city.company.pool.acquire() as connection:
        kept = await store.of_outage(connection, PLANNED)
        told = await connection.fetchval(
            "select data->>'answer_by' from events where type = 'outage.consulting' order by event_id desc limit 1"
        )
    assert [(one.account_no, one.answer, one.wish, one.planned_from) for one in kept] == [
        (LIN, "refused", "改到周六", outage.planned_from)
    ]
    assert told == by.isoformat()


@pytest.mark.parametrize(("number", "hours"), [(FAULT, 1), (PLANNED, 24 * 60), (PLANNED, -1)])
async def test_only_planned_work_is_consulted_and_before_it_begins(
    city: WorkingCompany, number: str, hours: int
) -> None:
    with pytest.raises(Clash) as refused:
        await city.do(service.consult, number, city.clock.now() + timedelta(hours=hours))

    assert refused.value.reason == "outage.consult"


async def test_an_account_of_another_area_has_no_say(city: WorkingCompany) -> None:
    with pytest.raises(NotKnown) as refused:
        await city.do(service.answer, PLANNED, ELSEWHERE, ("agreed", ""), "notices")

    assert refused.value.reason == "account.unknown"
