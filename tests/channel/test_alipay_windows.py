"""When the life account may write to somebody: what opened the window, a greeting, a farewell, the template."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from bot.reception.contacts import ContactShelf
from connectors.alipay.account import AlipayAccount
from connectors.alipay.errors import ApiRefused, Fate, fate_of
from connectors.alipay.templates import ReplyTemplate
from connectors.alipay.windows import MemoryBook
from connectors.shared.ports import Contact, ContactBook, Opening
from conversation.identity import ChannelUser
from conversation.message import InboundMessage
from conversation.reply import Reply
from runtime.bus import Bus
from runtime.clock import SHANGHAI
from runtime.errors import SettingsError
from runtime.postgres import Pool
from tests.channel.doors import until
from tests.channel.lines import CHAT_PAGE, alipay_line
from tests.channel.test_alipay_door import CONVERSATION, USER, Line
from tests.channel.test_wechat_door import answering
from tests.fakes.alipay import TEMPLATE_ID, FakeAlipay
from tests.fakes.bot import PHRASES, ScriptedThinker, worker


def _until_noon(now: datetime) -> timedelta:
    return now.replace(hour=12, minute=0) - now


@dataclass
class SetClock:
    """A clock that goes on from noon, since an entry is good for its day, and can be moved."""

    ahead: timedelta = field(default_factory=timedelta)
    noon: timedelta = field(default_factory=lambda: _until_noon(datetime.now(SHANGHAI)))

    def now(self) -> datetime:
        return datetime.now(SHANGHAI) + self.noon + self.ahead


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@asynccontextmanager
async def _line(database: Pool, bus: Bus, url: str, clock: SetClock, template: str = "") -> AsyncIterator[Line]:
    platform = FakeAlipay()
    platform.start()
    made = worker(database, bus, url, ScriptedThinker())
    made.thinker.gate.set()
    async with alipay_line(database, made, platform, clock=clock, template=template) as line:
        yield line
    platform.stop()


@pytest_asyncio.fixture
async def line(database: Pool, bus: Bus, database_url: str, clock: SetClock) -> AsyncIterator[Line]:
    async with _line(database, bus, database_url, clock) as opened:
        yield opened


@pytest_asyncio.fixture
async def knocking(database: Pool, bus: Bus, database_url: str, clock: SetClock) -> AsyncIterator[Line]:
    """An account with a template message."""
    async with _line(database, bus, database_url, clock, TEMPLATE_ID) as opened:
        yield opened


async def _delivery(line: Line) -> str:
    return str((await line.site.lines(CONVERSATION))[-1]["delivery"])


# what came, how many minutes ago -> what the next message says it answers, and where it shows
OCCASIONS: dict[str, tuple[list[tuple[str, float]], tuple[str | None, str]]] = {
    "a click": ([("event_click", 0)], ("click", "1")),
    "a follow": ([("event_follow", 0)], ("follow", "0")),
    "a click long ago": ([("event_click", 6)], (None, "1")),
    "a follow long ago": ([("event_follow", 6)], (None, "1")),
    "a text": ([("text", 0)], (None, "1")),
    "a click after a text": ([("text", 9), ("event_click", 1)], ("click", "1")),
    "a text after a click": ([("event_click", 1), ("text", 0)], (None, "1")),
    "a text, a click long ago": ([("text", 20), ("event_click", 6)], (None, "1")),
    "an entry after a text": ([("text", 9), ("event_enter", 1)], (None, "1")),
    "an entry alone": ([("event_enter", 9)], ("enter_ppchat", "1")),
}


@pytest.mark.parametrize("name", OCCASIONS)
async def test_a_message_names_what_opened_the_window(line: Line, clock: SetClock, name: str) -> None:
    came, expected = OCCASIONS[name]
    for kind, minutes in came:
        clock.ahead = timedelta(minutes=-minutes)
        await line.send(kind, at=time.time() - 60 * minutes)
    await line.site.settled()
    # Whatever the entry was greeted with, its one message is not spent by this.
    await line.site.pool.execute("update contact_windows set used = false")
    line.platform.sent.clear()
    clock.ahead = timedelta()

    await line.site.worker.front.remark(InboundMessage(ChannelUser.of(CONVERSATION), "news", ""), "news")

    await until(lambda: line.platform.sent[USER])
    sent = line.platform.sent[USER][0]
    assert (sent.get("event_type"), sent["chat"]) == expected


async def test_an_entry_is_good_for_one_message(line: Line) -> None:
    await line.send("event_enter")
    await until(lambda: line.platform.texts(USER))
    await line.site.settled()

    await line.site.worker.front.remark(InboundMessage(ChannelUser.of(CONVERSATION), "news", ""), "news")
    await until(lambda: len(line.platform.texts(USER)) == 2)

    assert [one.get("event_type") for one in line.platform.sent[USER]] == ["enter_ppchat", None]


async def test_who_enters_is_greeted_once_a_day(line: Line, clock: SetClock) -> None:
    for _ in range(3):
        await line.send("event_enter")
        await line.site.settled()
    await until(lambda: line.platform.texts(USER))
    assert line.platform.texts(USER) == [PHRASES.say("utter_door_greeting")]
    assert line.platform.sent[USER][0]["event_type"] == "enter_ppchat"

    clock.ahead = timedelta(days=1)
    await line.send("event_enter", at=time.time() + 1)

    await until(lambda: len(line.platform.texts(USER)) == 2)
    assert await line.site.said(CONVERSATION) == [("bot", PHRASES.say("utter_door_greeting"))] * 2


@pytest.mark.parametrize("before", ["text", "event_click", "event_follow"])
async def test_who_was_here_today_is_not_greeted(line: Line, before: str) -> None:
    await line.send(before)
    await until(lambda: line.platform.texts(USER))

    await line.send("event_enter")
    await line.site.settled()

    assert PHRASES.say("utter_door_greeting") not in line.platform.texts(USER)


async def test_nothing_is_written_to_who_has_left(line: Line) -> None:
    line.site.worker.thinker.gate.clear()
    await line.send("text")
    await line.send("event_unfollow", at=time.time() + 1)

    line.site.worker.thinker.gate.set()
    await line.site.settled()
    await line.site.settled()

    assert line.platform.calls == 0
    assert await _delivery(line) == "failed"


async def test_who_comes_back_is_written_to_again(line: Line) -> None:
    await line.send("event_unfollow", at=time.time() - 5)

    await line.send("event_follow")

    await until(lambda: line.platform.texts(USER))
    assert line.platform.texts(USER) == [PHRASES.say("utter_door_welcome")]


async def test_an_answer_after_the_window_goes_as_a_template(knocking: Line) -> None:
    knocking.platform.trouble.append("MSG_SD_OVER_TIME")

    await knocking.send("text")
    await until(lambda: knocking.platform.templates[USER])
    await knocking.site.settled()

    (template,) = knocking.platform.templates[USER]
    context = template["context"]
    assert (template["template_id"], context["url"]) == (TEMPLATE_ID, CHAT_PAGE)
    assert context["first"]["value"] == PHRASES.say("utter_door_notice_first")
    assert context["remark"]["value"] == "回:这个月电费多少"
    assert await _delivery(knocking) == "sent"


async def test_a_long_answer_in_a_template_says_that_there_is_more(knocking: Line) -> None:
    sentence = "这是一句很长的回答，用来看看放不放得下。"
    knocking.site.worker.thinker.think = answering(Reply(sentence * 100))
    knocking.platform.trouble.append("MSG_SD_OVER_TIME")

    await knocking.send("text")
    await until(lambda: knocking.platform.templates[USER])
    await knocking.site.settled()

    (template,) = knocking.platform.templates[USER]
    remark = template["context"]["remark"]["value"]
    assert remark.startswith(sentence)
    assert remark.endswith(PHRASES.say("utter_door_notice_more"))
    assert knocking.platform.texts(USER) == []


async def test_a_refused_template_ends_the_line(knocking: Line) -> None:
    knocking.platform.trouble.extend(["MSG_SD_OVER_TIME", "MSG_TEMPLATE_NOT_EXIST"])

    await knocking.send("text")
    await until(lambda: knocking.platform.calls == 2)
    await knocking.site.settled()

    assert await _delivery(knocking) == "failed"


async def test_a_template_that_fails_for_now_is_tried_again(knocking: Line) -> None:
    knocking.platform.trouble.extend(["MSG_SD_OVER_TIME", "500", "MSG_SD_OVER_TIME"])

    await knocking.send("text")
    await until(lambda: knocking.platform.calls == 2)
    await knocking.site.pool.execute("update messages set next_try_at = null")
    knocking.site.door.courier.wake(CONVERSATION)

    await until(lambda: knocking.platform.templates[USER])
    await knocking.site.settled()
    assert await _delivery(knocking) == "sent"


def test_a_template_needs_the_page_it_opens() -> None:
    account = AlipayAccount("1", "", "", template=TEMPLATE_ID)

    with pytest.raises(SettingsError, match="ALIPAY_TEMPLATE_URL"):
        ReplyTemplate.of(account, PHRASES.say)


# code, sub code -> what becomes of the message
FATES = {
    ("20000", "isp.unknow-error"): Fate.SOON,
    ("20000", ""): Fate.SOON,
    ("20001", "aop.invalid-auth-token"): Fate.MINUTE,
    ("40001", "isv.missing-signature"): Fate.MINUTE,
    ("40002", "isv.invalid-signature"): Fate.MINUTE,
    ("40002", "isv.invalid-timestamp"): Fate.MINUTE,
    ("40002", "isv.invalid-parameter"): Fate.FINAL,
    ("40003", ""): Fate.MINUTE,
    ("40004", "SYSTEM_ERROR"): Fate.SOON,
    ("40004", "ACQ.SYSTEM_ERROR"): Fate.SOON,
    ("40004", "MSG_SD_OVER_TIME"): Fate.WINDOW,
    ("40004", "PUB.MSG_SD_OVER_TIME"): Fate.WINDOW,
    ("40004", "USER_NOT_FOLLOW"): Fate.FINAL,
    ("40005", "isv.app-call-limited"): Fate.MINUTE,
    ("40006", "isv.insufficient-isv-permissions"): Fate.MINUTE,
    ("49999", "something.new"): Fate.FINAL,
}


@pytest.mark.parametrize(("code", "sub_code"), FATES)
def test_every_code_has_its_way(code: str, sub_code: str) -> None:
    assert fate_of(ApiRefused(code, sub_code, "")) is FATES[code, sub_code]


@pytest.fixture(params=["memory", "postgres"])
def book(request: pytest.FixtureRequest, database: Pool, clock: SetClock) -> ContactBook:
    return MemoryBook() if request.param == "memory" else ContactShelf(database, clock)


async def test_a_book_knows_what_was_opened_and_used(book: ContactBook, clock: SetClock) -> None:
    clicked, entered = Opening("click", clock.now()), Opening("enter", clock.now())

    await book.opened(CONVERSATION, "2088+/=", clicked, 10)
    await book.opened(CONVERSATION, "2088+/=", entered, 11)
    await book.used(CONVERSATION, "enter")

    assert await book.find(CONVERSATION) == Contact("2088+/=", (clicked,))
    assert await book.find("alipay:nobody") is None

    await book.opened(CONVERSATION, "2088+/=", entered, 11)  # a retry of the same push
    assert await book.find(CONVERSATION) == Contact("2088+/=", (clicked,))
    await book.opened(CONVERSATION, "2088+/=", entered, 12)
    known = await book.find(CONVERSATION)
    assert known
    assert {one.by for one in known.openings} == {"click", "enter"}


async def test_a_book_takes_no_late_farewell_for_a_new_one(book: ContactBook, clock: SetClock) -> None:
    await book.opened(CONVERSATION, USER, back := Opening("follow", clock.now()), 30)

    await book.left(CONVERSATION, USER, 20)

    assert await book.find(CONVERSATION) == Contact(USER, (back,))


async def test_a_book_lets_no_late_retry_open_what_a_farewell_closed(book: ContactBook, clock: SetClock) -> None:
    await book.opened(CONVERSATION, USER, Opening("message", clock.now()), 10)
    await book.left(CONVERSATION, USER, 20)

    await book.opened(CONVERSATION, USER, Opening("message", clock.now()), 10)
    assert await book.find(CONVERSATION) == Contact(USER, has_left=True)

    await book.opened(CONVERSATION, USER, back := Opening("follow", clock.now()), 30)
    assert await book.find(CONVERSATION) == Contact(USER, (back,))


async def test_a_notice_is_kept_once(database: Pool, clock: SetClock) -> None:
    book = ContactShelf(database, clock)

    new = [await book.keep_notice("alipay", "n1", "alipay.x", {"biz_content": "{}"}) for _ in range(2)]

    assert new == [True, False]
    assert await database.fetchval("select count(*) from platform_notices") == 1


async def test_another_worker_knows_what_opened_the_window(database: Pool, bus: Bus, database_url: str) -> None:
    """The push came to one worker, the answer leaves from another, which was not there when they followed."""
    platform = FakeAlipay()
    platform.start()
    clock, workers = SetClock(), [worker(database, bus, database_url, ScriptedThinker()) for _ in range(2)]
    async with alipay_line(database, workers[0], platform, clock=clock) as first:
        await first.send("event_follow")
        await until(lambda: platform.sent[USER])
    platform.sent.clear()

    async with alipay_line(database, workers[1], platform, clock=clock) as second:
        await workers[1].front.remark(InboundMessage(ChannelUser.of(CONVERSATION), "news", ""), "news")
        await until(lambda: platform.sent[USER])
        await second.site.settled()
    platform.stop()

    assert (platform.sent[USER][0]["event_type"], platform.sent[USER][0]["chat"]) == ("follow", "0")
