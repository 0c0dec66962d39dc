"""Appointments with many customers at once: no half day is promised twice, nobody waits for each other for ever."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from runtime.embedded import EmbeddedPostgres
from tests.fakes.visit_desk import (
    MOVE,
    WECHAT_LIN,
    Hall,
)
from tests.fakes.working_company import fill_city, working
from utility.accounts.values import Person
from utility.appointments import service
from utility.appointments.values import Appointment


@pytest.fixture(scope="module")
def books_url(postgres_server: EmbeddedPostgres) -> str:
    return asyncio.run(fill_city(postgres_server, "utility_appointments_together"))


@pytest_asyncio.fixture
async def hall(books_url: str) -> AsyncIterator[Hall]:
    async with working(books_url) as opened:
        made = Hall(opened.company, opened.clock)
        yield made
        assert await made.differences() == []


async def at_once(work: list[Any]) -> Counter[str]:
    """What many calls at once came to: `ok`, or the reason of the refusal."""
    answers = await asyncio.gather(*work, return_exceptions=True)
    return Counter(getattr(a, "reason", type(a).__name__) if isinstance(a, BaseException) else "ok" for a in answers)


async def many(hall: Hall, count: int) -> list[Person]:
    """Neighbours of 启明区, each with an account of their own to book for."""
    account_nos = [
        row["account_no"]
        for row in await hall.company.pool.fetch(
            "select account_no from accounts where region = '启明区' and status <> 'closed' and plan like 'tier%'"
        )
    ]
    people = [Person("web", f"neighbour-{n}") for n in range(count)]
    for n, person in enumerate(people):
        await hall.bind(person, account_nos[n % len(account_nos)])
    return people


async def test_many_at_once_never_get_more_places_than_there_are(hall: Hall) -> None:
    people = await many(hall, 7)
    mine = {
        person: await hall.company.pool.fetchval(
            "select account_no from bindings where channel_user = $1", person.user_id
        )
        for person in people
    }

    outcome = await at_once([hall.book("D1-20261125-am", person, mine[person]) for person in people])

    assert outcome == {"ok": 3, "slot.full": 4}
    assert await hall.booked("D1-20261125-am") == 3


async def test_the_same_booking_many_times_at_once_is_one(hall: Hall) -> None:
    outcome = await at_once([hall.book("D1-20261125-am") for _ in range(8)])

    assert outcome == {"ok": 1, "appointment.already_booked": 7}
    assert await hall.booked("D1-20261125-am") == 1


async def test_moves_that_cross_do_not_wait_for_each_other_for_ever(hall: Hall) -> None:
    one, other = await hall.book("D1-20261124-am"), await hall.book("D1-20261125-am", kind=MOVE)

    for _ in range(5):
        outcome = await at_once(
            [
                hall.do(service.move, WECHAT_LIN, one.appointment_no, "D1-20261125-am"),
                hall.do(service.move, WECHAT_LIN, other.appointment_no, "D1-20261124-am"),
            ]
        )
        assert outcome == {"ok": 2}
        one, other = other, one
    assert (await hall.booked("D1-20261124-am"), await hall.booked("D1-20261125-am")) == (2, 1)


async def test_two_cancellations_at_once_give_back_one_place(hall: Hall) -> None:
    booked: Appointment = await hall.book("D1-20261124-am")

    outcome = await at_once([hall.do(service.cancel, WECHAT_LIN, booked.appointment_no, "") for _ in range(4)])

    assert outcome == {"ok": 1, "appointment.not_active": 3}
    assert await hall.booked("D1-20261124-am") == 1
