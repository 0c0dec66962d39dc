"""The API and the socket answer what `contracts/` promises."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, RefResolver

from console.server.app import ROUTES
from conversation.reply import HandoffRequest
from handoff.desk import Desk
from tests.component.console.desk_server import Person
from tests.component.handoff.chats import Chat, StepClock
from tests.conftest import PROJECT

SLOTS = [{"name": "period", "value": "昨天"}]
ASKED = HandoffRequest("fault", "asked", 0, {"intent": "report_outage", "slots": SLOTS, "orders": ["F26112100012"]})


def _document(name: str) -> Any:
    return yaml.safe_load((PROJECT / "contracts" / name).read_text(encoding="utf-8"))


def _nullable(schema: Any) -> Any:
    """Says OpenAPI's `nullable` as JSON Schema does."""
    if isinstance(schema, list):
        return [_nullable(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    said = {key: _nullable(value) for key, value in schema.items() if key != "nullable"}
    return {"anyOf": [said, {"type": "null"}]} if schema.get("nullable") else said


def _check(name: str, pointer: str, value: Any) -> None:
    document, chat = _nullable(_document(name)), _document("web-chat.schema.json")
    # An http name, because a reference of a reference is not joined to a urn.
    base = "http://contract.test"
    store = {f"{base}/{name}": document, f"{base}/web-chat.schema.json": chat, chat["$id"]: chat}
    resolver = RefResolver(f"{base}/{name}", document, store=store)
    Draft202012Validator({"$ref": f"{base}/{name}{pointer}"}, resolver=resolver).validate(value)


def test_the_contract_names_every_route() -> None:
    promised = {
        f"{method.upper()} {path}"
        for path, calls in _document("console.openapi.yml")["paths"].items()
        for method in calls
        if method != "parameters"
    }

    served = {re.sub(r"<(\w+):str>", r"{\1}", f"{route.method} {route.path}") for route in ROUTES}

    assert served == promised


@pytest.mark.parametrize(
    ("path", "schema", "pick"),
    [
        pytest.param("/api/me", "Me", lambda body: body, id="me"),
        pytest.param("/api/queue", "Escalation", lambda body: body["escalations"][0], id="queue"),
        pytest.param("/api/conversations?scope=all", "Summary", lambda body: body["conversations"][0], id="list"),
        pytest.param("/api/conversations/web:visitor-1", "TakeoverCard", lambda body: body["card"], id="card"),
        pytest.param(
            "/api/conversations/web:visitor-1", "TimelineEntry", lambda body: body["timeline"][0], id="timeline"
        ),
        pytest.param(
            "/api/conversations/web:visitor-1/history", "PastLine", lambda body: body["lines"][0], id="history"
        ),
        pytest.param(
            "/api/conversations/web:visitor-1/search?words=停电",
            "Message",
            lambda body: body["messages"][0],
            id="search",
        ),
        pytest.param("/api/conversations/web:none", "Problem", lambda body: body, id="problem"),
    ],
)
async def test_an_answer_is_what_the_contract_promises(
    path: str, schema: str, pick: Any, supervisor: Person, chat: Chat, desk: Desk, clock: StepClock
) -> None:
    past = Chat(desk.pool, clock, "visitor-old")
    await past.write("上周就报过修")
    link = "insert into identity_links values ('l', $1, $2, 'code', now())"
    await desk.pool.execute(link, chat.id, past.id)
    await desk.request(chat.id, ASKED)

    answer = await supervisor.get(path)

    _check("console.openapi.yml", f"#/components/schemas/{schema}", pick(answer.body))


async def test_what_the_socket_says_is_what_the_contract_promises(agent: Person, chat: Chat, desk: Desk) -> None:
    socket = await agent.open_socket()
    await desk.request(chat.id, ASKED)
    await socket.until("message", conversation_id=chat.id)
    await socket.until("queue.changed")

    kinds = {event["type"] for event in socket.seen}

    assert {"pong", "conversation.changed", "message", "queue.changed"} <= kinds
    for event in socket.seen:
        told = json.loads(json.dumps(event))
        _check("desk-socket.schema.json", "#/$defs/serverFrame", told)


async def test_the_signs_of_a_customer_and_the_end_of_a_session_are_what_the_contract_promises(
    agent: Person, chat: Chat, desk: Desk
) -> None:
    await desk.take_over(chat.id, agent.identity)
    socket = await agent.open_socket()
    # Told of the second line, the floor knows the chat: signs of one that it does not know are told to nobody.
    said = await desk.say(chat.id, agent.identity, "client-0001", "您好")
    while (await socket.until("message", conversation_id=chat.id))["message"]["seq"] < said.line.seq:
        pass
    await desk.bus.publish(f"conversation:{chat.id}", {"kind": "typing", "role": "customer", "on": True})
    await desk.bus.publish(f"conversation:{chat.id}", {"kind": "read", "role": "customer", "seq": 1})
    await socket.until("typing", conversation_id=chat.id)
    await socket.until("read", conversation_id=chat.id)
    await agent.log_in()
    await socket.until("session.replaced")

    for event in socket.seen:
        _check("desk-socket.schema.json", "#/$defs/serverFrame", json.loads(json.dumps(event)))


def test_every_operation_has_a_name_and_says_what_it_refuses() -> None:
    operations = [
        call
        for calls in _document("console.openapi.yml")["paths"].values()
        for method, call in calls.items()
        if method != "parameters"
    ]

    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    assert [one["operationId"] for one in operations if not {"default", "400"} & set(one["responses"])] == []
