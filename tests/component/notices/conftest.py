"""The room of notices on real stores, with a company that a test writes and a clock that it moves."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from notices.kinds import Book, the_book
from runtime.clock import SHANGHAI
from runtime.postgres import Pool
from tests.component.notices.company import Company, Room

NOON = datetime(2026, 11, 21, 12, tzinfo=SHANGHAI)


class TestClock:
    """A clock that stands until a test moves it."""

    __test__ = False

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """See base class."""
        return self.at

    def pass_(self, **spans: float) -> None:
        """Lets time pass, e.g. `pass_(hours=2)`."""
        self.at += timedelta(**spans)


@pytest.fixture
def clock() -> TestClock:
    """Noon of a Saturday."""
    return TestClock(NOON)


@pytest.fixture
def book() -> Book:
    """The house's own table of kinds."""
    return the_book()


@pytest.fixture
def company(clock: TestClock) -> Company:
    """A company with one area and three homes."""
    made = Company(clock)
    made.home("1001", area="TA-1", phone="13800001001", people=[("wechat", "wx_a")])
    made.home("1002", area="TA-1", phone="13800001002", people=[("alipay", "ali_b")])
    made.home("1003", area="TA-1", phone="13800001003")
    made.home("2001", area="TA-2", phone="13800002001", people=[("wechat", "wx_z")])
    return made


@pytest.fixture
def room(database: Pool, clock: TestClock, company: Company, book: Book) -> Room:
    """The room at work: `await room.run()` makes every round until nothing is due."""
    return Room(database, clock, company, book)
