"""When the rehearsal of a storm lets its clock go on: all that can be done at this moment is done."""

from __future__ import annotations

from datetime import datetime, timedelta

from bench.typhoon import quiet
from tests.component.notices.company import Company, Room
from tests.component.notices.conftest import TestClock

_OF_ONE = "select notice_id from notices where person = 'wechat:wx_a' order by notice_id"
_OVER = "update notices set state = 'final', outcome = 'void', final_at = $1 where state <> 'final'"
_IN_HAND = "update notices set state = 'sending', outcome = null, final_at = null, due_at = $2 where notice_id = $1"
_WAITS = "update notices set state = 'planned', outcome = null, final_at = null, due_at = $2 where notice_id = $1"


async def _is_due(room: Room, now: datetime) -> bool:
    row = await room.pool.fetchrow(quiet._LEFT, now)
    return bool(row["due"])


async def test_a_word_behind_one_that_a_killed_worker_had_in_hand_is_not_due_yet(
    room: Room, company: Company, clock: TestClock
) -> None:
    company.outage("raised")
    await room.run()
    company.outage("restored", restored=clock.now(), status="restored")
    await room.run()
    older, newer = await room.pool.fetch(_OF_ONE)
    now = clock.now()
    await room.pool.execute(_OVER, now)
    assert not await _is_due(room, now)

    await room.pool.execute(_WAITS, newer["notice_id"], now)
    assert await _is_due(room, now)
    await room.pool.execute(_IN_HAND, older["notice_id"], now + timedelta(minutes=1))
    assert not await _is_due(room, now)
    assert await quiet.next_due(room.pool, now) == now + timedelta(minutes=1)
    assert await _is_due(room, now + timedelta(minutes=1))
