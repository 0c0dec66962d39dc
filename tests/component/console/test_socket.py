"""The live socket: who hears what, and when it ends."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from console.server.rights import DeskRole
from console.server.seat import MOST_EVENTS, Seat
from console.server.sessions import Session
from conversation.events import DESK_TOPIC
from conversation.identity import AgentIdentity
from conversation.message import Line
from conversation.reply import HandoffRequest
from handoff import live, transcript
from handoff.desk import Desk
from handoff.escalations import Escalations
from handoff.phrases import Phrases
from runtime.bus import Bus
from runtime.postgres import Connection, Pool
from tests.component.console.desk_server import DeskServer, Person
from tests.component.handoff.chats import Chat, StepClock
from tests.conftest import PROJECT

ASKED = HandoffRequest("fault", "asked")


async def test_a_new_request_reaches_the_desk(agent: Person, chat: Chat, desk: Desk) -> None:
    socket = await agent.open_socket()

    await desk.request(chat.id, ASKED)

    await socket.until("conversation.changed", conversation_id=chat.id, owner="queue", epoch=1)
    await socket.until("queue.changed")


async def test_the_customers_words_reach_the_agent_who_serves(agent: Person, chat: Chat, desk: Desk) -> None:
    await desk.take_over(chat.id, agent.identity)
    socket = await agent.open_socket()

    seq = await chat.write("好了吗")
    await desk.bus.publish(f"conversation:{chat.id}", {"kind": "message", "seq": seq})

    event = await socket.until("message", conversation_id=chat.id)
    while event["message"]["seq"] != seq:
        event = await socket.until("message", conversation_id=chat.id)
    assert event["message"]["text"] == "好了吗"


async def test_the_agent_sees_how_far_the_customer_has_read(agent: Person, chat: Chat, desk: Desk) -> None:
    socket = await agent.open_socket()
    change = await desk.take_over(chat.id, agent.identity)
    await socket.until("message", conversation_id=chat.id)

    seq = change.lines[-1].seq
    await desk.bus.publish(f"conversation:{chat.id}", {"kind": "read", "role": "customer", "seq": seq})
    event = await socket.until("read")

    assert event == {"type": "read", "conversation_id": chat.id, "role": "customer", "seq": seq}


async def test_the_agent_sees_that_their_words_arrived(agent: Person, chat: Chat, desk: Desk, database: Pool) -> None:
    await desk.take_over(chat.id, agent.identity)
    socket = await agent.open_socket()
    said = await desk.say(chat.id, agent.identity, "c1", "您好")
    await database.execute(
        "update messages set delivery = 'sent' where conversation_id = $1 and seq = $2", chat.id, said.line.seq
    )

    await desk.bus.publish(f"conversation:{chat.id}", {"kind": "delivered", "seq": said.line.seq})

    event = await socket.until("message", conversation_id=chat.id)
    while (event["message"]["seq"], event["message"].get("delivery")) != (said.line.seq, "sent"):
        event = await socket.until("message", conversation_id=chat.id)
    assert event["message"]["text"] == "您好"


async def test_a_tick_that_comes_while_its_line_is_read_is_shown(
    agent: Person, chat: Chat, desk: Desk, database: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    socket = await agent.open_socket()
    await desk.take_over(chat.id, agent.identity)
    await socket.until("message", conversation_id=chat.id)
    read, heard, topic = transcript.read, asyncio.Event(), f"conversation:{chat.id}"

    async def read_and_tick(connection: Connection, conversation_id: str, **how: Any) -> list[Line]:
        """Reads; the desk hears of the delivery before it has what was read."""
        lines = await read(connection, conversation_id, **how)
        if not heard.is_set() and any(line.text == "您好" for line in lines):
            await database.execute("update messages set delivery = 'sent' where conversation_id = $1", chat.id)
            await desk.bus.publish(topic, {"kind": "delivered", "seq": lines[-1].seq})
            await desk.bus.publish(topic, {"kind": "typing", "role": "customer", "on": True})
            await socket.until("typing")
            heard.set()
        return lines

    monkeypatch.setattr(transcript, "read", read_and_tick)
    said = await desk.say(chat.id, agent.identity, "c1", "您好")
    await heard.wait()

    event = await socket.until("message", conversation_id=chat.id)
    while (event["message"]["seq"], event["message"].get("delivery")) != (said.line.seq, "sent"):
        event = await socket.until("message", conversation_id=chat.id)


async def test_a_colleague_hears_nothing_of_my_chat(agent: Person, colleague: Person, chat: Chat, desk: Desk) -> None:
    await desk.take_over(chat.id, agent.identity)
    mine, theirs = await agent.open_socket(), await colleague.open_socket()

    await desk.say(chat.id, agent.identity, "c1", "您好")
    await mine.until("message", conversation_id=chat.id)
    await theirs.ping()

    assert [event for event in theirs.seen if event.get("conversation_id") == chat.id] == []


async def test_without_redis_the_desk_still_sees_what_happens(
    agent: Person, chat: Chat, database: Pool, clock: StepClock
) -> None:
    socket = await agent.open_socket()
    phrases = Phrases.load(PROJECT / "domain" / "human.yml")
    unheard = Desk(database, Bus("redis://127.0.0.1:1/0"), clock, Escalations(phrases))

    await unheard.request(chat.id, ASKED)

    await socket.until("conversation.changed", conversation_id=chat.id, owner="queue")


async def test_the_customers_typing_reaches_the_agent(agent: Person, chat: Chat, desk: Desk) -> None:
    socket = await agent.open_socket()
    await desk.take_over(chat.id, agent.identity)
    await socket.until("conversation.changed", conversation_id=chat.id)
    await socket.until("message", conversation_id=chat.id)

    await live.announce_typing(desk.bus, chat.id, "customer", on=True)

    await socket.until("typing", conversation_id=chat.id, role="customer", on=True)


async def test_a_second_login_ends_the_first_socket(server: DeskServer, agent: Person) -> None:
    socket = await agent.open_socket()
    elsewhere = Person(server, "K0104")

    await elsewhere.log_in()
    await socket.until("session.replaced")
    code = await socket.until_closed()
    await elsewhere.leave()

    assert code == 4401


async def test_logging_out_ends_the_socket(agent: Person) -> None:
    socket = await agent.open_socket()

    await agent.post("/api/logout")

    assert await socket.until_closed() == 4401


@pytest.mark.parametrize("frame", ["{", "[]", '{"type": "takeover"}'])
async def test_a_frame_that_is_no_ping_ends_the_socket(agent: Person, frame: str) -> None:
    socket = await agent.open_socket()

    await socket.connection.send_str(frame)

    assert await socket.until_closed() == 4400


async def test_a_socket_from_another_page_is_refused(agent: Person) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await agent.http.ws_connect(f"{agent.server.url}/api/ws", headers={"Origin": "https://evil.example"})

    assert refused.value.status == 403


async def test_a_socket_without_a_session_is_refused(stranger: Person) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await stranger.open_socket()

    assert refused.value.status == 401


def test_a_seat_that_falls_behind_is_given_up() -> None:
    seat = Seat(Session("s", AgentIdentity("K0104", "江一苇"), DeskRole.AGENT, (), 4, "csrf"))

    for number in range(MOST_EVENTS + 1):
        seat.offer({"type": "queue.changed", "number": number})

    assert (seat.ended.is_set(), seat.close_code, seat.events.qsize()) == (True, 1013, MOST_EVENTS)


async def test_a_supervisor_is_alerted_of_a_silent_agent_and_an_agent_is_not(
    agent: Person, supervisor: Person, desk: Desk
) -> None:
    above, beside = await supervisor.open_socket(), await agent.open_socket()

    await desk.bus.publish(DESK_TOPIC, {"kind": "alert", "conversation_id": "web:v1", "why": "agent_silent"})

    await above.until("alert", conversation_id="web:v1", why="agent_silent")
    await beside.ping()
    assert "alert" not in {event["type"] for event in beside.seen}
