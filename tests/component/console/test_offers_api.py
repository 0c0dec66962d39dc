"""Offers, transfers, presence and the agents' page over the API, beside the running sweeper."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from console.server.sweeper import SWEEP_EVERY_S
from conversation.reply import HandoffRequest
from handoff.desk import Desk
from handoff.routing.picking import Pick
from runtime.postgres import Pool
from tests.component.console.desk_server import DeskServer, DeskSocket, Person
from tests.component.console.test_contract import _check
from tests.component.handoff.chats import Chat

ASKED = HandoffRequest("billing", "asked", 5)


async def _offers(person: Person, socket: DeskSocket) -> Any:
    """Waits until something is offered."""
    while not (told := (await person.get("/api/offers")).body)["offers"]:
        await socket.until("offers.changed")
    return told


async def test_an_open_desk_is_offered_what_waits_and_told_why(agent: Person, chat: Chat, desk: Desk) -> None:
    socket = await agent.open_socket()
    await desk.request(chat.id, ASKED)

    told = await _offers(agent, socket)

    (offer,) = told["offers"]
    _check("console.openapi.yml", "#/components/schemas/Offer", offer)
    assert told["status"] == "online"
    assert (offer["escalation"]["conversation_id"], offer["escalation"]["state"]) == (chat.id, "offered")
    assert [each["outcome"] for each in offer["path"]["considered"]] == ["chosen"]
    assert 0 < offer["left_s"] <= 20


async def test_declining_takes_the_card_away_and_names_why_in_the_timeline(
    agent: Person, supervisor: Person, chat: Chat, desk: Desk
) -> None:
    socket = await agent.open_socket()
    await desk.request(chat.id, ASKED)
    number = (await _offers(agent, socket))["offers"][0]["escalation"]["id"]

    answer = await agent.post(f"/api/escalations/{number}/decline", {"reason": "正在通话"})

    assert answer.status == 200
    assert answer.body["conversation"]["owner"] == "queue"
    assert (await agent.get("/api/offers")).body["offers"] == []
    timeline = (await supervisor.get(f"/api/conversations/{chat.id}")).body["timeline"]
    declined = next(entry for entry in timeline if entry["name"] == "escalation.declined")
    assert (declined["actor"], declined["detail"]["said"]) == ("K0104", "正在通话")


async def test_an_agent_on_a_break_is_offered_nothing(agent: Person, colleague: Person, chat: Chat, desk: Desk) -> None:
    socket = await colleague.open_socket()
    await agent.open_socket()
    answer = await agent.post("/api/presence", {"status": "away"})
    await desk.request(chat.id, ASKED)

    told = await _offers(colleague, socket)

    assert answer.body == {"status": "away"}
    considered = {each["agent"]["id"]: each["why"] for each in told["offers"][0]["path"]["considered"]}
    assert considered["K0104"] == ["away"]


async def test_logging_out_leaves_the_desk(agent: Person, supervisor: Person) -> None:
    await agent.open_socket()
    await agent.post("/api/logout")

    agents = (await supervisor.get("/api/agents")).body["agents"]

    assert {each["id"]: each["status"] for each in agents} == {"K0104": "offline", "S0001": "offline"}


async def test_a_transfer_waits_on_both_desks_for_a_yes(
    agent: Person, colleague: Person, chat: Chat, desk: Desk
) -> None:
    await desk.take_over(chat.id, agent.identity)
    socket = await colleague.open_socket()

    asked = await agent.post(f"/api/conversations/{chat.id}/transfer", {"to": "K0105", "note": "要查账单"})
    await socket.until("offers.changed")
    (given,) = (await agent.get("/api/offers")).body["transfers"]
    (taken,) = (await colleague.get("/api/offers")).body["transfers"]

    _check("console.openapi.yml", "#/components/schemas/Transfer", taken)
    assert asked.body["conversation"]["agent"]["id"] == "K0104"
    assert (given["mine"], taken["mine"], taken["note"]) == (True, False, "要查账单")

    accepted = await colleague.post(f"/api/transfers/{taken['id']}/accept")
    late = await agent.post(f"/api/transfers/{taken['id']}/withdraw")

    assert accepted.body["conversation"]["agent"]["id"] == "K0105"
    assert (late.status, late.code) == (409, "handoff.transfer_over")
    assert (await agent.get("/api/offers")).body["transfers"] == []


async def test_a_colleague_declines_and_the_giver_withdraws(
    agent: Person, colleague: Person, chat: Chat, desk: Desk
) -> None:
    await desk.take_over(chat.id, agent.identity)
    where = f"/api/conversations/{chat.id}/transfer"
    await agent.post(where, {"to": "K0105", "note": ""})
    (first,) = (await colleague.get("/api/offers")).body["transfers"]

    declined = await colleague.post(f"/api/transfers/{first['id']}/decline", {"reason": "忙"})
    await agent.post(where, {"to": "billing", "note": ""})
    pending = await agent.post(where, {"to": "K0105", "note": ""})
    (second,) = (await agent.get("/api/offers")).body["transfers"]
    withdrawn = await agent.post(f"/api/transfers/{second['id']}/withdraw")

    assert [declined.status, withdrawn.status] == [200, 200]
    assert (pending.status, pending.code) == (409, "handoff.transfer_pending")
    assert (second["to"], second["skill"]) == (None, "billing")
    assert withdrawn.body["conversation"]["agent"]["id"] == "K0104"


async def test_colleagues_are_shown_with_load_and_skills(
    agent: Person, colleague: Person, chat: Chat, desk: Desk
) -> None:
    await colleague.open_socket()
    await desk.take_over(chat.id, colleague.identity)

    body = (await agent.get("/api/colleagues")).body

    assert [(each["id"], each["status"], each["load"]) for each in body["colleagues"]] == [("K0105", "online", 1.0)]
    assert body["skills"] == [{"skill": "billing", "online": 1}, {"skill": "fault", "online": 1}]
    _check("console.openapi.yml", "#/components/schemas/Colleague", body["colleagues"][0])


async def test_a_supervisor_changes_what_an_agent_does_and_it_is_audited(
    agent: Person, supervisor: Person, database: Pool
) -> None:
    able = {"skills": ["fault", "fault"], "regions": ["D1"], "classes": ["elder"], "languages": ["zh", "yue"]}

    answer = await supervisor.post("/api/agents/K0104", {**able, "max_chats": 6})
    unknown = await supervisor.post("/api/agents/K9999", {**able, "max_chats": 6})

    changed = answer.body["agent"]
    _check("console.openapi.yml", "#/components/schemas/DeskAgent", changed)
    assert (changed["skills"], changed["regions"], changed["max_chats"]) == (["fault"], ["D1"], 6)
    assert (unknown.status, unknown.code) == (404, "console.agent.unknown")
    detail = await database.fetchval("select detail from audit where action = 'agent.change' and subject = 'K0104'")
    assert detail["skills"] == {"from": ["billing", "fault"], "to": ["fault"]}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("skills", "fault"),
        ("skills", [1]),
        ("skills", ["x" * 41]),
        ("regions", [""]),
        ("max_chats", 51),
        ("max_chats", -1),
    ],
)
async def test_what_is_no_list_of_words_or_no_number_is_refused(field: str, value: Any, supervisor: Person) -> None:
    able = {"skills": [], "regions": [], "classes": [], "languages": [], "max_chats": 1}

    answer = await supervisor.post("/api/agents/S0001", {**able, field: value})

    assert answer.status == 400


async def test_an_unknown_presence_is_refused(agent: Person) -> None:
    answers = [await agent.post("/api/presence", {"status": status}) for status in ("asleep", "offline", 7)]

    assert {answer.status for answer in answers} == {400}


async def test_what_is_of_another_skill_is_not_picked_from_the_queue(
    server: DeskServer, agent: Person, chat: Chat, desk: Desk
) -> None:
    services = server.app.ctx.services
    server.app.ctx.services = replace(services, desk=replace(services.desk, pick=Pick.SKILLS))
    asked = (await desk.request(chat.id, HandoffRequest("complaint", "complaint", 3))).escalation

    answer = await agent.post(f"/api/escalations/{asked.escalation_id}/accept")

    assert (answer.status, answer.code) == (403, "console.not_allowed")


async def test_the_sweeper_goes_on_when_nobody_wakes_it(
    server: DeskServer, agent: Person, chat: Chat, desk: Desk, database: Pool
) -> None:
    await agent.open_socket()
    quiet = Desk(database, desk.bus.__class__("redis://127.0.0.1:1/0"), desk.clock, desk.escalations)
    await quiet.request(chat.id, ASKED)

    for _ in range(20):
        if (await agent.get("/api/offers")).body["offers"]:
            return
        await asyncio.sleep(SWEEP_EVERY_S / 2)
    pytest.fail("nothing was offered")
