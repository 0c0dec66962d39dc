"""The desk's calls on conversations, and what a browser may send that it should not."""

from __future__ import annotations

import asyncio

import pytest

from conversation.message import Role
from conversation.reply import HandoffRequest
from handoff import transcript
from handoff.desk import Desk
from runtime.postgres import Pool, transaction
from tests.component.console.desk_server import Answer, Person
from tests.component.handoff.chats import Chat, StepClock

SUMMARY = {
    "intent": "report_outage",
    "slots": [{"name": "phone", "label": "电话", "value": "13800001011"}],
    "orders": ["F26112100012"],
    "promises": [{"text": "今天 12:30 前回电", "at": "2026-11-21T10:00:00+08:00"}],
}
ASKED = HandoffRequest("fault", "asked", 1, SUMMARY)


async def test_the_queue_shows_who_waits(agent: Person, chat: Chat, desk: Desk) -> None:
    await desk.request(chat.id, ASKED)

    (waiting,) = (await agent.get("/api/queue")).body["escalations"]

    assert (waiting["conversation_id"], waiting["state"], waiting["priority"]) == (chat.id, "waiting", 1)
    assert waiting["waiting_s"] > 0
    assert waiting["display_name"] == "访客 or-1"


async def test_who_waits_is_listed_with_their_own_words_whatever_the_bot_said_after(
    agent: Person, chat: Chat, desk: Desk, database: Pool, clock: StepClock
) -> None:
    async with transaction(database) as connection:
        said = {"text": "已登记报修"}
        await transcript.append(connection, chat.id, Role.BOT, said, at=clock.now(), epoch=0)
    await desk.request(chat.id, ASKED)

    (waiting,) = (await agent.get("/api/queue")).body["escalations"]

    assert waiting["last_text"] == "家里停电了，电话138****1011"


async def test_accepting_moves_the_chat_from_the_queue_to_mine(agent: Person, chat: Chat, desk: Desk) -> None:
    escalation = (await desk.request(chat.id, ASKED)).escalation

    accepted = await agent.post(f"/api/escalations/{escalation.escalation_id}/accept")

    assert accepted.body["conversation"]["agent"] == {"id": "K0104", "name": "江一苇"}
    assert (await agent.get("/api/queue")).body["escalations"] == []
    mine = (await agent.get("/api/conversations")).body["conversations"]
    assert [(each["id"], each["escalation"]["state"]) for each in mine] == [(chat.id, "serving")]


async def test_two_agents_accept_at_once_and_the_slower_is_told_who(
    agent: Person, colleague: Person, chat: Chat, desk: Desk
) -> None:
    number = (await desk.request(chat.id, ASKED)).escalation.escalation_id

    answers = await asyncio.gather(*(who.post(f"/api/escalations/{number}/accept") for who in (agent, colleague)))

    won, lost = sorted(answers, key=lambda answer: answer.status)
    assert (won.status, lost.status, lost.code) == (200, 409, "handoff.already_accepted")
    assert lost.body["agent"] == won.body["conversation"]["agent"]


async def test_the_card_tells_the_matter_masked(agent: Person, chat: Chat, desk: Desk) -> None:
    await desk.request(chat.id, ASKED)

    card = (await agent.get(f"/api/conversations/{chat.id}")).body["card"]

    assert card["who"] == {"display_name": "访客 or-1", "channel": "web", "verified": "none", "accounts": []}
    assert card["slots"] == [{"name": "phone", "label": "电话", "value": "138****1011"}]
    assert (card["orders"], card["risks"]) == (["F26112100012"], ["life_support"])
    assert card["asked"] == "家里停电了，电话138****1011"


async def test_opening_my_chat_marks_it_read(agent: Person, chat: Chat, desk: Desk) -> None:
    await desk.take_over(chat.id, agent.identity)
    unread = (await agent.get("/api/conversations")).body["conversations"][0]["unread"]

    await agent.get(f"/api/conversations/{chat.id}")

    assert unread == 1
    assert (await agent.get("/api/conversations")).body["conversations"][0]["unread"] == 0


async def test_a_resent_line_is_one_line(agent: Person, chat: Chat) -> None:
    body = {"client_id": "same", "text": "您好"}

    first, again = [await agent.post(f"/api/conversations/{chat.id}/messages", body) for _ in range(2)]

    assert (first.status, again.status) == (201, 201)
    assert first.body["message"]["seq"] == again.body["message"]["seq"]
    messages = (await agent.get(f"/api/conversations/{chat.id}/messages?after=1")).body["messages"]
    assert [message["role"] for message in messages] == ["system", "agent"]


async def test_returning_keeps_the_note_and_the_timeline_tells(agent: Person, chat: Chat, database: Pool) -> None:
    await agent.post(f"/api/conversations/{chat.id}/takeover")

    returned = await agent.post(f"/api/conversations/{chat.id}/return", {"note": "已派单"})

    assert returned.body["conversation"]["owner"] == "bot"
    assert await database.fetchval("select return_note from conversations") == "已派单"
    shown = (await agent.get(f"/api/conversations/{chat.id}")).body
    assert [entry["name"] for entry in shown["timeline"]] == ["escalation.taken_over", "escalation.returned"]


