"""What customers order themselves: the bill with the year's chart, ten days' use, points; and how often at most."""

from __future__ import annotations

from datetime import timedelta

import pytest
import yaml

from notices.errors import KindsBroken
from notices.information import Information
from notices.kinds import FILE, read_book
from runtime.postgres import Pool
from tests.component.notices.company import Company, Room
from tests.component.notices.conftest import TestClock

YEAR = [{"period": f"2026-{month:02d}", "kwh": str(100 + month)} for month in range(1, 11)]
BILL = {"period": "2026-10", "kwh": "110", "total": "64.79", "due": "2026-11-25", "year": YEAR}
POINTS = {"points": 320, "expires_on": "2026-12-31"}
USAGE = {"since": "2026-11-11", "until": "2026-11-20", "kwh": "71.5"}


def reader(company: Company, *topics: str, account_no: str = "3001") -> None:
    wishes = [(topic, "wechat", True) for topic in topics]
    company.home(account_no, area="TA-3", people=[("wechat", f"wx{account_no}")], wishes=wishes)


async def test_a_bill_carries_the_years_chart_to_where_it_can_be_shown(
    room: Room, company: Company, database: Pool
) -> None:
    reader(company, "电费账单")
    company.tell("bill.issued", "3001-2026-10", account_no="3001", data=BILL)

    await room.tell()

    card = (await database.fetchval("select body from messages where body ? 'told'"))["card"]
    assert (card["kind"], card["title"]) == ("bill", "2026年10月电费账单")
    assert card["rows"][:2] == [{"label": "用电", "value": "110 度"}, {"label": "电费", "value": "64.79 元"}]
    assert card["chart"]["labels"][-1] == "26-10"
    assert (card["chart"]["values"], card["chart"]["highlight"]) == ([float(100 + month) for month in range(1, 11)], 9)


async def test_a_bill_without_its_year_is_told_without_a_chart(room: Room, company: Company, database: Pool) -> None:
    reader(company, "电费账单")
    company.tell("bill.issued", "3001-2026-10", account_no="3001", data={**BILL, "year": []})

    await room.tell()

    assert "card" not in await database.fetchval("select body from messages where body ? 'told'")


@pytest.mark.parametrize(
    ("event", "subject", "data", "topic", "words"),
    [
        ("points.expiring", "3001-2026", POINTS, "营销资讯", "320 积分，12月31日到期"),
        ("usage.noted", "3001-2026-11-20", USAGE, "旬用电量", "11月11日至11月20日用电 71.5 度"),
    ],
    ids=["points", "ten days"],
)
async def test_only_who_turned_it_on_hears_of_it_once(
    room: Room, company: Company, event: str, subject: str, data: dict[str, object], topic: str, words: str
) -> None:
    reader(company, topic)
    reader(company, account_no="3002")
    for _ in range(2):
        company.tell(event, subject, account_no="3001", data=data)
    company.tell(event, subject.replace("3001", "3002"), account_no="3002", data=data)

    await room.tell()

    (line,) = await room.lines("wechat:wx3001")
    assert words in line
    assert await room.lines("wechat:wx3002") == []


async def test_no_more_than_three_a_week_and_what_must_be_known_is_not_counted(
    room: Room, company: Company, clock: TestClock
) -> None:
    reader(company, "旬用电量", "营销资讯", "电费账单")
    for number in range(5):
        company.tell("usage.noted", f"3001-2026-11-{number}", account_no="3001", data=USAGE)
    company.tell("bill.issued", "3001-2026-10", account_no="3001", data=BILL)
    company.outage("raised", areas=["TA-3"], eta=None)
    await room.tell()

    kinds = sorted(row["kind"] for row in await room.notices() if row["outcome"] != "superseded")
    assert [kinds.count(kind) for kind in ("usage_ten_days", "bill_issued", "outage_fault_open")] == [1, 1, 1]
    for number in range(5):
        clock.pass_(hours=1)
        company.tell("points.expiring", f"3001-{number}", account_no="3001", data=POINTS)
        await room.tell()
    assert len(await room.notices(kind="points_expiring")) == 2

    clock.pass_(days=8)
    company.tell("points.expiring", "3001-9", account_no="3001", data=POINTS)
    await room.tell()
    assert len(await room.notices(kind="points_expiring")) == 3


async def test_news_go_once_to_those_who_asked_for_them(
    room: Room, company: Company, clock: TestClock, database: Pool
) -> None:
    reader(company, "营销资讯")
    reader(company, account_no="3002")
    company.home("3003", area="TA-9", people=[("wechat", "far")], wishes=[("营销资讯", "wechat", True)])
    company.home("3004", area="TA-3", people=[("wechat", "off")], wishes=[("营销资讯", "wechat", False)])
    post = "insert into notice_information (title, text, area_ids, posted_by, posted_at) values ($1, 'x', $2, 's', $3)"
    await database.execute(post, "迎峰度夏", [], clock.now())
    await database.execute(post, "三号台区", ["TA-3"], clock.now())
    workers = [Information(database, clock), Information(database, clock)]
    while any([await worker.take_next() for worker in workers]):
        pass

    await room.tell()

    told = [await room.lines(f"wechat:{user}") for user in ("wx3001", "wx3002", "far", "off")]
    assert [len(lines) for lines in told] == [2, 0, 1, 0]
    assert told[2] == ["【迎峰度夏】x\n不想再收到，回复“退订”。"]


async def test_an_old_estimate_is_told_with_the_time_it_was_given_and_a_passed_one_not_at_all(
    room: Room, company: Company, clock: TestClock
) -> None:
    noon = clock.now()
    company.home("3001", area="TA-3", people=[("wechat", "wx3001")])
    company.outage("raised", areas=["TA-3"], eta=noon + timedelta(hours=7), started=noon)
    await room.tell()
    for hours in (4, 2, 2):
        clock.pass_(hours=hours)
        await room.tell()

    lines = await room.lines("wechat:wx3001")
    assert "预计 今天19:00 恢复，以现场为准" in lines[0]
    assert "现场 今天12:00 报的是 今天19:00 恢复，之后还没有新消息，仅供参考" in lines[1]
    assert "19:00" not in lines[-1]
    assert "恢复时间还定不下来" in lines[-1]


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("bill_issued", {"card": {"kind": "bill", "title": "{nobody}", "unit": "x", "shows": [], "rows": {}}}),
        ("bill_issued", {"card": {"kind": "bill", "title": "x", "unit": "x", "shows": ["nobody"], "rows": {}}}),
        ("outage_fault", {"capped": True}),
    ],
    ids=["a value not shown", "a value not told", "capped and mandatory"],
)
def test_a_table_that_cannot_be_kept_stops_the_start(kind: str, change: dict[str, object]) -> None:
    table = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    table["kinds"][kind] |= change

    with pytest.raises(KindsBroken):
        read_book(table)
