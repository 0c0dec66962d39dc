"""A supervisor at a chat: looks on, whispers, joins, moves it; one voice, a row and an audit for each."""

from __future__ import annotations

import pytest

from conversation.reply import HandoffRequest
from handoff import transcript, voice
from handoff.desk import Desk
from runtime.postgres import Pool, transaction
from tests.component.console.desk_server import Person
from tests.component.handoff.chats import Chat, StepClock

ASKED = HandoffRequest("billing", "asked", 5)


@pytest.fixture
async def served(chat: Chat, desk: Desk, agent: Person) -> Chat:
    """A chat that an agent serves."""
    await desk.take_over(chat.id, agent.identity)
    return chat


async def _customer_sees(database: Pool, chat: Chat) -> list[str]:
    async with transaction(database) as connection:
        return [line.text for line in await transcript.read(connection, chat.id, for_customer=True)]


async def _audited(database: Pool) -> list[str]:
    rows = await database.fetch(
        "select action from audit where actor = 'S0001' and action <> 'login' order by audit_id"
    )
    return [row["action"] for row in rows]


async def test_watching_is_written_down_once_and_shown(supervisor: Person, served: Chat, database: Pool) -> None:
    for _ in range(2):
        await supervisor.post(f"/api/conversations/{served.id}/watch")

    there = (await supervisor.get(f"/api/conversations/{served.id}/attendance")).body["present"]
    assert [(one["agent"]["id"], one["kind"]) for one in there] == [("S0001", "watch")]
    assert await served.events() == ["escalation.taken_over", "escalation.watched"]
    assert "conversation.watch" in await _audited(database)
    assert await served.owner() == ("agent", 1, "K0104")


async def test_who_stops_watching_is_gone(supervisor: Person, served: Chat) -> None:
    await supervisor.post(f"/api/conversations/{served.id}/watch")

    await supervisor.post(f"/api/conversations/{served.id}/unwatch")

    assert (await supervisor.get(f"/api/conversations/{served.id}/attendance")).body["present"] == []
    assert (await served.events())[-1] == "escalation.unwatched"


async def test_a_whisper_reaches_the_agent_marked_and_never_the_customer(
    supervisor: Person, agent: Person, served: Chat, database: Pool
) -> None:
    socket = await agent.open_socket()

    first, again = [
        await supervisor.post(f"/api/conversations/{served.id}/whisper", {"client_id": "w", "text": "先道歉"})
        for _ in range(2)
    ]

    heard = await socket.until("message", conversation_id=served.id)
    assert (first.status, first.body["message"]["seq"]) == (201, again.body["message"]["seq"])
    assert (heard["message"]["role"], heard["message"]["whisper"], heard["message"]["text"]) == ("note", True, "先道歉")
    assert "先道歉" not in await _customer_sees(database, served)
    assert (await served.events()).count("escalation.whispered") == 1


async def test_who_joins_speaks_under_the_own_name_and_the_agent_keeps_the_chat(
    supervisor: Person, agent: Person, served: Chat, database: Pool
) -> None:
    await supervisor.post(f"/api/conversations/{served.id}/join")

    said = await supervisor.post(
        f"/api/conversations/{served.id}/join/messages", {"client_id": "s", "text": "我是班长"}
    )
    own = await agent.post(f"/api/conversations/{served.id}/messages", {"client_id": "a", "text": "我接着办"})

    assert (said.status, said.body["message"]["agent"]["id"], own.status) == (201, "S0001", 201)
    assert await served.owner() == ("agent", 1, "K0104")
    assert (await _customer_sees(database, served))[-3:] == [
        "班长 柳沉舟 已加入，和 江一苇 一起为您处理。",
        "我是班长",
        "我接着办",
    ]
    assert {"conversation.join", "conversation.join.say"} <= set(await _audited(database))


async def test_the_bot_stays_silent_beside_a_supervisor_who_joined(
    supervisor: Person, served: Chat, database: Pool, clock: StepClock
) -> None:
    await supervisor.post(f"/api/conversations/{served.id}/join")

    async with transaction(database) as connection:
        await voice.speak_as_bot(connection, served.id, 1, [{"text": "我是机器人"}], clock.now(), 1)

    assert "我是机器人" not in await _customer_sees(database, served)


