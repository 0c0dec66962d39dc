"""Events leave the company at least once, in order, signed; who was away catches up and misses nothing."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from runtime import embedded, postgres
from runtime.postgres import transaction
from tests.fakes.listener import Listener, listening, lost, refused, taken
from tests.fakes.utility_process import OPERATOR_TOKEN, TOKEN, UtilityProcess, start
from utility.company import Company, open_company
from utility.events import store
from utility.events.courier import Courier
from utility.events.outbox import Event, emit
from utility.events.values import START

KEYS = (f"test-{number}" for number in itertools.count())


@pytest.fixture
def utility(utility_at_work: UtilityProcess) -> UtilityProcess:
    """The utility with the demo city as it was; its events here are of types that no contract declares."""
    utility_at_work.refresh()
    return utility_at_work


@pytest_asyncio.fixture
async def company(utility: UtilityProcess) -> AsyncIterator[Company]:
    """The company's books beside its process."""
    pool = await postgres.connect(utility.database_url)
    yield await open_company(pool, utility.clock)
    await pool.close()


@pytest_asyncio.fixture
async def courier(company: Company) -> AsyncIterator[Courier]:
    """A courier that is told when to go, and by no chance."""
    made = Courier(company, days=3, chance=lambda: 0.0)
    yield made
    await made.close()


@pytest_asyncio.fixture
async def listener() -> AsyncIterator[Listener]:
    """A subscriber's address."""
    async with listening() as made:
        yield made


async def happen(company: Company, *subjects: str, type_: str = "order.tested") -> None:
    for subject in subjects:
        async with transaction(company.pool) as connection:
            await emit(connection, Event(type_, company.clock.now(), subject, data={"words": "有电了"}))


async def subscribe(client: aiohttp.ClientSession, url: str, *types: str, **more: int) -> dict[str, Any]:
    body = {"url": url, "types": types or ["*"], **more}
    async with client.post("/v1/subscribers", json=body, headers={"Idempotency-Key": next(KEYS)}) as answer:
        content: dict[str, Any] = await answer.json()
        assert answer.status == 201, content
    return content


async def go_round(courier: Courier) -> None:
    await courier.send_due()
    await courier.settle()


async def listed(client: aiohttp.ClientSession, path: str, **query: Any) -> dict[str, Any]:
    async with client.get(path, params=query) as answer:
        content: dict[str, Any] = await answer.json()
        assert answer.status == 200, content
    return content


async def test_a_subscriber_gets_its_types_in_order_and_signed(
    client: aiohttp.ClientSession, company: Company, courier: Courier, listener: Listener
) -> None:
    registered = await subscribe(client, listener.url, "order.*")
    await happen(company, "W1", "W2")
    await happen(company, "B1", type_="bill.tested")
    await happen(company, "W3")

    await go_round(courier)

    assert listener.subjects == ["W1", "W2", "W3"]
    signed = dict(part.split("=") for part in listener.headers[0]["Utility-Signature"].split(","))
    wanted = hmac.new(registered["secret"].encode(), f"{signed['t']}.".encode() + listener.bodies[0], hashlib.sha256)
    assert signed["v1"] == wanted.hexdigest()
    assert abs(int(signed["t"]) - company.clock.now().timestamp()) < 60
    assert listener.headers[0]["Utility-Event"] == listener.events[0]["event_id"]


async def test_who_takes_several_events_a_call_gets_them_in_order_and_those_not_taken_again(
    client: aiohttp.ClientSession, company: Company, courier: Courier, listener: Listener, utility: UtilityProcess
) -> None:
    listener.script = [taken, refused, taken]
    await subscribe(client, listener.url, "order.*", batch=2)
    await happen(company, "W1")
    await happen(company, "B1", type_="bill.tested")
    await happen(company, "W2", "W3", "W4", "W5")

    await go_round(courier)
    utility.set_clock(utility.clock.now() + timedelta(seconds=5))
    await go_round(courier)

    brought = [[event["subject"] for event in call["events"]] for call in listener.events]
    assert brought == [["W1", "W2"], ["W3", "W4"], ["W3", "W4"], ["W5"]]
    assert listener.headers[0]["Utility-Event"] == listener.events[0]["events"][1]["event_id"]


