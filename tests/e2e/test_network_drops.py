"""The network drops at each step of a conversation: page and ledger hold the same lines, each once, in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import psycopg2
import pytest

from tests.fakes.cable import Cable
from tools.dialogues.books import Books, wait_until
from tools.dialogues.people import DeskAgent
from tools.dialogues.pictures import picture

Page = Any
Row = tuple[int, str, str]

_LEDGER = """
    select seq, role, body ->> 'text' from messages
    where role <> 'note' and delivery is distinct from 'suppressed' order by seq
"""
# What the page shows of each line; a picture and a place have their own drawing instead of words.
_SHOWN = """
    () => [...document.querySelectorAll('[data-testid=message]')].map((row) => {
        const words = row.querySelector('.Bubble, .SystemMessage');
        return [Number(row.dataset.seq ?? 0), row.dataset.role, words?.textContent ?? ''];
    })
"""


@dataclass
class Talk:
    """A customer on the chat page behind a cable, with the ledger beside."""

    page: Page
    cable: Cable
    books: Books

    def ledger(self) -> list[Row]:
        return self._read(_LEDGER)

    def evaluations(self) -> list[tuple[str, int]]:
        return self._read("select kind, value from evaluations order by evaluation_id")

    def conversation_id(self) -> str:
        return str(self._read("select conversation_id from conversations")[0][0])

    def shown(self) -> list[Row]:
        return [(seq, role, text) for seq, role, text in self.page.evaluate(_SHOWN)]

    def owned(self) -> int:
        """How many lines of the customer the ledger holds."""
        return sum(role == "customer" for _, role, _ in self.ledger())

    def mend(self) -> None:
        self.cable.mend()
        # What a browser tells its pages when the network is back.
        self.page.evaluate("window.dispatchEvent(new Event('online'))")

    def settle(self) -> None:
        """Waits until every line is answered and shown."""
        pending = "select 1 from messages where turn = 'pending' limit 1"
        assert wait_until(lambda: not self._read(pending), 30)
        in_step = wait_until(
            lambda: [row[0] for row in self.shown()] == [row[0] for row in self.ledger()], 30, pause=0.2
        )
        assert in_step, f"page {self.shown()} ledger {self.ledger()}"

    def say(self, text: str) -> None:
        self.page.get_by_test_id("chat-input").fill(text)
        self.page.get_by_test_id("chat-send").click()

    def press(self, _: str) -> None:
        self.page.get_by_test_id("quick-reply").first.click()

    def send_picture(self, name: str) -> None:
        file = {"name": name, "mimeType": "image/png", "buffer": picture(name)}
        self.page.get_by_test_id("attach-file").set_input_files(file)
        self.page.get_by_test_id("picture-send").click()

    def send_again_if_refused(self) -> None:
        """Presses the tray's own way on when a picture was cut off; the browser may have repeated the upload itself."""
        tray = self.page.get_by_test_id("picture-tray")
        refusal = tray.locator("[data-code]")
        assert wait_until(lambda: bool(refusal.count()) or not tray.count(), 15)
        if tray.count():
            self.page.get_by_test_id("picture-send").click()

    def _read(self, query: str) -> list[Any]:
        connection = psycopg2.connect(self.books.stack.plan.addresses.database)
        try:
            with connection.cursor() as cursor:
                cursor.execute(query)
                return list(cursor.fetchall())
        finally:
            connection.close()


Act = Callable[[Talk], None]


def before(talk: Talk, act: Act, arrived: Callable[[], bool]) -> None:
    """The network is gone when the customer acts."""
    talk.cable.cut()
    act(talk)
    talk.page.wait_for_timeout(300)
    assert not arrived()
    talk.mend()


def between(talk: Talk, act: Act, arrived: Callable[[], bool]) -> None:
    """It goes while the bot thinks; the answer is written while nobody is there."""
    act(talk)
    assert wait_until(arrived, 15)
    talk.cable.cut()
    talk.page.wait_for_timeout(1_000)
    talk.mend()


def unheard(talk: Talk, act: Act, arrived: Callable[[], bool]) -> None:
    """What the customer sends arrives, and no answer to it comes back before the line breaks."""
    talk.cable.swallow_answers()
    act(talk)
    if talk.page.get_by_test_id("picture-tray").count():
        talk.page.wait_for_timeout(1_000)
    else:
        assert wait_until(arrived, 15)
    talk.cable.cut()
    talk.mend()


@pytest.fixture
def open_talk(books: Books, new_page: Callable[..., Page]) -> Iterator[Callable[..., Talk]]:
    """Opens the chat page behind a cable of its own, with fresh books."""
    with ExitStack() as laid:

        def open_(*, sockets: bool = True) -> Talk:
            books.begin("fixed_now", "nobody", "web", ())
            cable = Cable(books.stack.plan.ports.bot, sockets=sockets)
            laid.callback(cable.close)
            page = new_page(viewport={"width": 414, "height": 896})
            page.goto(cable.url)
            page.locator('[data-testid="status"][data-phase="online"]').wait_for(timeout=20_000)
            return Talk(page, cable, books)

        yield open_


def words(text: str) -> str:
    return re.sub(r"\s+", "", text)


