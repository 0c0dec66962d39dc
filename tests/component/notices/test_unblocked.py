"""Nothing on the way of a notice blocks the loop: an outage told to every home, and delivered."""

from __future__ import annotations

from datetime import timedelta

from tests.component.notices.company import Company, Room
from tests.component.notices.conftest import TestClock
from tests.plugins.loop_watch import watching


async def test_an_outage_is_told_without_blocking_the_loop(room: Room, company: Company, clock: TestClock) -> None:
    company.outage("raised", eta=clock.at + timedelta(hours=2))

    with watching() as watch:
        await room.tell()
        await room.doors_deliver()

    watch.check()
    assert await room.lines("wechat:wx_a")