async def test_what_happened_before_the_subscription_is_not_told(
    client: aiohttp.ClientSession, company: Company, courier: Courier, listener: Listener
) -> None:
    await happen(company, "before")
    await subscribe(client, listener.url)
    await happen(company, "after")

    await go_round(courier)

    assert listener.subjects == ["after"]


@pytest.mark.parametrize("answer", [lost, refused], ids=["lost answer", "refused"])
async def test_what_was_not_taken_comes_again_after_a_pause_and_before_the_next(
    client: aiohttp.ClientSession,
    company: Company,
    courier: Courier,
    listener: Listener,
    utility: UtilityProcess,
    answer: Callable[..., Any],
) -> None:
    listener.script = [answer, answer, taken]
    await subscribe(client, listener.url)
    await happen(company, "W1", "W2")

    await go_round(courier)
    await go_round(courier)
    too_soon = list(listener.subjects)
    for _ in range(2):
        utility.set_clock(utility.clock.now() + timedelta(seconds=5))
        await go_round(courier)

    assert too_soon == ["W1"]
    assert listener.subjects == ["W1", "W1", "W1", "W2"]
    assert len({event["event_id"] for event in listener.events}) == 2
    [subscriber] = (await listed(client, "/v1/subscribers"))["subscribers"]
    assert (subscriber["failures"], subscriber["last_error"], subscriber["failing_since"]) == (0, "", None)


async def test_a_slow_subscriber_keeps_nobody_else_waiting(
    client: aiohttp.ClientSession, company: Company, courier: Courier, listener: Listener
) -> None:
    async with listening() as slow:
        slow.script = [slow.held]
        await subscribe(client, slow.url)
        await subscribe(client, listener.url)
        await happen(company, "W1", "W2")

        await courier.send_due()
        await slow.until(1)
        await listener.until(2)

        assert (slow.subjects, listener.subjects) == (["W1"], ["W1", "W2"])


async def test_what_was_sent_and_not_marked_when_the_process_was_killed_comes_again(
    client: aiohttp.ClientSession, company: Company, utility: UtilityProcess, listener: Listener, tmp_path: Path
) -> None:
    listener.script = [listener.held, taken]
    # Only these: a company that runs for a while tells of its other customers, too.
    await subscribe(client, listener.url, "order.tested")
    await happen(company, "W1", "W2")
    again = replace(utility, url=f"http://127.0.0.1:{embedded.free_port()}")

    killed = await asyncio.to_thread(start, again, tmp_path / "killed.log", UTILITY_ROUND_S="0.05")
    await listener.until(1)
    killed.send_signal(signal.SIGKILL)
    killed.wait(10)
    second = await asyncio.to_thread(start, again, tmp_path / "second.log", UTILITY_ROUND_S="0.05")
    try:
        await listener.until(3)
    finally:
        second.terminate()
        second.wait(10)

    assert listener.subjects == ["W1", "W1", "W2"]
    assert listener.events[0]["event_id"] == listener.events[1]["event_id"]


async def test_an_event_that_nobody_takes_is_listed_for_a_person_and_the_newer_ones_go_on(
    client: aiohttp.ClientSession, company: Company, courier: Courier, listener: Listener, utility: UtilityProcess
) -> None:
    listener.script = [refused, refused, taken]
    registered = await subscribe(client, listener.url)
    await happen(company, "old1", "old2")
    await go_round(courier)
    utility.set_clock(utility.clock.now() + timedelta(days=3, minutes=1))
    await happen(company, "new")

    await go_round(courier)
    utility.set_clock(utility.clock.now() + timedelta(hours=1))
    await go_round(courier)

    assert listener.subjects == ["old1", "old1", "new"]
    dead = await listed(client, "/v1/dead-deliveries")
    assert [(row["subscriber_id"], row["subject"]) for row in dead["dead_deliveries"]] == [
        (registered["subscriber_id"], "old1"),
        (registered["subscriber_id"], "old2"),
    ]
    assert dead["next_cursor"] is None


