"""Two agents, a supervisor and a customer, each before a screen of their own, over the whole running house."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from tests.e2e.desk_people import Customer, DeskPerson
from tools.dialogues.books import Books

Page = Any
JIANG, GU, LIU = "K0104", "K0105", "S0001"


@pytest.fixture
def house(books: Books) -> Books:
    """Fresh books and no conversations."""
    books.begin("fixed_now", "nobody", "web", ())
    return books


@pytest.fixture
def customer(house: Books, new_page: Callable[..., Page]) -> Customer:
    """A customer at the chat page."""
    person = Customer(new_page(viewport={"width": 414, "height": 896}))
    person.come(house.stack.url("bot"))
    return person


@pytest.fixture
def come(house: Books, new_page: Callable[..., Page]) -> Callable[[str], DeskPerson]:
    """Brings somebody to the desk, with a browser of their own."""

    def bring(number: str) -> DeskPerson:
        person = DeskPerson(new_page(viewport={"width": 1280, "height": 720}))
        person.log_in(house.stack.url("console"), number, house.stack.plan.secrets["DESK_DEMO_PASSWORD"])
        return person

    return bring


def test_of_two_who_accept_at_once_one_wins_and_the_other_is_told(
    house: Books, customer: Customer, come: Callable[[str], DeskPerson], screenshots: Path
) -> None:
    jiang, gu = come(JIANG), come(GU)
    customer.say("转人工")
    jiang.sees_waiting()
    gu.sees_waiting()

    # Both pages press before either server answer can change the other's list.
    for person in (jiang, gu):
        person.page.get_by_test_id("accept").first.evaluate("button => setTimeout(() => button.click(), 50)")

    winner, loser = _sorted_by_luck(jiang, gu)
    loser.is_told("已被 .+ 接入")
    loser.page.screenshot(path=screenshots / "desk-too-late.png")
    winner.say("您好，我来帮您")
    customer.hears("我来帮您")
    assert _accepted(house) == 1


def test_a_talk_with_note_supervisor_return_and_close(
    house: Books, customer: Customer, come: Callable[[str], DeskPerson], screenshots: Path
) -> None:
    jiang, liu = come(JIANG), come(LIU)
    customer.say("转人工")
    jiang.accept()
    jiang.serves()
    jiang.say("您好，请讲")
    customer.hears("请讲")
    customer.say("<b>家里</b>电压忽高忽低")
    jiang.sees("<b>家里</b>电压忽高忽低")
    jiang.note("客户语气急，优先")

    liu.list_tab("all")
    liu.page.get_by_test_id("conversation-item").first.click()
    liu.sees("客户语气急，优先")
    liu.take_over()
    liu.say("我是班长，已催抢修")
    customer.hears("已催抢修")
    liu.page.screenshot(path=screenshots / "desk-supervisor.png")
    jiang.page.get_by_test_id("return-button").wait_for(state="detached", timeout=20_000)

    liu.give_back("已催抢修，等电话")
    customer.hears("交还|机器人")
    customer.say("转人工")
    jiang.accept()
    jiang.serves()
    jiang.close("已解释")
    customer.hears("结束")
    assert customer.heard("客户语气急") == 0
    assert _bot_lines_in_service(house) == 0


def test_a_session_that_is_replaced_in_mid_sentence_keeps_the_draft(
    house: Books, customer: Customer, come: Callable[[str], DeskPerson]
) -> None:
    jiang = come(JIANG)
    customer.say("转人工")
    jiang.accept()
    jiang.serves()
    jiang.type("这句话写到一半")

    elsewhere = come(JIANG)
    jiang.page.get_by_test_id("session-replaced").wait_for(timeout=20_000)
    elsewhere.page.close()
    jiang.page.get_by_test_id("login-again").click()
    jiang.enter(JIANG, house.stack.plan.secrets["DESK_DEMO_PASSWORD"])

    jiang.page.get_by_test_id("reply-input").wait_for(timeout=20_000)
    assert jiang.typed() == "这句话写到一半"


def _sorted_by_luck(first: DeskPerson, second: DeskPerson) -> tuple[DeskPerson, DeskPerson]:
    """Who serves, and who does not."""
    for _ in range(100):
        for one, other in ((first, second), (second, first)):
            if one.page.get_by_test_id("return-button").is_visible():
                return one, other
        first.page.wait_for_timeout(100)
    pytest.fail("nobody serves")


def _accepted(house: Books) -> int:
    return _count(house, "select count(*) from escalation_events where name = 'escalation.accepted'")


def _bot_lines_in_service(house: Books) -> int:
    return _count(
        house,
        """select count(*) from messages m join escalations e using (conversation_id)
           where m.role = 'bot' and m.delivery <> 'suppressed' and e.accepted_at is not null
             and m.created_at > e.accepted_at and m.created_at < e.ended_at""",
    )


def _count(house: Books, query: str) -> int:
    connection = psycopg2.connect(house.stack.plan.addresses.database)
    try:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return int(cursor.fetchone()[0])
    finally:
        connection.close()
