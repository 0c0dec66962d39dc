"""The calendar of shifts over HTTP: read by the desk, written by supervisors, refused when it makes no sense."""

from __future__ import annotations

from typing import Any

import pytest

from conversation.reply import HandoffRequest
from handoff.desk import Desk
from runtime.postgres import Pool
from tests.component.console.desk_server import Person
from tests.component.console.test_contract import _check
from tests.component.handoff.chats import Chat

WEEK = {"workday": "08:30-12:00,13:30-18:00", "weekend": "09:00-17:00", "holiday": ""}
STORM = {"skill": "", "first": "2026-11-22", "last": "2026-11-23", "hours": "", "name": "台风"}


def of(book: Any, skill: str) -> Any:
    return next(one for one in book["skills"] if one["skill"] == skill)


async def test_the_book_shows_every_skill_and_the_next_fortnight(agent: Person) -> None:
    book = (await agent.get("/api/hours")).body

    _check("console.openapi.yml", "#/components/schemas/Hours", book)
    billing = of(book, "billing")
    assert (billing["workday"], billing["own"], billing["open"]) == ("08:00-20:00", False, True)
    assert [day["day"] for day in billing["preview"]][::13] == ["2026-11-21", "2026-12-04"]
    assert all(day["always"] for day in of(book, "danger")["preview"])


async def test_a_year_whose_holidays_nobody_knows_is_said(agent: Person) -> None:
    assert (await agent.get("/api/hours")).body["unknown_years"] == [2027]


async def test_a_supervisors_hours_hold_from_the_next_request_on(
    supervisor: Person, desk: Desk, chat: Chat, database: Pool
) -> None:
    book = (await supervisor.post("/api/hours/billing", {**WEEK, "weekend": ""})).body  # today is a Saturday

    await desk.request(chat.id, HandoffRequest("billing", "asked"))

    assert of(book, "billing")["own"]
    assert not of(book, "billing")["open"]
    assert "11月23日 8:30-12:00" in (await chat.lines())[-1][1]
    assert await database.fetchval("select actor from audit where action = 'hours.set'") == "S0001"


async def test_a_skill_goes_back_to_the_default(supervisor: Person) -> None:
    await supervisor.post("/api/hours/billing", WEEK)

    book = (await supervisor.post("/api/hours/billing/reset", {})).body

    assert (of(book, "billing")["own"], of(book, "billing")["weekend"]) == (False, "08:00-20:00")


async def test_an_exception_is_shown_in_the_preview_until_it_is_dropped(supervisor: Person) -> None:
    book = (await supervisor.post("/api/hours-days", STORM)).body
    sunday = of(book, "general")["preview"][1]

    after = (await supervisor.post(f"/api/hours-days/{book['days'][0]['id']}/drop", {})).body

    assert (sunday["hours"], sunday["exception"]) == ("", "台风")
    assert after["days"] == []
    assert of(after, "general")["preview"][1]["exception"] == ""


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/api/hours/billing", {**WEEK, "workday": "8-20"}, "console.hours.invalid"),
        ("/api/hours/billing", {**WEEK, "workday": "08:00-12:00,11:00-13:00"}, "console.hours.invalid"),
        ("/api/hours/nobody", WEEK, "console.skill.unknown"),
        ("/api/hours-days", {**STORM, "last": "2026-11-21"}, "console.day.order"),
        ("/api/hours-days", {**STORM, "first": "21.11.2026"}, "console.day.invalid"),
        ("/api/hours-days", {**STORM, "skill": "nobody"}, "console.skill.unknown"),
        ("/api/hours-days", {**STORM, "name": ""}, "console.text.empty"),
    ],
)
async def test_what_makes_no_sense_is_refused(supervisor: Person, path: str, body: Any, code: str) -> None:
    assert (await supervisor.post(path, body)).code == code


async def test_facts_come_with_the_return_and_stay_with_the_conversation(
    agent: Person, desk: Desk, chat: Chat, database: Pool
) -> None:
    await desk.take_over(chat.id, agent.identity)
    facts = {"done": ["已派单"], "promised": [{"text": "18点前到", "at": "2026-11-21T18:00:00"}], "slots": {"x": "1"}}

    answer = await agent.post(f"/api/conversations/{chat.id}/return", {"note": "F26112100012 已派", "facts": facts})

    kept = await database.fetchval("select return_facts from conversations where conversation_id = $1", chat.id)
    assert answer.status == 200
    assert (kept["done"], kept["orders"], kept["slots"]) == (["已派单"], ["F26112100012"], {})
    assert kept["promised"] == [{"text": "18点前到", "at": "2026-11-21T18:00:00+08:00"}]


@pytest.mark.parametrize("facts", [[], {"else": 1}, {"promised": [{"at": "x"}]}, {"done": "no list"}, {"slots": [1]}])
async def test_facts_of_another_shape_are_refused(agent: Person, desk: Desk, chat: Chat, facts: Any) -> None:
    await desk.take_over(chat.id, agent.identity)

    answer = await agent.post(f"/api/conversations/{chat.id}/close", {"summary": "", "facts": facts})

    assert answer.status == 400
