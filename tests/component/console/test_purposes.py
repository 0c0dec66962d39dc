"""Which chat somebody may read, and for what: by address, in lists, live and with its pictures."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from console.server.passwords import Passwords
from conversation.reply import HandoffRequest
from handoff.desk import Desk
from runtime.postgres import Pool
from tests.component.console.desk_server import DeskServer, Person
from tests.component.handoff.chats import Chat, StepClock

ASKED = HandoffRequest("application", "asked", 5, {"slots": [{"name": "phone", "value": "13800001011"}]})


@pytest_asyncio.fixture
async def other_skill(server: DeskServer, database: Pool, passwords: Passwords) -> AsyncIterator[Person]:
    """An agent who serves faults only."""
    person = await server.hire(database, passwords, "K0301", "温如玉", skills=("fault",))
    await person.log_in()
    yield person
    await person.leave()


@pytest_asyncio.fixture
async def quality(server: DeskServer, database: Pool, passwords: Passwords) -> AsyncIterator[Person]:
    person = await server.hire(database, passwords, "Q0001", "严正平", role="quality")
    await person.log_in()
    yield person
    await person.leave()


async def test_an_agent_of_another_skill_opens_nothing_by_its_address(
    other_skill: Person, chat: Chat, desk: Desk
) -> None:
    number = (await desk.request(chat.id, ASKED)).escalation.escalation_id
    calls = [
        await other_skill.get(f"/api/conversations/{chat.id}"),
        await other_skill.get(f"/api/conversations/{chat.id}/messages"),
        await other_skill.post(f"/api/escalations/{number}/accept"),
        await other_skill.post(f"/api/conversations/{chat.id}/takeover"),
        await other_skill.post(f"/api/conversations/{chat.id}/messages", {"client_id": "c", "text": "您好"}),
        await other_skill.post(f"/api/conversations/{chat.id}/notes", {"client_id": "c", "text": "记"}),
        await other_skill.post(
            f"/api/conversations/{chat.id}/unmask", {"field": "asked", "reason": "call_back", "words": ""}
        ),
    ]

    assert {(answer.status, answer.code) for answer in calls} == {(403, "console.not_allowed")}
    assert (await other_skill.get("/api/queue")).body["escalations"] == []
    assert (await chat.owner())[0] == "queue"


async def test_danger_is_seen_and_taken_by_everybody(other_skill: Person, chat: Chat, desk: Desk) -> None:
    number = (await desk.request(chat.id, HandoffRequest("danger", "safety", 0))).escalation.escalation_id

    assert len((await other_skill.get("/api/queue")).body["escalations"]) == 1
    assert (await other_skill.post(f"/api/escalations/{number}/accept")).status == 200


async def test_a_live_line_of_another_skill_is_not_told(
    other_skill: Person, supervisor: Person, chat: Chat, desk: Desk
) -> None:
    deaf, hearing = await other_skill.open_socket(), await supervisor.open_socket()

    await desk.request(chat.id, ASKED)
    event = await hearing.until("message", conversation_id=chat.id)
    await hearing.until("queue.changed")
    await deaf.until("queue.changed")
    await deaf.ping()

    assert event["message"]["text"] != ""
    assert [each for each in deaf.seen if each.get("conversation_id") == chat.id] == []


async def test_who_serves_reads_in_full_and_who_watches_reads_masked(
    agent: Person, supervisor: Person, chat: Chat, desk: Desk, database: Pool
) -> None:
    await desk.take_over(chat.id, agent.identity)

    mine = (await agent.get(f"/api/conversations/{chat.id}")).body["messages"][0]["text"]
    watched = (await supervisor.get(f"/api/conversations/{chat.id}")).body["messages"][0]["text"]
    listed = (await agent.get("/api/conversations")).body["conversations"][0]["last_text"]

    assert (mine, watched) == ("家里停电了，电话13800001011", "家里停电了，电话138****1011")
    assert "13800001011" not in listed
    reads = await database.fetch("select actor, detail ->> 'purpose' from audit where action = 'conversation.read'")
    assert [tuple(row) for row in reads] == [("S0001", "supervision")]


async def test_a_live_line_is_masked_for_who_watches(agent: Person, supervisor: Person, chat: Chat, desk: Desk) -> None:
    await desk.take_over(chat.id, agent.identity)
    sockets = [await agent.open_socket(), await supervisor.open_socket()]

    seq = await chat.write("换个号 13900002022")
    await desk.bus.publish(f"conversation:{chat.id}", {"kind": "message", "seq": seq})
    texts = []
    for socket in sockets:
        event = await socket.until("message", conversation_id=chat.id)
        while event["message"]["seq"] != seq:
            event = await socket.until("message", conversation_id=chat.id)
        texts.append(event["message"]["text"])

    assert texts == ["换个号 13900002022", "换个号 139****2022"]


async def test_a_quality_reader_reads_what_a_person_served_and_writes_nothing(
    agent: Person, quality: Person, chat: Chat, desk: Desk
) -> None:
    before = await quality.get(f"/api/conversations/{chat.id}")
    await desk.take_over(chat.id, agent.identity)
    await desk.close(chat.id, agent.identity, "办结")

    after = await quality.get(f"/api/conversations/{chat.id}")
    listed = await quality.get("/api/conversations?scope=all")
    note = await quality.post(f"/api/conversations/{chat.id}/notes", {"client_id": "c", "text": "记"})

    assert (before.status, after.status, note.status) == (403, 200, 403)
    assert "138****1011" in after.body["messages"][0]["text"]
    assert [one["id"] for one in listed.body["conversations"]] == [chat.id]


async def test_who_served_last_reads_until_somebody_else_has_it(
    agent: Person, colleague: Person, chat: Chat, desk: Desk
) -> None:
    await desk.take_over(chat.id, agent.identity)
    await desk.close(chat.id, agent.identity, "办结")

    after = await agent.get(f"/api/conversations/{chat.id}")
    await desk.take_over(chat.id, colleague.identity)
    taken = await agent.get(f"/api/conversations/{chat.id}")

    assert (after.status, taken.status) == (200, 403)


@pytest.mark.parametrize("role", ["editor", "administrator", "auditor"])
async def test_who_serves_nobody_reads_no_chat(
    role: str, server: DeskServer, database: Pool, passwords: Passwords, agent: Person, chat: Chat, desk: Desk
) -> None:
    await desk.take_over(chat.id, agent.identity)
    person = await server.hire(database, passwords, "X0001", "陆问秋", role=role)
    await person.log_in()
    socket = await person.open_socket()

    answer = await person.get(f"/api/conversations/{chat.id}")
    await desk.say(chat.id, agent.identity, "c1", "您好")
    await socket.ping()
    await person.leave()

    assert answer.status == 403
    assert {event["type"] for event in socket.seen} == {"pong"}


async def test_a_search_finds_for_a_quality_reader_what_may_be_opened_and_no_more(
    quality: Person, supervisor: Person, agent: Person, chat: Chat, desk: Desk, database: Pool, clock: StepClock
) -> None:
    chats = [chat, *[Chat(database, clock, f"visitor-{number}") for number in (2, 3, 4)]]
    for other in chats[1:]:
        await other.write("我的电话 13800001011")
    await desk.take_over(chat.id, agent.identity)
    await desk.request(chats[1].id, ASKED)
    await desk.take_over(chats[2].id, agent.identity)
    await desk.return_to_bot(chats[2].id, agent.identity, "")

    found = (await quality.get("/api/search?first=2026-11-21")).body
    rows = {row["conversation_id"] for row in found["rows"]}
    opened = {one.id for one in chats if (await quality.get(f"/api/conversations/{one.id}")).status == 200}

    assert rows == opened == {chat.id, chats[2].id}
    assert found["total"] == len(rows)
    assert (await supervisor.get("/api/search")).body["total"] == 4


async def test_a_quality_reader_finds_masked_lines_and_exports_nothing(
    quality: Person, agent: Person, chat: Chat, desk: Desk
) -> None:
    await chat.write("我的电话 13800001011")
    await desk.take_over(chat.id, agent.identity)

    (row,) = (await quality.get("/api/search?text=我的电话")).body["rows"]
    export = await quality.post("/api/search/export", {"reason": "抽查质量"})

    assert "138****1011" in row["snippet"]
    assert export.status == 403
