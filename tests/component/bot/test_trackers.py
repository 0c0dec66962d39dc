"""Rasa's memory on PostgreSQL: nothing is written before the turn's commit, and only the running session is read."""

from __future__ import annotations

import asyncpg
import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted, SlotSet, UserUttered

from bot.trackers import NewEvents, TurnTrackerStore, append_events
from runtime.postgres import Pool, transaction

DOMAIN = Domain.from_yaml('version: "3.1"\nslots:\n  account_no:\n    type: text\n    mappings: [{type: custom}]\n')


async def commit(store: TurnTrackerStore, pool: Pool) -> None:
    async with transaction(pool) as connection:
        await append_events(connection, "web:v1", store.take("web:v1"))


async def test_saving_writes_nothing_until_the_turn_is_committed(database: Pool) -> None:
    store = TurnTrackerStore(database, DOMAIN)
    tracker = await store.get_or_create_tracker("web:v1")
    tracker.update(UserUttered("你好"))
    await store.save(tracker)

    before = await database.fetchval("select count(*) from tracker_events")
    await commit(store, database)
    after = await database.fetchval("select count(*) from tracker_events")

    assert (before, after) == (0, 2)


async def test_a_later_turn_appends_only_what_is_new(database: Pool) -> None:
    store = TurnTrackerStore(database, DOMAIN)
    first = await store.get_or_create_tracker("web:v1")
    await commit(store, database)
    again = await store.get_or_create_tracker("web:v1")
    again.update(SlotSet("account_no", "6201011006117"))
    await store.save(again)
    await commit(store, database)

    rows = await database.fetch("select position from tracker_events order by position")
    read = await store.retrieve("web:v1")

    assert [row["position"] for row in rows] == [1, 2]
    assert read is not None
    assert read.get_slot("account_no") == "6201011006117"
    assert first.sender_id == "web:v1"


async def test_only_the_running_session_is_read(database: Pool) -> None:
    store = TurnTrackerStore(database, DOMAIN)
    tracker = await store.get_or_create_tracker("web:v1")
    for event in (
        UserUttered("昨天的话"),
        ActionExecuted("action_session_start"),
        SessionStarted(),
        UserUttered("今天的话"),
    ):
        tracker.update(event)
    await store.save(tracker)
    await commit(store, database)

    read = await store.retrieve("web:v1")

    assert read is not None
    assert [event.text for event in read.events if isinstance(event, UserUttered)] == ["今天的话"]


async def test_a_failed_turn_is_forgotten(database: Pool) -> None:
    store = TurnTrackerStore(database, DOMAIN)
    await store.get_or_create_tracker("web:v1")
    store.take("web:v1")
    await commit(store, database)

    assert await store.retrieve("web:v1") is None


async def test_two_turns_cannot_take_the_same_place(database: Pool) -> None:
    event = {"event": "user", "text": "你好"}
    async with transaction(database) as connection:
        await append_events(connection, "web:v1", NewEvents(0, (event,)))

    with pytest.raises(asyncpg.UniqueViolationError):
        async with transaction(database) as connection:
            await append_events(connection, "web:v1", NewEvents(0, (event,)))
