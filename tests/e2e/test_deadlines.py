"""What runs out, as a supervisor sees it: the page of deadlines, the wall, late calls and who has not confirmed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import TimeoutError as TooLate

from tests.e2e.desk_people import DeskPerson
from tools.dialogues.books import Books
from tools.dialogues.database import Database

SUPERVISOR = "S0001"
_CHAT = """
    insert into conversations (conversation_id, channel, channel_user, created_at, updated_at)
    values ('wechat:wx_demo_lin', 'wechat', 'wx_demo_lin', %s, %s) on conflict do nothing
"""
_WATCH = """
    insert into watches (kind, ref, conversation_id, account_no, title, owner, begins_at, due_at, first_due_at, step,
        customer_told_at, made_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_FACT = """
    insert into notice_facts (fact_key, kind, family, subject, story, event_no, due_at, worth_until, state, made_at,
        settled_at, said, words, places)
    values ('outage/E1/window/x/soon', 'outage_rotating', 'outage', 'E26112100009', 'outage/E26112100009', 1, %s, %s,
        'told', %s, %s, '{}', '{"chat": "【错峰用电】织女苑今天18:00 错峰停电，看到请回复“收到”。"}', '{织女苑}')
"""
_NOTICE = """
    insert into notices (fact_id, story, person, account_no, place, elder, ways, addresses, way, state, outcome, due_at,
        deadline, made_at, final_at, read_at)
    select fact_id, '', %s, %s, '织女苑', false, '{wechat,sms}', '{}', 'wechat', 'final', 'delivered',
        %s, %s, %s, %s, %s
    from notice_facts where subject = 'E26112100009'
"""
_SILENT = """
    insert into notice_unconfirmed (notice_id, fact_id, care, did, way, at)
    select notice_id, fact_id, %s, %s, %s, %s from notices where account_no = %s
"""
_CALL = """
    insert into notice_calls (fact_id, account_no, phone, care, reason, made_at, call_by)
    select fact_id, %s, '13800006112', %s, 'no_receipt', %s, %s from notice_facts where subject = 'E26112100009'
"""


@pytest.fixture
def house(books: Books) -> Books:
    """Fresh books with a day on which several things run out."""
    books.begin("fixed_now", "nobody", "web", ())
    ours, now = Database(books.stack.plan.addresses.database), books.now()
    ours.write(_CHAT, (now, now))
    chat = "wechat:wx_demo_lin"
    _watch(ours, now, ("promise", "1", chat, "", "师傅今天18点前到", "K0104"), -20, step="lead", told=True)
    _watch(ours, now, ("order", "T26112100001", chat, "", "频繁停电", "K0105"), 95, step="owner")
    _watch(ours, now, ("call", "7", "", "6201011006117", "outage_fault", None), -12, step="duty")
    _watch(ours, now, ("callback", "H26112100001", chat, "", "", None), 40)
    ours.write(_FACT, (now, now + timedelta(hours=1), now, now))
    for number, (care, did, way, read) in enumerate(
        [
            ("key_account", "call", "wechat", None),
            ("continuous_production", "call", "wechat", now),
            ("", "resent", "sms", None),
        ]
    ):
        account = f"620101100{number:04d}"
        ours.write(_NOTICE, (f"wechat:wx_{number}", account, now, now, now, now, read))
        ours.write(_SILENT, (care, did, way, now, account))
    ours.write(_CALL, ("6201011000000", "key_account", now, now - timedelta(minutes=7)))
    ours.close()
    return books


def _watch(
    ours: Database, now: datetime, what: tuple[Any, ...], minutes: int, *, step: str = "", told: bool = False
) -> None:
    due = now + timedelta(minutes=minutes)
    ours.write(_WATCH, (*what, now - timedelta(hours=2), due, due, step, due if told else None, now))


def test_a_supervisor_sees_what_runs_out_and_who_has_not_confirmed(
    house: Books, new_page: Callable[..., Any], screenshots: Path
) -> None:
    desk = DeskPerson(new_page(viewport={"width": 1440, "height": 860}, locale="zh-CN"))
    desk.log_in(house.stack.url("console"), SUPERVISOR, house.stack.plan.secrets["DESK_DEMO_PASSWORD"])
    page = desk.page

    _open(page, "watches")
    page.get_by_test_id("watch").nth(3).wait_for()
    page.screenshot(path=str(screenshots / "deadlines.png"))
    rows = [row.inner_text() for row in page.get_by_test_id("watch").all()]
    assert ["已超" in row for row in rows] == [True, True, False, False]
    assert "师傅今天18点前到" in rows[0]

    _open(page, "notices")
    page.get_by_role("tab").nth(1).click()
    page.get_by_test_id("notice-call-late").wait_for()
    page.screenshot(path=str(screenshots / "late-calls.png"))
    page.get_by_role("tab").nth(0).click()
    page.get_by_test_id("notice-event").first.click()
    silent = page.get_by_test_id("notice-unconfirmed")
    silent.wait_for()
    page.screenshot(path=str(screenshots / "unconfirmed.png"))
    assert silent.inner_text().index("大客户") < silent.inner_text().index("****0002")

    _open(page, "wall")
    page.locator("[data-testid=wall-alarm][data-kind=call_missed]").first.wait_for()
    page.screenshot(path=str(screenshots / "wall-ran-out.png"))


def _open(page: Any, name: str) -> None:
    """Opens a page of the desk, from the bar or from its menu, which may be closing still."""
    page.keyboard.press("Escape")
    entry = page.get_by_test_id(f"page-{name}").first
    for _ in range(5):
        if not entry.is_visible():
            page.get_by_test_id("pages-menu").click()
        with suppress(TooLate):
            return entry.click(timeout=4_000)
    raise AssertionError(f"the page {name} cannot be opened")