async def test_an_event_committed_late_is_not_skipped(client: aiohttp.ClientSession, company: Company) -> None:
    async with company.pool.acquire() as slow:
        late = slow.transaction()
        await late.start()
        await emit(slow, Event("order.tested", company.clock.now(), "late"))
        await happen(company, "quick")
        async with transaction(company.pool) as connection:
            meanwhile = await store.events_after(connection, START, 10)
        first = await listed(client, "/v1/events")
        await late.commit()

    second = await listed(client, "/v1/events", after=first["next_cursor"])

    assert meanwhile == []
    assert [event["subject"] for event in first["events"] + second["events"]] == ["late", "quick"]


async def test_transactions_are_ordered_as_numbers_and_not_as_text(company: Company) -> None:
    async with company.pool.acquire() as connection:
        for transaction_id in ("9", "100", "10"):
            await connection.execute(
                """insert into events (transaction_id, type, at, subject, area_ids, data)
                values ($1::text::xid8, 'order.tested', now(), $1, '{}', '{}')""",
                transaction_id,
            )

        found = await store.events_after(connection, START, 3)

    assert [event.subject for event in found] == ["9", "10", "100"]


async def test_who_was_away_reads_on_from_its_cursor(client: aiohttp.ClientSession, company: Company) -> None:
    await happen(company, *(f"W{number}" for number in range(5)))
    first = await listed(client, "/v1/events", limit=3)
    again = await listed(client, "/v1/events", limit=3)
    second = await listed(client, "/v1/events", limit=3, after=first["next_cursor"])
    at_the_end = await listed(client, "/v1/events", after=second["next_cursor"])
    await happen(company, "W5", type_="outage.tested")

    new = await listed(client, "/v1/events", after=at_the_end["next_cursor"], type="outage.*")

    subjects = [event["subject"] for event in first["events"] + second["events"] + new["events"]]
    assert subjects == [f"W{number}" for number in range(6)]
    assert (first, at_the_end["events"]) == (again, [])


async def test_nothing_of_a_change_that_was_undone_is_told(client: aiohttp.ClientSession, company: Company) -> None:
    async def change() -> None:
        async with transaction(company.pool) as connection:
            await emit(connection, Event("order.tested", company.clock.now(), "undone"))
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await change()

    assert (await listed(client, "/v1/events"))["events"] == []


async def test_a_client_sees_and_ends_its_own_subscribers_only(
    client: aiohttp.ClientSession, utility: UtilityProcess, listener: Listener
) -> None:
    mine = await subscribe(client, listener.url)
    headers = {"Authorization": f"Bearer {OPERATOR_TOKEN}", "Idempotency-Key": "end"}
    path = f"/v1/subscribers/{mine['subscriber_id']}"

    async with aiohttp.ClientSession(utility.url, headers=headers) as other:
        seen = await listed(other, "/v1/subscribers")
        async with other.delete(path) as answer:
            assert answer.status == 204
    still = await listed(client, "/v1/subscribers")
    async with client.delete(path, headers={"Idempotency-Key": "end"}) as answer:
        assert answer.status == 204

    assert seen["subscribers"] == []
    assert [row["subscriber_id"] for row in still["subscribers"]] == [mine["subscriber_id"]]
    assert "secret" not in still["subscribers"][0]
    assert (await listed(client, "/v1/subscribers"))["subscribers"] == []


@pytest.mark.parametrize("url", ["ftp://a/", "http://", "file:///etc/passwd", "http://u:p@h/", "http://h:99999/", "h"])
async def test_an_address_that_is_none_is_refused_by_name(client: aiohttp.ClientSession, url: str) -> None:
    body = {"url": url, "types": ["*"]}
    async with client.post("/v1/subscribers", json=body, headers={"Idempotency-Key": next(KEYS)}) as answer:
        content = await answer.json(content_type="application/problem+json")

    assert (answer.status, content["code"], content["field"]) == (400, "field.invalid", "url")


async def test_a_removed_subscriber_is_told_nothing(
    client: aiohttp.ClientSession, company: Company, courier: Courier, listener: Listener
) -> None:
    mine = await subscribe(client, listener.url)
    headers = {"Idempotency-Key": next(KEYS)}
    async with client.delete(f"/v1/subscribers/{mine['subscriber_id']}", headers=headers) as answer:
        assert answer.status == 204
    await happen(company, "W1")

    await go_round(courier)

    assert (listener.subjects, TOKEN in str(listener.headers)) == ([], False)
