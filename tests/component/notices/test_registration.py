"""The notices register themselves for the company's webhooks: once for all workers, looked after, secret kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from backend.errors import BackendUnavailable
from notices.registration import Registration
from runtime.postgres import Pool
from tests.component.notices.company import Listening
from tests.component.notices.conftest import TestClock

URL = "http://127.0.0.1:5070/events"


@pytest.fixture
def listening() -> Listening:
    """The company's side."""
    return Listening()


def one(pool: Pool, clock: TestClock, listening: Listening, url: str = URL, **given: str) -> Registration:
    """One worker's registration."""
    return Registration(pool, clock, listening, url=url, given=given.get("given", ""), token=given.get("token", "t"))


async def test_several_workers_make_one_subscription_and_know_its_secret(
    database: Pool, clock: TestClock, listening: Listening
) -> None:
    workers = [one(database, clock, listening) for _ in range(4)]

    await asyncio.gather(*(worker.look_after() for worker in workers))

    assert [(made.url, "outage.*" in made.types) for made in listening.kept.values()] == [(URL, True)]
    assert [await worker.secrets() for worker in workers] == [("secret-of-1",)] * 4


async def test_what_was_registered_for_one_event_a_call_is_registered_anew_for_several(
    database: Pool, clock: TestClock, listening: Listening
) -> None:
    await one(database, clock, listening).look_after()
    (old,) = listening.kept.values()
    listening.kept[old.subscriber_id] = replace(old, batch=1)
    clock.pass_(minutes=11)

    await one(database, clock, listening).look_after()

    assert [(made.url, made.batch) for made in listening.kept.values()] == [(URL, 100)]


async def test_the_secret_is_not_readable_in_the_store(database: Pool, clock: TestClock, listening: Listening) -> None:
    await one(database, clock, listening).look_after()

    row = await database.fetchrow("select * from notice_registration")
    assert "secret-of-1" not in str(dict(row))


async def test_a_worker_killed_before_it_wrote_the_secret_leaves_it_to_the_next(
    database: Pool, clock: TestClock, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = one(database, clock, listening)

    async def die(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(killed, "_is_mine", die)
    with pytest.raises(KeyboardInterrupt):
        await killed.look_after()
    assert len(listening.kept) == 1

    after = one(database, clock, listening)
    await after.look_after()

    assert list(listening.kept) == ["S1"]
    assert await after.secrets() == ("secret-of-1",)


async def test_what_the_company_has_lost_is_registered_again_and_the_old_secret_still_counts(
    database: Pool, clock: TestClock, listening: Listening
) -> None:
    worker = one(database, clock, listening)
    await worker.look_after()
    listening.kept.clear()
    clock.pass_(minutes=5)
    await worker.look_after()
    assert listening.kept == {}

    clock.pass_(minutes=6)
    await worker.look_after()

    assert list(listening.kept) == ["S2"]
    assert await worker.secrets() == ("secret-of-2", "secret-of-1")


async def test_another_address_takes_the_place_of_the_old_one_there(
    database: Pool, clock: TestClock, listening: Listening
) -> None:
    await one(database, clock, listening).look_after()
    moved = one(database, clock, listening, "http://10.0.0.7:5070/events")

    await moved.look_after()

    assert [made.url for made in listening.kept.values()] == ["http://10.0.0.7:5070/events"]


async def test_a_new_token_cannot_read_the_old_secret_and_asks_for_another(
    database: Pool, clock: TestClock, listening: Listening
) -> None:
    await one(database, clock, listening).look_after()
    clock.pass_(minutes=11)
    renewed = one(database, clock, listening, token="another")

    await renewed.look_after()

    assert await renewed.secrets() == ("secret-of-2",)
    assert list(listening.kept) == ["S2"]


async def test_a_company_that_is_away_is_asked_again_later(
    database: Pool, clock: TestClock, listening: Listening
) -> None:
    worker = one(database, clock, listening)
    listening.down = True
    with pytest.raises(BackendUnavailable):
        await worker.look_after()
    listening.down = False

    await worker.look_after()

    assert await worker.secrets() == ("secret-of-1",)


async def test_a_secret_that_a_person_has_set_is_taken_and_nothing_is_registered(
    database: Pool, clock: TestClock, listening: Listening
) -> None:
    worker = one(database, clock, listening, given="by hand")

    await worker.look_after()

    assert (await worker.secrets(), listening.kept) == (("by hand",), {})
