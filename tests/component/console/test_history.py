"""Looking back: one person's lines at other doors, pictures among them, and words looked for."""

from __future__ import annotations

import pytest

from conversation.reply import HandoffRequest
from handoff.desk import Desk
from handoff.media import file_of
from runtime.postgres import Pool
from tests.component.console.desk_server import Person
from tests.component.handoff.chats import Chat, StepClock

PICTURE = "fedcba9876543210" * 2


@pytest.fixture
async def past(database: Pool, clock: StepClock) -> Chat:
    """What the customer wrote at another door before."""
    conversation = Chat(database, clock, "visitor-old")
    await conversation.write("上周就报过修")
    await conversation.write("一直没人来")
    return conversation


@pytest.fixture
async def linked(past: Chat, chat: Chat, database: Pool) -> Chat:
    """The chat of a customer who has proved to be the one of `past`."""
    await _link(database, chat.id, past.id)
    return chat


async def _link(database: Pool, conversation_id: str, source_id: str) -> None:
    await database.execute(
        "insert into identity_links values ($1, $2, $3, 'code', now())", f"l-{source_id}", conversation_id, source_id
    )


async def test_the_lines_of_another_door_stand_with_their_door(agent: Person, linked: Chat, desk: Desk) -> None:
    await desk.take_over(linked.id, agent.identity)

    answer = await agent.get(f"/api/conversations/{linked.id}/history")

    assert [line["message"]["text"] for line in answer.body["lines"]] == ["上周就报过修", "一直没人来"]
    assert {(line["conversation_id"], line["channel"]) for line in answer.body["lines"]} == {("web:visitor-old", "web")}
    assert answer.body["before"] is None


async def test_a_link_is_followed_one_way_only(agent: Person, linked: Chat, past: Chat, desk: Desk) -> None:
    await desk.take_over(past.id, agent.identity)

    answer = await agent.get(f"/api/conversations/{past.id}/history")

    assert answer.body["lines"] == []


async def test_a_link_of_a_link_is_the_same_person(
    agent: Person, linked: Chat, past: Chat, desk: Desk, database: Pool, clock: StepClock
) -> None:
    oldest = Chat(database, clock, "visitor-oldest")
    await oldest.write("最早的一句")
    await _link(database, past.id, oldest.id)
    await desk.take_over(linked.id, agent.identity)

    answer = await agent.get(f"/api/conversations/{linked.id}/history")

    assert "最早的一句" in [line["message"]["text"] for line in answer.body["lines"]]


async def test_history_is_read_page_by_page_without_gap_or_double(
    agent: Person, linked: Chat, past: Chat, desk: Desk
) -> None:
    for number in range(130):
        await past.write(f"第{number}句")
    await desk.take_over(linked.id, agent.identity)

    heard: list[str] = []
    before = ""
    while before is not None:
        answer = await agent.get(f"/api/conversations/{linked.id}/history?before={before}")
        heard = [line["message"]["text"] for line in answer.body["lines"]] + heard
        before = answer.body["before"]

    assert heard == ["上周就报过修", "一直没人来", *[f"第{number}句" for number in range(130)]]


async def test_who_may_not_read_the_chat_reads_no_history(
    agent: Person, colleague: Person, linked: Chat, desk: Desk
) -> None:
    await desk.take_over(linked.id, colleague.identity)

    answer = await agent.get(f"/api/conversations/{linked.id}/history")

    assert (answer.status, answer.code) == (403, "console.not_allowed")


async def test_reading_history_is_written_down(agent: Person, linked: Chat, desk: Desk, database: Pool) -> None:
    await desk.take_over(linked.id, agent.identity)

    await agent.get(f"/api/conversations/{linked.id}/history")

    assert await database.fetchval("select count(*) from audit where action = 'history.read'") == 1


async def test_a_broken_cursor_is_refused(agent: Person, linked: Chat, desk: Desk) -> None:
    await desk.take_over(linked.id, agent.identity)

    answer = await agent.get(f"/api/conversations/{linked.id}/history?before=nonsense")

    assert (answer.status, answer.code) == (400, "console.field.type")


async def test_a_picture_of_another_door_is_shown_within_this_persons_chat_only(
    agent: Person, linked: Chat, past: Chat, desk: Desk, database: Pool
) -> None:
    await desk.take_over(linked.id, agent.identity)
    row = "insert into media values ($1, $2, 'image', 'a.png', 'image/png', 9, now())"
    await database.execute(row, PICTURE, past.id)
    file = file_of(agent.server.settings.media_dir, PICTURE)
    file.parent.mkdir(parents=True)
    file.write_bytes(b"a picture")

    shown = await agent.get(f"/api/media/{PICTURE}?within={linked.id}")
    bare = await agent.get(f"/api/media/{PICTURE}")

    assert (shown.status, bare.status) == (200, 403)


async def test_words_are_found_and_signs_of_the_store_are_only_signs(agent: Person, chat: Chat, desk: Desk) -> None:
    await chat.write("优惠了100%吗")
    await chat.write("优惠了100元吗")
    await desk.take_over(chat.id, agent.identity)

    found = await agent.get(f"/api/conversations/{chat.id}/search?words=100%25")
    nothing = await agent.get(f"/api/conversations/{chat.id}/search?words=")

    assert [message["text"] for message in found.body["messages"]] == ["优惠了100%吗"]
    assert (nothing.status, nothing.code) == (400, "console.text.empty")


async def test_fetching_ahead_marks_nothing_as_read(agent: Person, chat: Chat, desk: Desk, database: Pool) -> None:
    await desk.take_over(chat.id, agent.identity)

    await agent.get(f"/api/conversations/{chat.id}?peek=1")

    assert await database.fetchval("select agent_read_seq from conversations") == 0


async def test_the_list_says_how_long_the_customer_has_waited_and_may_wait(
    agent: Person, chat: Chat, desk: Desk
) -> None:
    await desk.request(chat.id, HandoffRequest("fault", "asked", 0))
    queued = (await agent.get("/api/queue")).body["escalations"][0]
    await desk.take_over(chat.id, agent.identity)
    first = (await agent.get("/api/conversations")).body["conversations"][0]
    await desk.say(chat.id, agent.identity, "c1", "您好")
    answered = (await agent.get("/api/conversations")).body["conversations"][0]
    await chat.write("还没来电")
    again = (await agent.get("/api/conversations")).body["conversations"][0]

    assert (queued["limit_s"], queued["amber_s"]) == (15, 9)
    assert (first["limit_s"], first["waiting_s"] is None) == (30, False)
    assert answered["waiting_s"] is None
    assert again["waiting_s"] >= 0
