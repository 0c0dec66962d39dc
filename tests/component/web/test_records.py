"""The past of a conversation at the web door: older lines, marks of reading, evaluations, the file to keep."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from jsonschema import Draft202012Validator, ValidationError

from conversation.identity import AgentIdentity, ChannelName, ChannelUser
from conversation.message import Role
from conversation.reply import HandoffRequest
from handoff import transcript
from handoff.desk import Desk
from handoff.escalations import Escalations
from runtime.bus import Bus
from runtime.clock import SystemClock
from runtime.postgres import Pool, transaction
from tests.component.handoff.chats import hire
from tests.component.web.test_door import Site, messages, receive, site
from tests.conftest import PROJECT
from tests.fakes.bot import PHRASES

__all__ = ["site"]


def check(name: str, value: Any) -> None:
    """Holds what the door says against the contract."""
    schema = json.loads((PROJECT / "contracts" / "web-chat.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]}).validate(value)


class Visitor:
    """One visitor of the door, by socket and by HTTP."""

    def __init__(self, site: Site, session: dict[str, Any]) -> None:
        self.site = site
        self.token = session["token"]
        self.headers = {"authorization": f"Bearer {self.token}"}
        self.conversation_id = ChannelUser(ChannelName.WEB, session["visitor_id"]).conversation_id

    async def open(self, last_seq: int = 0) -> aiohttp.ClientWebSocketResponse:
        return await self.site.open(self.token, last_seq)

    async def ask(self, text: str) -> int:
        """Says something and waits for the answer; returns the answer's number."""
        body = {"client_id": f"client-{abs(hash(text))}", "text": text}
        async with self.site.http.post(f"{self.site.base}/messages", json=body, headers=self.headers) as accepted:
            seq = (await accepted.json())["seq"]
        await self.site.worker.settled()
        return int(seq) + 1

    async def get(self, path: str) -> tuple[int, Any]:
        async with self.site.http.get(self.site.base + path, headers=self.headers) as answer:
            return answer.status, await answer.json(content_type=None)

    async def evaluate(self, **body: Any) -> tuple[int, dict[str, Any]]:
        async with self.site.http.post(f"{self.site.base}/evaluations", json=body, headers=self.headers) as answer:
            return answer.status, await answer.json(content_type=None)

    async def sign(self, **body: Any) -> int:
        async with self.site.http.post(f"{self.site.base}/signs", json=body, headers=self.headers) as answer:
            return answer.status


@pytest_asyncio.fixture
async def visitor(site: Site) -> Visitor:
    """A visitor who has asked once: line 1 is theirs, line 2 the answer."""
    one = Visitor(site, await site.session())
    await one.ask("你好")
    return one


@pytest_asyncio.fixture
async def jiang(database: Pool) -> AgentIdentity:
    """An agent."""
    return await hire(database, "K0104", "江一苇")


@pytest.fixture
def desk(database: Pool, bus: Bus) -> Desk:
    """The hands of the agents."""
    return Desk(database, bus, SystemClock(), Escalations(PHRASES))


async def serve(desk: Desk, visitor: Visitor, agent: AgentIdentity, *, how: str = "close") -> int:
    """Lets the agent take the conversation and end it; returns the number of the line that asks how it was."""
    change = await desk.request(visitor.conversation_id, HandoffRequest("bill", "asked", 5))
    await desk.accept(change.escalation.escalation_id, agent)
    end = desk.close if how == "close" else desk.return_to_bot
    return (await end(visitor.conversation_id, agent, "")).lines[-1].seq


# --- older lines -----------------------------------------------------------------------------------------------------


async def test_older_lines_come_in_pages_until_the_first(site: Site, visitor: Visitor, database: Pool) -> None:
    async with transaction(database) as connection:
        for number in range(3, 261):
            text = {"text": f"旧话{number}"}
            await transcript.append(
                connection, visitor.conversation_id, Role.BOT, text, at=SystemClock().now(), epoch=0
            )

    _, late = await visitor.get("/messages?before=61&limit=50")
    _, early = await visitor.get("/messages?before=11")

    assert [line["seq"] for line in late["messages"]] == list(range(11, 61))
    assert late["more"] is True
    assert [line["seq"] for line in early["messages"]] == list(range(1, 11))
    assert early["more"] is False