def check_same(talk: Talk, said: list[str]) -> None:
    """Holds the page against the ledger, and the ledger against what the customer said."""
    talk.settle()
    page, ledger = talk.shown(), talk.ledger()

    assert [(seq, role) for seq, role, _ in page] == [(seq, role) for seq, role, _ in ledger]
    for (_, _, shown), (_, _, held) in zip(page, ledger, strict=True):
        # Addresses are shown short, pictures without words.
        if "http" not in held and not held.startswith("["):
            assert words(shown) == words(held)
    assert [text for _, role, text in ledger if role == "customer"] == said
    assert talk.page.locator("[data-state]").count() == 0


@pytest.mark.parametrize("sockets", [True, False], ids=["socket", "long poll"])
@pytest.mark.parametrize("drop", [before, between, unheard])
def test_nothing_is_lost_or_doubled_when_the_network_drops_at_each_step(
    open_talk: Callable[..., Talk], drop: Callable[..., None], sockets: bool
) -> None:
    talk = open_talk(sockets=sockets)

    def step(act: Act) -> None:
        held = talk.owned()
        drop(talk, act, lambda: talk.owned() > held)
        talk.send_again_if_refused()
        assert wait_until(lambda: talk.owned() == held + 1, 40)
        talk.settle()

    step(lambda one: one.say("你好"))
    label = talk.page.get_by_test_id("quick-reply").first.inner_text()
    step(lambda one: one.press(label))
    step(lambda one: one.send_picture("表箱.png"))
    step(lambda one: one.say("转人工"))
    desk = DeskAgent(talk.books.stack.url("console"), "K0104", talk.books.stack.plan.secrets["DESK_DEMO_PASSWORD"])
    desk.act(talk.conversation_id(), "accept", "")
    step(lambda one: one.say("师傅几点到"))
    talk.cable.cut()
    desk.act(talk.conversation_id(), "say", "马上就到")
    talk.mend()
    talk.settle()
    desk.act(talk.conversation_id(), "close", "已处理")
    talk.settle()

    check_same(talk, ["你好", label, "[图片]", "转人工", "师傅几点到"])


def test_what_was_typed_offline_outlives_the_page_and_is_sent_once_in_order(open_talk: Callable[..., Talk]) -> None:
    talk = open_talk()
    talk.say("你好")
    talk.settle()
    talk.cable.cut()
    for text in ("第一件事", "第二件事", "第三件事"):
        talk.say(text)
    talk.page.get_by_test_id("waiting").nth(2).wait_for(timeout=15_000)
    context = talk.page.context
    talk.page.close()

    talk.cable.mend()
    talk.page = context.new_page()
    talk.page.goto(talk.cable.url)
    assert wait_until(lambda: talk.owned() == 4, 40)

    check_same(talk, ["你好", "第一件事", "第二件事", "第三件事"])


def test_two_tabs_of_one_visitor_are_in_step(open_talk: Callable[..., Talk]) -> None:
    talk = open_talk()
    talk.say("你好")
    talk.settle()
    other = Talk(talk.page.context.new_page(), talk.cable, talk.books)
    other.page.goto(talk.cable.url)
    other.settle()

    talk.page.get_by_test_id("chat-input").fill("还没说完")
    other.say("织女苑停电了吗")
    other.settle()
    check_same(talk, ["你好", "织女苑停电了吗"])
    other.page.get_by_test_id("thumb_down").last.click()
    other.page.get_by_test_id("fault-too_long").click()
    shared = talk.page.get_by_test_id("thumbs").last
    talk.page.locator('[data-testid="fault-too_long"][aria-pressed="true"]').wait_for(timeout=15_000)

    assert shared.get_attribute("data-value") == "-1"
    assert other.page.get_by_test_id("chat-input").input_value() == ""
    assert talk.page.get_by_test_id("chat-input").input_value() == "还没说完"
    assert talk.evaluations() == [("answer", -1)]


def test_a_service_is_evaluated_once_however_the_network_drops(open_talk: Callable[..., Talk]) -> None:
    talk = open_talk()
    talk.say("转人工")
    talk.settle()
    desk = DeskAgent(talk.books.stack.url("console"), "K0104", talk.books.stack.plan.secrets["DESK_DEMO_PASSWORD"])
    desk.act(talk.conversation_id(), "accept", "")
    desk.act(talk.conversation_id(), "return", "已处理")
    talk.page.get_by_test_id("survey").wait_for(timeout=15_000)

    talk.page.get_by_test_id("survey-star").nth(3).click()
    talk.cable.cut()
    talk.page.get_by_test_id("survey-submit").click()
    talk.page.locator('[data-code="web.unreachable"]').wait_for(timeout=15_000)
    assert talk.evaluations() == []
    talk.mend()
    talk.page.get_by_test_id("survey-submit").click()
    talk.page.get_by_test_id("survey-given").wait_for(timeout=15_000)
    talk.page.reload()
    given = talk.page.get_by_test_id("survey-given")
    given.wait_for(timeout=15_000)

    assert given.get_attribute("data-value") == "4"
    assert talk.page.get_by_test_id("survey").count() == 0
    assert talk.evaluations() == [("service", 4)]
