"""Offers as notices: once a month, to who asked for such news and whom they fit, never where anything is wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from handoff import transcript
from handoff.extras import ledger
from handoff.extras.book import extra_book
from notices.extras import Extras
from runtime.clock import SHANGHAI
from runtime.postgres import transaction
from tests.component.notices.company import Company, Room
from tests.component.notices.conftest import TestClock

DAY = datetime(2026, 12, 15, 10, 30, tzinfo=SHANGHAI)
ON = [("营销资讯", "wechat", True)]
WHO_GETS_WHAT = {
    "charger_insurance": ["home", "charger"],
    "supply_guard": ["business", "important"],
    "temporary_share": ["business", "temporary"],
    "solar": ["home", "rural"],
}
STATES: dict[str, dict[str, Any]] = {
    "open fault": {"troubles": ["fault"]},
    "running outage": {"troubles": ["outage"]},
    "open complaint": {"troubles": ["complaint"]},
    "arrears": {"troubles": ["arrears"]},
    "cut off": {"troubles": ["cut_off"]},
    "life support": {"tags": ["life_support"]},
    "lives alone": {"tags": ["alone"]},
    "on benefits": {"tags": ["welfare"]},
    "nobody asked for it": {"wishes": []},
    "turned off": {"wishes": [("营销资讯", "wechat", False)]},
}


@pytest.fixture
def clock() -> TestClock:
    """The middle of a month, in the morning."""
    return TestClock(DAY)


def home(company: Company, facts: list[str], number: str = "3001", user: str = "wx_c", **given: Any) -> None:
    """One home that asked for such news."""
    row: dict[str, Any] = {"wishes": ON, "people": [("wechat", user)], "facts": facts, **given}
    company.home(number, area="TA-3", **row)


async def month(room: Room) -> list[str]:
    """Plans and tells the month's offers; returns the kinds that were sent."""
    await Extras(room.pool, room.clock).plan()
    await room.tell()
    rows = await room.pool.fetch(
        "select f.kind from notices n join notice_facts f using (fact_id)"
        " where n.state <> 'final' or n.outcome <> 'void' order by n.notice_id"
    )
    return [row["kind"].removeprefix("extra_") for row in rows]


@pytest.mark.parametrize(("name", "facts"), WHO_GETS_WHAT.items(), ids=list(WHO_GETS_WHAT))
async def test_each_offer_goes_to_whom_it_fits(room: Room, company: Company, name: str, facts: list[str]) -> None:
    home(company, facts)

    assert await month(room) == [name]


@pytest.mark.parametrize(("name", "facts"), WHO_GETS_WHAT.items(), ids=list(WHO_GETS_WHAT))
@pytest.mark.parametrize("state", STATES)
async def test_in_no_such_state_is_it_told(
    room: Room, company: Company, state: str, name: str, facts: list[str]
) -> None:
    home(company, facts, **STATES[state])

    assert await month(room) == []


async def test_who_fits_two_hears_of_one_and_a_month_later_of_none_twice(
    room: Room, company: Company, clock: TestClock
) -> None:
    home(company, ["home", "rural", "charger"])

    assert await month(room) == ["charger_insurance"]
    clock.at = datetime(2026, 12, 17, 11, tzinfo=SHANGHAI)
    assert await month(room) == ["charger_insurance"]


async def test_it_is_planned_once_and_only_on_its_days(room: Room, company: Company, clock: TestClock) -> None:
    home(company, ["home", "rural"])
    extras = Extras(room.pool, clock)

    assert [await extras.plan(), await extras.plan()] == [True, False]
    clock.at = datetime(2027, 1, 15, 9, 59, tzinfo=SHANGHAI)
    assert await extras.plan() is False
    clock.at = datetime(2027, 1, 18, 10, tzinfo=SHANGHAI)
    assert await extras.plan() is False


async def test_an_offer_in_the_chat_counts(room: Room, company: Company, clock: TestClock) -> None:
    home(company, ["home", "rural"])
    async with transaction(room.pool) as connection:
        await ledger.offered(connection, "wechat:wx_c", "solar", at=clock.now() - timedelta(days=5))

    assert await month(room) == []


async def test_who_declined_it_or_wants_none_is_left_alone(room: Room, company: Company, clock: TestClock) -> None:
    home(company, ["home", "rural"])
    home(company, ["home", "rural"], "3002", "wx_d")
    async with transaction(room.pool) as connection:
        number = await ledger.offered(connection, "wechat:wx_c", "solar", at=clock.now() - timedelta(days=90))
        await ledger.answered(connection, number, "no", clock.now())
        await ledger.stop(connection, "wechat:wx_d", clock.now())

    assert await month(room) == []


@pytest.mark.parametrize("what", ["annoyed", "in the queue", "a fault topic"])
async def test_what_comes_between_planning_and_sending_stops_it(
    room: Room, company: Company, clock: TestClock, what: str
) -> None:
    home(company, ["home", "rural"])
    await Extras(room.pool, clock).plan()
    await room.run()
    async with transaction(room.pool) as connection:
        await transcript.open_conversation(connection, "wechat:wx_c", at=clock.now())
        if what == "annoyed":
            await connection.execute("update conversations set mood = 3, mood_at = $1", clock.now())
        elif what == "in the queue":
            await connection.execute("update conversations set owner = 'queue'")
        else:
            await connection.execute(
                "insert into trigger_marks (conversation_id, kind, topic, at)"
                " values ('wechat:wx_c', 'contact', 'outage_report', $1)",
                clock.now(),
            )

    await room.send()

    assert [row["outcome"] for row in await room.notices()] == ["void"]


async def test_every_offer_of_the_book_has_words_that_can_be_turned_off(room: Room) -> None:
    for offer in extra_book().offers:
        kind = room.book.kinds[f"extra_{offer.name}"]
        assert (kind.topic, kind.always, kind.capped, kind.waits) == (extra_book().topic, False, True, True)
        assert "退订" in kind.text["chat"]