async def test_what_an_agent_does_is_audited(agent: Person, chat: Chat, desk: Desk, database: Pool) -> None:
    number = (await desk.request(chat.id, ASKED)).escalation.escalation_id
    await agent.post(f"/api/escalations/{number}/accept")
    await agent.post(f"/api/conversations/{chat.id}/close", {"summary": "已恢复"})
    await agent.post(f"/api/conversations/{chat.id}/messages", {"client_id": "c", "text": "还有一事"})

    rows = await database.fetch("select actor, action, subject from audit where action <> 'login' order by audit_id")

    assert [tuple(row) for row in rows] == [
        ("K0104", "escalation.accept", chat.id),
        ("K0104", "conversation.close", chat.id),
        ("K0104", "conversation.takeover", chat.id),
    ]


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        pytest.param(b"{", 400, "console.json.malformed", id="malformed"),
        pytest.param(b"\xff\xfe", 400, "console.json.malformed", id="not_utf8"),
        pytest.param(b"[" * 50_000, 400, "console.json.malformed", id="deep"),
        pytest.param(b"[]", 400, "console.json.malformed", id="not_an_object"),
        pytest.param(b'{"client_id": "c"}', 400, "console.fields.missing", id="missing_field"),
        pytest.param(
            b'{"client_id": "c", "text": "x", "role": "bot"}', 400, "console.fields.unknown", id="unknown_field"
        ),
        pytest.param(b'{"client_id": "c", "text": 7}', 400, "console.field.type", id="wrong_type"),
        pytest.param(b'{"client_id": "c", "text": "  "}', 400, "console.text.empty", id="blank"),
        pytest.param(b'{"client_id": "c", "text": "%s"}' % (b"x" * 2001), 400, "console.text.too_long", id="long"),
        pytest.param(b'{"client_id": "c", "text": "a\\u0000b"}', 400, "console.text.invalid", id="nul"),
        pytest.param(b'{"client_id": "c", "text": "\\ud800"}', 400, "console.text.invalid", id="half_a_pair"),
        pytest.param(b'"%s"' % (b"x" * 70_000), 413, "http.413", id="oversized"),
    ],
)
async def test_a_bad_body_is_refused_by_name(raw: bytes, status: int, code: str, agent: Person, chat: Chat) -> None:
    answer = await agent.call("POST", f"/api/conversations/{chat.id}/messages", raw=raw, headers=agent.page_headers())

    assert (answer.status, answer.code) == (status, code)
    assert await chat.owner() == ("bot", 0, None)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("/api/conversations/web:nobody", 404, id="unknown_chat"),
        pytest.param("/api/conversations/%00", 404, id="nul_in_path"),
        pytest.param("/api/conversations/%ff%fe", 404, id="no_utf8_in_path"),
        pytest.param("/api/conversations/web:visitor-1/messages?after=x", 400, id="after_no_number"),
        pytest.param("/api/conversations/web:visitor-1/messages?after=99999999999999999999", 400, id="after_too_big"),
        pytest.param("/api/conversations?scope=theirs", 400, id="unknown_scope"),
        pytest.param("/api/unknown", 404, id="unknown_call"),
    ],
)
async def test_a_bad_address_is_refused(path: str, status: int, supervisor: Person, chat: Chat) -> None:
    answer = await supervisor.get(path)

    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/problem+json"


async def test_an_encoded_conversation_id_is_understood(agent: Person, chat: Chat) -> None:
    answer: Answer = await agent.post(f"/api/conversations/{chat.id.replace(':', '%3A')}/takeover")

    assert answer.body["conversation"]["id"] == chat.id


async def test_an_escalation_number_that_cannot_be_is_refused(agent: Person) -> None:
    answer = await agent.post("/api/escalations/99999999999999999999/accept")

    assert (answer.status, answer.code) == (400, "console.field.type")


async def test_only_the_owners_seeing_is_told_to_the_customer(
    agent: Person, supervisor: Person, chat: Chat, desk: Desk, database: Pool
) -> None:
    await desk.take_over(chat.id, agent.identity)
    seq = await chat.write("好了吗")
    query = "select agent_read_seq from conversations where conversation_id = $1"

    watched = await supervisor.post(f"/api/conversations/{chat.id}/read", {"seq": seq})
    before = await database.fetchval(query, chat.id)
    seen = await agent.post(f"/api/conversations/{chat.id}/read", {"seq": seq})
    after = await database.fetchval(query, chat.id)

    assert (watched.status, before) == (204, 0)
    assert (seen.status, after) == (204, seq)


@pytest.mark.parametrize("seq", [-1, "1", True, None, 2**63])
async def test_a_mark_that_is_no_number_is_refused(agent: Person, chat: Chat, seq: object) -> None:
    answer = await agent.post(f"/api/conversations/{chat.id}/read", {"seq": seq})

    assert (answer.status, answer.body["code"]) == (400, "console.field.type")
