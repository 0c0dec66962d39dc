"""The desk's network drops at each step of an agent's work: no line lost, none twice, what was typed still there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import psycopg2.extras
import pytest

from runtime.embedded import free_port
from tests.e2e.desk_people import DeskPerson
from tests.fakes.cable import Cable
from tools.desk_scene import Scene, furnish
from tools.dialogues.books import wait_until
from tools.stack import Stack
from tools.stack.plan import Ports

Page = Any
_WRITE = """
    with numbered as (
        update conversations set last_seq = last_seq + 1, updated_at = now() where conversation_id = %(id)s
        returning conversation_id, last_seq, epoch
    )
    insert into messages (conversation_id, seq, role, body, epoch, turn, created_at)
    select conversation_id, last_seq, 'customer', %(body)s, epoch, 'done', now() from numbered
"""


@dataclass
class Desk:
    """A desk behind a cable, with the invented hour in it."""

    stack: Stack
    scene: Scene
    cable: Cable

    def customer_writes(self, conversation_id: str, text: str) -> None:
        """A line arrives, as if by another worker: nobody tells the desk, which looks by itself."""
        self._run(_WRITE, {"id": conversation_id, "body": psycopg2.extras.Json({"text": text})})

    def said(self, conversation_id: str, text: str) -> int:
        """How often the ledger holds these words of the agent."""
        query = "select count(*) from messages where conversation_id = %s and role = 'agent' and body ->> 'text' = %s"
        return int(self._run(query, (conversation_id, text))[0][0])

    def _run(self, query: str, values: Any) -> list[Any]:
        connection = psycopg2.connect(self.stack.plan.addresses.database)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()


@pytest.fixture(scope="module")
def desk(stores: Path) -> Iterator[Desk]:
    """A console whose pages may come through the cable."""
    port = free_port()
    cable = Cable(port)
    extra = {"CONSOLE_ALLOWED_ORIGINS": f"{cable.url},http://127.0.0.1:{port}"}
    with Stack(stores / "desk-drops", ports=Ports(console=port), processes=("console",), extra=extra) as stack:
        yield Desk(stack, furnish(stack), cable)
    cable.close()


@pytest.fixture
def jiang(desk: Desk, new_page: Callable[..., Page]) -> Iterator[DeskPerson]:
    """The agent of twelve chats, in the richest of them."""
    desk.cable.mend()
    person = DeskPerson(new_page())
    person.log_in(desk.cable.url, desk.scene.agent, desk.stack.plan.secrets["DESK_DEMO_PASSWORD"])
    person.list_tab("mine")
    person.open_chat(desk.scene.richest)
    yield person
    desk.cable.mend()


def mend(desk: Desk, person: DeskPerson) -> None:
    desk.cable.mend()
    # What a browser tells its pages when the network is back.
    person.page.evaluate("window.dispatchEvent(new Event('online'))")
    person.is_online()


def test_lines_that_came_while_cut_off_are_all_there_once(desk: Desk, jiang: DeskPerson) -> None:
    desk.cable.cut()
    jiang.is_cut_off()
    for number in range(5):
        desk.customer_writes(desk.scene.richest, f"断线时的第{number}句")

    mend(desk, jiang)

    jiang.sees("断线时的第4句")
    assert [jiang.seen(f"断线时的第{number}句") for number in range(5)] == [1] * 5


def test_what_is_typed_while_cut_off_stays_and_is_sent_once(desk: Desk, jiang: DeskPerson) -> None:
    jiang.type("写到一半")
    desk.cable.cut()
    jiang.is_cut_off()
    jiang.say("断线时按了发送")
    jiang.page.get_by_test_id("send-error").wait_for()
    assert jiang.typed() == "断线时按了发送"

    mend(desk, jiang)
    jiang.send()

    jiang.sees("断线时按了发送")
    assert (jiang.typed(), desk.said(desk.scene.richest, "断线时按了发送")) == ("", 1)


def test_an_answer_lost_on_its_way_back_doubles_nothing(desk: Desk, jiang: DeskPerson) -> None:
    desk.cable.swallow_answers()
    jiang.say("回执丢在路上")
    jiang.page.get_by_test_id("send-error").wait_for()
    assert desk.said(desk.scene.richest, "回执丢在路上") == 1

    desk.cable.cut()
    mend(desk, jiang)
    jiang.sees("回执丢在路上")
    jiang.send()

    assert wait_until(lambda: jiang.typed() == "", 15)
    assert (desk.said(desk.scene.richest, "回执丢在路上"), jiang.seen("回执丢在路上")) == (1, 1)


def test_a_cut_between_two_chats_keeps_both_drafts(desk: Desk, jiang: DeskPerson) -> None:
    other = desk.scene.served[1]
    jiang.type("给第一位的话")
    desk.cable.cut()
    jiang.is_cut_off()
    jiang.open_chat(other)
    jiang.type("给第二位的话")

    mend(desk, jiang)
    jiang.open_chat(desk.scene.richest)

    assert jiang.typed() == "给第一位的话"
    jiang.open_chat(other)
    assert jiang.typed() == "给第二位的话"
    jiang.type("")


def test_a_reload_comes_back_to_the_chat_and_its_draft(desk: Desk, jiang: DeskPerson) -> None:
    jiang.type("刷新也还在")

    jiang.page.reload()

    jiang.is_online()
    jiang.page.get_by_test_id("takeover-card").wait_for()
    assert jiang.typed() == "刷新也还在"
    jiang.type("")


def test_the_list_catches_up_with_what_came_in_other_chats(desk: Desk, jiang: DeskPerson) -> None:
    quiet = desk.scene.served[3]
    desk.cable.cut()
    jiang.is_cut_off()
    desk.customer_writes(quiet, "我在另一个会话里问")

    mend(desk, jiang)

    row = jiang.page.locator(f'[data-testid="conversation-item"][data-conversation="{quiet}"]')
    row.filter(has_text="我在另一个会话里问").wait_for(timeout=15_000)
    assert row.get_by_test_id("wait").count() == 1
