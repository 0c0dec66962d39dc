"""Rasa's memory on PostgreSQL: nothing is written before the turn's commit, and only the running session is read."""

from __future__ import annotations

import asyncpg
import pytest
import yaml
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.checkpoints import KEPT_MESSAGES, slim
from bot.trackers import NewEvents, TurnTrackerStore, append_events, read_session
from runtime.postgres import Pool, transaction
from tests.builders import ROOT

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


_READ = "select count(*) from tracker_events where conversation_id = 'web:v1'"
_RANKING = [{"name": f"intent_{number}", "confidence": 0.1} for number in range(46)]


async def turn(database: Pool, number: int, *gained: Event) -> DialogueStateTracker:
    """One turn as the reception has it: read, heard, answered, committed."""
    store = TurnTrackerStore(database, DOMAIN)
    tracker = await store.get_or_create_tracker("web:v1", append_action_listen=False)
    metadata = {"message_id": f"web:v1/{number}"}
    parsed = {"intent": {"name": "bill_query"}, "intent_ranking": _RANKING, "text_tokens": [[0, 3]]}
    heard = UserUttered(f"问题{number}", parsed["intent"], [], parsed, message_id=f"m{number}", metadata=metadata)
    for event in (
        heard,
        *gained,
        ActionExecuted("action_show_bill"),
        BotUttered("好"),
        ActionExecuted("action_listen"),
    ):
        tracker.update(event)
    await store.save(tracker)
    await commit(store, database)
    return tracker


async def test_a_long_talk_is_read_from_its_last_checkpoint(database: Pool) -> None:
    await turn(database, 0, SlotSet("account_no", "6201011006117"), SlotSet("gone", "x"))
    longest = max([len((await turn(database, number)).events) for number in range(1, 120)])
    stored = await database.fetchval(_READ)

    read = await TurnTrackerStore(database, DOMAIN).retrieve("web:v1")

    assert read is not None
    assert stored > 480
    assert longest < 120
    assert read.get_slot("account_no") == "6201011006117"
    assert read.latest_action_name == "action_listen"
    heard = [event.text for event in read.events if isinstance(event, UserUttered)][-KEPT_MESSAGES:]
    assert heard == [f"问题{number}" for number in range(120 - KEPT_MESSAGES, 120)]


async def test_a_checkpoint_rewrites_nothing(database: Pool) -> None:
    for number in range(12):
        await turn(database, number)
    before = await database.fetch("select position, event from tracker_events order by position")
    for number in range(12, 60):
        await turn(database, number)
    after = await database.fetch("select position, event from tracker_events order by position")

    assert after[: len(before)] == before
    assert [row["position"] for row in after] == list(range(1, len(after) + 1))
    assert sum(row["event"]["event"] == "user" for row in after) == 60


async def test_a_form_is_open_still_however_long_ago_it_was_opened(database: Pool) -> None:
    await turn(database, 0, ActionExecuted("bill_form"), ActiveLoop("bill_form"))
    for number in range(1, 80):
        await turn(database, number)

    read = await TurnTrackerStore(database, DOMAIN).retrieve("web:v1")

    assert read is not None
    assert read.active_loop_name == "bill_form"
    assert read.active_loop is not None
    assert (read.active_loop.trigger_message or {})["text"] == "问题0"


async def test_a_talk_that_moves_takes_what_its_checkpoint_knew(database: Pool) -> None:
    await turn(database, 0, SlotSet("account_no", "6201011006117"))
    for number in range(1, 40):
        await turn(database, number)

    async with database.acquire() as connection:
        carried = await read_session(connection, "web:v1")

    assert carried[0]["event"] == "session_started"
    assert {"slot", "user", "action", "bot"} <= {event["event"] for event in carried}
    assert "checkpoint" not in {event["event"] for event in carried}
    assert [event["value"] for event in carried if event["event"] == "slot"] == ["6201011006117"]


async def test_a_new_session_ends_what_a_checkpoint_knew(database: Pool) -> None:
    for number in range(40):
        await turn(database, number)
    await turn(database, 40, ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen"))

    read = await TurnTrackerStore(database, DOMAIN).retrieve("web:v1")

    assert read is not None
    assert not [event for event in read.events if isinstance(event, UserUttered)]


async def test_a_message_is_stored_once_and_without_what_nobody_reads_again(database: Pool) -> None:
    tracker = await turn(database, 1)

    (stored,) = await database.fetch("select event from tracker_events where event ->> 'event' = 'user'")
    read = await TurnTrackerStore(database, DOMAIN).retrieve("web:v1")

    parsed = stored["event"]["parse_data"]
    assert (len(parsed["intent_ranking"]), parsed.keys() & {"text", "text_tokens", "metadata", "message_id"}) == (
        3,
        set(),
    )
    assert read is not None
    before, after = tracker.latest_message, read.latest_message
    assert before is not None
    assert after is not None
    for name in ("text", "intent", "metadata", "message_id", "entities"):
        assert after.parse_data[name] == before.parse_data[name]
    assert after == before


def test_no_policy_looks_back_farther_than_messages_are_kept() -> None:
    policies = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["policies"]
    looked_back = [value for policy in policies for name, value in policy.items() if name in ("messages", "handoff_at")]

    assert looked_back
    assert max(looked_back) + 1 < KEPT_MESSAGES


def test_what_was_stored_before_is_read_as_it_is() -> None:
    old = UserUttered("你好", {"name": "small_talk"}, metadata={"message_id": "web:v1/1"}).as_dict()

    assert UserUttered.from_parameters(old).as_dict() == UserUttered.from_parameters(slim(old)).as_dict()