async def test_who_has_not_joined_does_not_speak(supervisor: Person, served: Chat) -> None:
    answer = await supervisor.post(f"/api/conversations/{served.id}/join/messages", {"client_id": "s", "text": "您好"})

    assert (answer.status, answer.code) == (409, "handoff.not_joined")


async def test_joining_ends_with_the_service(supervisor: Person, agent: Person, served: Chat, desk: Desk) -> None:
    await supervisor.post(f"/api/conversations/{served.id}/join")
    await desk.close(served.id, agent.identity, "")
    await desk.take_over(served.id, agent.identity)

    answer = await supervisor.post(f"/api/conversations/{served.id}/join/messages", {"client_id": "s", "text": "您好"})
    again = await supervisor.post(f"/api/conversations/{served.id}/join")

    assert (answer.code, again.status) == ("handoff.not_joined", 204)


async def test_leaving_is_told_to_the_customer(supervisor: Person, served: Chat, database: Pool) -> None:
    await supervisor.post(f"/api/conversations/{served.id}/join")

    await supervisor.post(f"/api/conversations/{served.id}/leave")

    assert (await _customer_sees(database, served))[-1] == "班长 柳沉舟 已离开，江一苇 继续为您服务。"
    assert (await served.events())[-2:] == ["escalation.joined", "escalation.left"]


@pytest.mark.parametrize("call", ["whisper", "join"])
async def test_where_nobody_serves_there_is_nobody_to_speak_beside(call: str, supervisor: Person, chat: Chat) -> None:
    body = {"client_id": "w", "text": "您好"} if call == "whisper" else None

    answer = await supervisor.post(f"/api/conversations/{chat.id}/{call}", body)

    assert (answer.status, answer.code) == (409, "handoff.not_served")


async def test_a_chat_is_given_to_another_agent(
    supervisor: Person, colleague: Person, served: Chat, database: Pool
) -> None:
    answer = await supervisor.post(f"/api/conversations/{served.id}/reassign", {"to": "K0105", "note": "更熟悉电费"})

    assert answer.body["conversation"]["agent"]["id"] == "K0105"
    assert await served.owner() == ("agent", 2, "K0105")
    assert (await served.events())[-1] == "escalation.reassigned"
    assert (await served.lines())[-1] == ("note", "班长 柳沉舟 从 江一苇 处改派。更熟悉电费")
    assert "更熟悉电费" not in "".join(await _customer_sees(database, served))


async def test_a_waiting_chat_is_given_to_an_agent_at_once(
    supervisor: Person, colleague: Person, chat: Chat, desk: Desk
) -> None:
    await desk.request(chat.id, ASKED)

    await supervisor.post(f"/api/conversations/{chat.id}/reassign", {"to": "K0105", "note": ""})

    assert await chat.owner() == ("agent", 2, "K0105")


async def test_a_chat_goes_back_to_a_queue_with_its_age(
    supervisor: Person, served: Chat, desk: Desk, database: Pool
) -> None:
    before = await database.fetchval("select requested_at from escalations")

    answer = await supervisor.post(f"/api/conversations/{served.id}/reassign", {"to": "billing", "note": ""})

    row = await database.fetchrow("select state, skill, requested_at from escalations")
    assert answer.status == 200
    assert (row["state"], row["skill"], row["requested_at"]) == ("waiting", "billing", before)


async def test_nobody_is_no_target(supervisor: Person, served: Chat) -> None:
    answer = await supervisor.post(f"/api/conversations/{served.id}/reassign", {"to": "K9999", "note": ""})

    assert (answer.status, answer.code) == (404, "handoff.unknown_target")


async def test_who_leaves_is_left_with_no_chat(
    supervisor: Person, agent: Person, served: Chat, desk: Desk, database: Pool, clock: StepClock
) -> None:
    other = Chat(database, clock, "visitor-2")
    await other.write("查电费")
    await desk.request(other.id, ASKED)
    await desk.take_over(other.id, agent.identity)

    moved = (await supervisor.post("/api/agents/K0104/reassign", {"to": "", "note": "下班"})).body["moved"]

    assert {(one["conversation_id"], one["to"], one["code"]) for one in moved} == {
        (served.id, "general", ""),
        (other.id, "billing", ""),
    }
    assert await database.fetchval("select count(*) from conversations where owner = 'agent'") == 0
    assert await database.fetchval("select count(*) from escalations where state = 'waiting'") == 2