async def test_older_lines_hold_no_note_and_nobody_elses(site: Site, visitor: Visitor, database: Pool) -> None:
    async with transaction(database) as connection:
        note = {"text": "只给坐席看"}
        await transcript.append(connection, visitor.conversation_id, Role.NOTE, note, at=SystemClock().now(), epoch=0)
    stranger = Visitor(site, await site.session())

    _, mine = await visitor.get("/messages?before=100")
    _, theirs = await stranger.get("/messages?before=100")

    assert [line["text"] for line in mine["messages"]] == ["你好", "回:你好"]
    assert theirs["messages"] == []


@pytest.mark.parametrize("query", ["before=x", "before=-1", "before=9&limit=0", "before=9&limit=201", "before=²"])
async def test_a_bad_page_is_refused(visitor: Visitor, query: str) -> None:
    status, problem = await visitor.get(f"/messages?{query}")

    assert (status, problem["code"]) == (400, "web.field.invalid")


async def test_a_poll_that_has_nothing_gets_the_newest_page(site: Site, visitor: Visitor, database: Pool) -> None:
    async with transaction(database) as connection:
        for number in range(3, 261):
            text = {"text": f"旧话{number}"}
            await transcript.append(
                connection, visitor.conversation_id, Role.BOT, text, at=SystemClock().now(), epoch=0
            )

    _, answer = await visitor.get("/messages?after=0")

    assert [line["seq"] for line in answer["messages"]] == list(range(61, 261))


async def test_what_the_door_says_is_what_the_contract_promises(
    visitor: Visitor, desk: Desk, jiang: AgentIdentity
) -> None:
    socket = await visitor.open()
    seq = await serve(desk, visitor, jiang)
    await visitor.sign(type="read", seq=seq)
    check("readMarkFrame", await receive(socket, "read"))
    check("evaluation", (await visitor.evaluate(seq=seq, value=4, comment="好"))[1])
    check("evaluationFrame", await receive(socket, "evaluation"))

    check("welcomeFrame", await receive(await visitor.open(), "welcome"))
    check("pastPage", (await visitor.get("/messages?before=99"))[1])
    check("pollAnswer", (await visitor.get("/messages?after=0"))[1])
    with pytest.raises(ValidationError):
        check("pastPage", (await visitor.get("/messages?after=0"))[1])


# --- reading and typing ----------------------------------------------------------------------------------------------


async def test_what_one_window_has_read_counts_in_the_other_and_after_a_reload(visitor: Visitor) -> None:
    one, two = await visitor.open(), await visitor.open()
    await messages(two, 2)

    await one.send_json({"type": "read", "seq": 2})
    told = await receive(two, "read")
    welcome = await receive(await visitor.open(), "welcome")

    assert told == {"type": "read", "role": "customer", "seq": 2}
    assert welcome["customer_read"] == 2


async def test_a_mark_never_goes_back_nor_past_the_last_line(visitor: Visitor) -> None:
    assert await visitor.sign(type="read", seq=2) == 204
    assert await visitor.sign(type="read", seq=1) == 204
    assert await visitor.sign(type="read", seq=2**61) == 204

    _, answer = await visitor.get("/messages?after=2")

    assert answer["customer_read"] == 2


async def test_a_visitor_sees_that_the_agent_has_read(visitor: Visitor, desk: Desk, jiang: AgentIdentity) -> None:
    socket = await visitor.open()
    await messages(socket, 2)
    await desk.take_over(visitor.conversation_id, jiang)
    line = await visitor.ask("师傅到哪了") - 1

    await desk.mark_read(visitor.conversation_id, jiang, line)
    told = await receive(socket, "read")
    said = await desk.say(visitor.conversation_id, jiang, "agent-client-1", "马上到")
    answered = await receive(socket, "read")
    welcome = await receive(await visitor.open(), "welcome")

    assert told == {"type": "read", "role": "agent", "seq": line}
    assert answered["seq"] == welcome["agent_read"] == said.line.seq


