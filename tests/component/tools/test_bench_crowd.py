"""The bench's crowd: copies of a conversation that was really held, on the real tables."""

from __future__ import annotations

from bench.crowd import fill_up, stored
from runtime.postgres import Pool

_HELD = """
    insert into conversations (conversation_id, channel, channel_user, last_seq, created_at, updated_at)
    values ('web:v1', 'web', 'v1', 2, now(), now());
    insert into messages (conversation_id, seq, role, body, epoch, channel_message_id, turn, delivery, created_at)
    values ('web:v1', 1, 'customer', '{"text": "hello"}', 0, 'm1', 'done', null, now()),
           ('web:v1', 2, 'bot', '{"text": "hi"}', 0, null, null, 'sent', now());
    insert into tracker_events (conversation_id, position, session_start, event)
    values ('web:v1', 1, true, '{"event": "session_started"}'), ('web:v1', 2, false, '{"event": "user"}');
"""


async def test_copies_stand_beside_the_conversation_with_all_their_lines_and_events(
    database: Pool, database_url: str
) -> None:
    await database.execute(_HELD)

    fill_up(database_url, "web:v1", 25)

    assert stored(database_url) == 25
    assert await database.fetchval("select count(*) from messages") == 50
    assert await database.fetchval("select count(distinct conversation_id) from tracker_events") == 25


async def test_a_crowd_that_is_there_is_not_copied_again(database: Pool, database_url: str) -> None:
    await database.execute(_HELD)
    fill_up(database_url, "web:v1", 10)

    fill_up(database_url, "web:v1", 30)
    fill_up(database_url, "web:v1", 20)

    assert stored(database_url) == 30
