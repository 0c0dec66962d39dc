"""What a customer turned on and off is honoured: every topic, channel and hour; what keeps them safe stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

import pytest
import pytest_asyncio
import yaml

from notices.kinds import Book, the_book
from runtime.clock import SHANGHAI
from runtime.postgres import Pool
from tests.component.notices.company import Company, Room
from tests.component.notices.conftest import TestClock
from utility.subscriptions.rules import parse_notices
from utility.versions import read_versions

NOTICES = read_versions("notices", parse_notices).at(datetime(2026, 11, 21).date(), ("cn",)).value
WAYS = ("wechat", "alipay", "sms", "mail")
PHONE, MAIL = "13800009001", "a@example.com"
HOURS = {"noon": datetime(2026, 11, 24, 12, tzinfo=SHANGHAI), "night": datetime(2026, 11, 24, 23, tzinfo=SHANGHAI)}


@dataclass(frozen=True)
class Topic:
    """How something of a topic comes about, and whether it can be turned off and waits for the morning."""

    tell: Callable[[Company, datetime], object]
    always: bool
    waits: bool


def _bill(company: Company, at: datetime) -> object:
    data = {"period": "2026-10", "kwh": "318", "total": "187.30", "due": "2026-11-25"}
    return company.tell("bill.issued", "9001-2026-10", account_no="9001", data=data)


def _low(company: Company, at: datetime) -> object:
    return company.tell("supply.notice", "N1", account_no="9001", data={"step": "low", "balance": "18.36"})


def _stage(company: Company, at: datetime) -> object:
    data = {"status": "surveyed", "status_name": "已勘查"}
    return company.tell("application.advanced", "N1", account_no="9001", data=data)


def _points(company: Company, at: datetime) -> object:
    data = {"points": 320, "expires_on": "2026-12-31"}
    return company.tell("points.expiring", "9001-2026", account_no="9001", data=data)


def _usage(company: Company, at: datetime) -> object:
    data = {"since": "2026-11-11", "until": "2026-11-20", "kwh": "93"}
    return company.tell("usage.noted", "9001-2026-11-20", account_no="9001", data=data)


def _fault(company: Company, at: datetime) -> object:
    return company.outage("raised", areas=["TA-9"], eta=at + timedelta(hours=2))


def _planned(company: Company, at: datetime) -> object:
    span = {"planned_from": at + timedelta(days=2), "planned_to": at + timedelta(days=2, hours=4)}
    return company.outage("announced", "P1", areas=["TA-9"], kind="planned", **span)


TOPICS = {
    "停电通知, fault": Topic(_fault, always=True, waits=False),
    "停电通知, planned": Topic(_planned, always=True, waits=True),
    "电费账单": Topic(_bill, always=False, waits=True),
    "余额提醒": Topic(_low, always=False, waits=True),
    "工单进度": Topic(_stage, always=True, waits=True),
    "旬用电量": Topic(_usage, always=False, waits=True),
    "营销资讯": Topic(_points, always=False, waits=True),
}
MATRIX = list(product(TOPICS, WAYS, HOURS))


@pytest.fixture
def clock() -> TestClock:
    """A Tuesday."""
    return TestClock(HOURS["noon"])


@pytest_asyncio.fixture
async def room(database: Pool, clock: TestClock, company: Company, book: Book) -> Room:
    """The room; the customer of the home writes by two doors and is one person."""
    await database.execute(
        "insert into identity_links (link_id, conversation_id, source_id, way, made_at)"
        " values ('L1', 'wechat:wx_m', 'alipay:ali_m', 'code', now())"
    )
    return Room(database, clock, company, book)


def name_of(topic: str) -> str:
    return topic.partition(",")[0]


def home(company: Company, topic: str, *wishes: tuple[str, bool]) -> None:
    """A home that can be reached by every way, with these wishes about one topic."""
    people = [("wechat", "wx_m"), ("alipay", "ali_m")]
    asked = [(name_of(topic), way, on) for way, on in wishes]
    company.home("9001", area="TA-9", phone=PHONE, email=MAIL, people=people, wishes=asked)


async def told(room: Room) -> list[str]:
    """By which ways anything was sent until now."""
    rows = await room.pool.fetch("select distinct way from notice_tries where result in ('sent', 'delivered')")
    return sorted(row["way"] for row in rows)


@pytest.mark.parametrize(("topic", "way", "hour"), MATRIX, ids=["/".join(one) for one in MATRIX])
async def test_what_is_on_by_one_channel_alone_goes_by_it_and_at_its_hour(
    room: Room, company: Company, clock: TestClock, topic: str, way: str, hour: str
) -> None:
    clock.at = HOURS[hour]
    home(company, topic, *((other, other == way) for other in WAYS))
    TOPICS[topic].tell(company, clock.now())

    await room.tell()

    silent = TOPICS[topic].waits and hour == "night"
    assert await told(room) == ([] if silent else [way])
    clock.at = datetime(2026, 11, 25, 8, 1, tzinfo=SHANGHAI)
    await room.send()
    assert await told(room) == [way]


@pytest.mark.parametrize("topic", TOPICS)
async def test_what_is_off_by_every_channel_is_told_only_where_it_keeps_them_safe(
    room: Room, company: Company, clock: TestClock, topic: str
) -> None:
    home(company, topic, *((way, False) for way in WAYS))
    TOPICS[topic].tell(company, clock.now())

    await room.tell()

    assert await told(room) == (["sms"] if TOPICS[topic].always else [])


@pytest.mark.parametrize("topic", TOPICS)
async def test_what_nobody_said_a_word_about_is_told_only_where_it_need_not_be_asked_for(
    room: Room, company: Company, clock: TestClock, topic: str
) -> None:
    home(company, topic)
    TOPICS[topic].tell(company, clock.now())

    await room.tell()

    assert await told(room) == (["wechat"] if TOPICS[topic].always else [])


@pytest.mark.parametrize("topic", TOPICS)
async def test_turned_off_between_two_tellings_it_comes_no_more(
    room: Room, company: Company, clock: TestClock, topic: str
) -> None:
    other = next(one for one in TOPICS if name_of(one) != name_of(topic))
    home(company, topic, ("wechat", False), ("alipay", False), ("sms", True), ("mail", False))
    TOPICS[other].tell(company, clock.now())
    TOPICS[topic].tell(company, clock.now())

    await room.tell()

    rows = await room.pool.fetch(
        "select f.kind, t.way from notice_tries t join notices n using (notice_id) join notice_facts f using (fact_id)"
    )
    ways = {row["way"] for row in rows if room.book.kinds[row["kind"]].topic == name_of(topic)}
    assert ways == {"sms"}


def test_no_topic_channel_or_stop_word_is_missing_from_the_matrix() -> None:
    book = the_book()
    topics = {name_of(topic) for topic in TOPICS}
    light = yaml.safe_load(open("bot/reception/in_light.yml", encoding="utf-8"))["stop"]["topics"]  # noqa: SIM115, PTH123

    assert topics == set(NOTICES.types) == {kind.topic for kind in book.kinds.values()}
    assert {*WAYS, "phone"} == set(NOTICES.channels)
    for kind in book.kinds.values():
        means = next((means for begins, means in light.items() if kind.name.startswith(begins)), "")
        assert kind.topic in means, f"退订 after {kind.name} is not read as {kind.topic}"
    for kind in book.kinds.values():
        assert not (kind.always and kind.topic in ("电费账单", "旬用电量", "营销资讯")), kind.name