async def test_a_stranger_at_the_desk_marks_nothing_as_read(
    visitor: Visitor, desk: Desk, jiang: AgentIdentity, database: Pool
) -> None:
    gu = await hire(database, "K0105", "顾南乔")
    await desk.take_over(visitor.conversation_id, jiang)

    await desk.mark_read(visitor.conversation_id, gu, 2)
    _, answer = await visitor.get("/messages?after=0")

    assert answer["agent_read"] == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [({"type": "typing", "on": True}, 204), ({"type": "ping"}, 400), ({"type": "typing", "on": 1}, 400)],
    ids=["typing", "no sign", "malformed"],
)
async def test_a_page_without_a_socket_gives_its_signs(visitor: Visitor, body: dict[str, Any], status: int) -> None:
    assert await visitor.sign(**body) == status


async def test_typing_without_a_socket_reaches_the_desk(visitor: Visitor) -> None:
    heard: list[dict[str, Any]] = []

    async def hear(_: str, event: dict[str, Any]) -> None:
        heard.append(event)

    visitor.site.worker.house.wire.on_event(hear)
    await visitor.sign(type="typing", on=True)

    assert {"kind": "typing", "role": "customer", "on": True} in heard


# --- evaluations -----------------------------------------------------------------------------------------------------


async def test_an_answer_is_evaluated_changed_and_known_in_every_window(visitor: Visitor) -> None:
    socket = await visitor.open()
    await messages(socket, 2)

    await visitor.evaluate(seq=2, value=1)
    first = await receive(socket, "evaluation")
    status, body = await visitor.evaluate(seq=2, value=-1, reason="too_long", comment=" 看不完 ")
    second = await receive(socket, "evaluation")
    welcome = await receive(await visitor.open(), "welcome")

    assert (first["evaluation"]["kind"], first["evaluation"]["value"]) == ("answer", 1)
    assert (status, body["reason"], body["comment"]) == (200, "too_long", "看不完")
    assert second["evaluation"] == body
    assert welcome["evaluations"] == [body]


@pytest.mark.parametrize("how", ["close", "return_to_bot"])
async def test_a_served_customer_is_asked_once_and_the_answer_is_kept_once(
    visitor: Visitor, desk: Desk, jiang: AgentIdentity, database: Pool, how: str
) -> None:
    seq = await serve(desk, visitor, jiang, how=how)
    _, page = await visitor.get("/messages?after=0")
    await visitor.evaluate(seq=seq, value=2)
    status, body = await visitor.evaluate(seq=seq, value=5, comment="很耐心")

    rows = await database.fetch("select escalation_id, kind, value, comment from evaluations")
    desk_saw = await database.fetch("select detail from escalation_events where name = 'escalation.evaluated'")

    assert [line["seq"] for line in page["messages"] if line.get("survey")] == [seq]
    assert (status, body["kind"], body["value"]) == (200, "service", 5)
    assert [(row["kind"], row["value"], row["comment"]) for row in rows] == [("service", 5, "很耐心")]
    assert rows[0]["escalation_id"] is not None
    assert [row["detail"]["stars"] for row in desk_saw] == [2, 5]


async def test_who_left_the_queue_is_not_asked(visitor: Visitor, desk: Desk) -> None:
    await desk.request(visitor.conversation_id, HandoffRequest("bill", "asked", 5))
    await desk.leave_queue(visitor.conversation_id)

    _, page = await visitor.get("/messages?after=0")

    assert [line for line in page["messages"] if line.get("survey")] == []


async def test_a_service_can_be_evaluated_anew_for_a_day(
    visitor: Visitor, desk: Desk, jiang: AgentIdentity, database: Pool
) -> None:
    seq = await serve(desk, visitor, jiang)
    await visitor.evaluate(seq=seq, value=3)

    await database.execute("update evaluations set at = at - interval '23 hours'")
    in_time, _ = await visitor.evaluate(seq=seq, value=4)
    await database.execute("update evaluations set at = at - interval '2 hours'")
    late, problem = await visitor.evaluate(seq=seq, value=1)

    assert in_time == 200
    assert (late, problem["code"]) == (409, "evaluation.closed")
    assert problem["detail"] == PHRASES.say("utter_door_evaluation_closed")
    assert await database.fetchval("select value from evaluations") == 4


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"seq": 2, "value": 5}, 400, "evaluation.value"),
        ({"seq": 2, "value": 0}, 400, "evaluation.value"),
        ({"seq": 2, "value": 1, "reason": "wrong"}, 400, "evaluation.value"),
        ({"seq": 1, "value": 1}, 404, "evaluation.unknown"),
        ({"seq": 99, "value": 1}, 404, "evaluation.unknown"),
        ({"seq": 2, "value": "1"}, 400, "web.field.invalid"),
        ({"seq": 2, "value": True}, 400, "web.field.invalid"),
        ({"seq": 2}, 400, "web.field.invalid"),
        ({"seq": 2, "value": -1, "reason": "rude"}, 400, "web.field.invalid"),
        ({"seq": 2, "value": -1, "comment": "长" * 201}, 413, "web.text.too_long"),
        ({"seq": 2, "value": -1, "comment": 5}, 400, "web.field.invalid"),
        ({"seq": 2, "value": 1, "stars": 5}, 400, "web.fields.unknown"),
    ],
    ids=[
        "stars for an answer",
        "nothing",
        "a fault of what helped",
        "the customer's own line",
        "no such line",
        "a number as text",
        "a truth as number",
        "no value",
        "an unknown reason",
        "201 characters",
        "a comment that is no text",
        "an unknown field",
    ],
)
async def test_a_bad_evaluation_is_refused_with_a_clear_error(
    visitor: Visitor, database: Pool, body: dict[str, Any], status: int, code: str
) -> None:
    answer, problem = await visitor.evaluate(**body)

    assert (answer, problem["code"]) == (status, code)
    assert problem["detail"]
    assert await database.fetchval("select count(*) from evaluations") == 0


async def test_nobody_evaluates_anothers_conversation(
    site: Site, visitor: Visitor, desk: Desk, jiang: AgentIdentity
) -> None:
    seq = await serve(desk, visitor, jiang)
    stranger = Visitor(site, await site.session())

    never_wrote = await stranger.evaluate(seq=seq, value=1)
    await stranger.ask("你好")
    wrote = await stranger.evaluate(seq=seq, value=1)

    assert (never_wrote[0], wrote[0]) == (404, 404)
    assert never_wrote[1]["code"] == wrote[1]["code"] == "evaluation.unknown"


async def test_an_older_page_brings_its_evaluations(visitor: Visitor) -> None:
    _, said = await visitor.evaluate(seq=2, value=1)

    _, page = await visitor.get("/messages?before=3")

    assert page["evaluations"] == [said]


# --- the file --------------------------------------------------------------------------------------------------------


async def test_the_file_holds_the_own_conversation_masked(site: Site, visitor: Visitor) -> None:
    numbers = "户号6201011006117，手机13800138000，身份证330102199003074514"
    await visitor.ask(numbers)
    await visitor.evaluate(seq=2, value=-1, comment="打我 13800138001")
    stranger = Visitor(site, await site.session())

    async with site.http.get(f"{site.base}/transcript", headers=visitor.headers) as answer:
        mine = await answer.text()
    async with site.http.get(f"{site.base}/transcript", headers=stranger.headers) as other:
        theirs = await other.text()

    assert (answer.status, answer.content_type) == (200, "text/plain")
    assert answer.headers["content-disposition"].startswith("attachment")
    for number in ("6201011006117", "13800138000", "13800138001", "330102199003074514"):
        assert number not in mine
    assert "户号****6117，手机138****8000，身份证****4514" in mine
    assert PHRASES.say("utter_door_transcript_not_helped") in mine
    assert "你好" not in theirs


async def test_the_file_is_not_given_without_the_token(site: Site, visitor: Visitor) -> None:
    async with site.http.get(f"{site.base}/transcript?token={visitor.token}") as answer:
        problem = await answer.json(content_type=None)

    assert (answer.status, problem["code"]) == (401, "web.token.missing")
