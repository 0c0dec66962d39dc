"""The wall: what waits, who serves, the day's figures, the alarms, and nothing when nothing changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from conversation.reply import HandoffRequest
from handoff.desk import Desk
from runtime.postgres import Pool
from tests.component.console.desk_server import Person
from tests.component.console.test_contract import _check
from tests.component.handoff.chats import Chat, StepClock

LOOKS = 30
ASKED = HandoffRequest("billing", "asked", 5)


async def _wall(supervisor: Person) -> Any:
    return (await supervisor.get("/api/wall")).body


async def _sit_down(*people: Person) -> None:
    for person in people:
        assert (await person.post("/api/presence", {"status": "online"})).status < 300


async def _states(supervisor: Person) -> dict[str, str]:
    return {one["id"]: one["state"] for one in (await _wall(supervisor))["agents"]}


async def _another(database: Pool, clock: StepClock, name: str) -> Chat:
    chat = Chat(database, clock, name)
    await chat.write("您好")
    return chat


def _kinds(wall: Any) -> list[str]:
    return [alarm["kind"] for alarm in wall["alarms"]]


async def test_the_wall_shows_who_waits_who_serves_and_is_what_the_contract_promises(
    supervisor: Person, agent: Person, chat: Chat, desk: Desk, database: Pool, clock: StepClock
) -> None:
    other = await _another(database, clock, "visitor-2")
    await desk.request(chat.id, ASKED)
    await desk.request(other.id, ASKED)
    await desk.take_over(other.id, agent.identity)
    await _sit_down(agent, supervisor)

    wall = await _wall(supervisor)

    _check("console.openapi.yml", "#/components/schemas/Wall", wall)
    assert [one["conversation_id"] for one in wall["waiting"]] == [chat.id]
    assert [(one["conversation_id"], one["agent_id"]) for one in wall["serving"]] == [(other.id, "K0104")]
    seats = {one["id"]: (one["state"], one["load"]) for one in wall["agents"]}
    assert seats == {"K0104": ("busy", 1), "S0001": ("idle", 0)}


async def test_who_is_at_the_desk_is_what_routing_knows(
    supervisor: Person, agent: Person, desk: Desk, clock: StepClock
) -> None:
    seen = [(await _states(supervisor))["K0104"]]
    for status in ("online", "busy", "away"):
        await agent.post("/api/presence", {"status": status})
        clock.advance(timedelta(seconds=2))
        seen.append((await _states(supervisor))["K0104"])
    clock.advance(timedelta(seconds=desk.rules.seen_s))
    seen.append((await _states(supervisor))["K0104"])

    assert seen == ["offline", "idle", "paused", "away", "offline"]


async def test_an_agent_on_a_break_covers_no_skill(
    supervisor: Person, agent: Person, chat: Chat, desk: Desk, clock: StepClock
) -> None:
    await desk.request(chat.id, ASKED)
    await _sit_down(agent)
    covered = _kinds(await _wall(supervisor))
    await agent.post("/api/presence", {"status": "away"})
    clock.advance(timedelta(seconds=2))

    assert covered == []
    assert _kinds(await _wall(supervisor)) == ["uncovered"]


async def test_nothing_is_sent_again_when_nothing_changed(
    supervisor: Person, chat: Chat, desk: Desk, clock: StepClock
) -> None:
    await desk.request(chat.id, ASKED)
    first = await supervisor.get("/api/wall")

    same = await supervisor.get(f"/api/wall?since={first.body['version']}")
    mark = next(value for name, value in first.headers.items() if name.lower() == "etag")
    tagged = await supervisor.get("/api/wall", **{"If-None-Match": mark})
    await desk.leave_queue(chat.id)
    changed = await supervisor.get(f"/api/wall?since={first.body['version']}")

    assert (same.status, tagged.status, changed.status) == (204, 304, 200)
    assert changed.body["waiting"] == []


async def test_danger_that_waits_stands_first(
    supervisor: Person, chat: Chat, desk: Desk, database: Pool, clock: StepClock
) -> None:
    other = await _another(database, clock, "visitor-2")
    await desk.request(other.id, ASKED)
    await desk.request(chat.id, HandoffRequest("danger", "danger", 0))
    clock.advance(timedelta(minutes=10))

    wall = await _wall(supervisor)

    assert _kinds(wall)[0] == "danger_waiting"
    assert "wait_broken" in _kinds(wall)
    assert wall["alarms"][0]["conversation_id"] == chat.id


async def test_a_silent_agent_and_an_angry_customer_are_alarming(
    supervisor: Person, agent: Person, chat: Chat, desk: Desk, database: Pool, clock: StepClock
) -> None:
    await desk.take_over(chat.id, agent.identity)
    clock.advance(timedelta(minutes=2))
    unanswered = _kinds(await _wall(supervisor))
    await desk.say(chat.id, agent.identity, "c", "我来查")
    calm = _kinds(await _wall(supervisor))
    await chat.write("还没好？")
    await database.execute("update conversations set mood = 3")
    clock.advance(timedelta(minutes=5))
    silent = _kinds(await _wall(supervisor))

    assert unanswered == ["first_response_broken"]
    assert calm == []
    assert silent == ["agent_silent", "angry"]


async def test_a_skill_nobody_at_the_desk_has_is_alarming(supervisor: Person, chat: Chat, desk: Desk) -> None:
    await desk.request(chat.id, HandoffRequest("points", "asked", 5))

    alarms = (await _wall(supervisor))["alarms"]

    assert [(alarm["kind"], alarm["skill"]) for alarm in alarms] == [("uncovered", "points")]


async def test_failing_turns_of_the_bot_are_alarming(supervisor: Person, chat: Chat, database: Pool) -> None:
    await database.execute("update messages set turn = 'failed'")

    wall = await _wall(supervisor)

    assert (_kinds(wall), wall["bot_errors"]) == (["bot_errors"], 1)


async def test_the_days_figures_are_counted(
    supervisor: Person, agent: Person, chat: Chat, desk: Desk, database: Pool, clock: StepClock
) -> None:
    gone, alone = [await _another(database, clock, name) for name in ("visitor-2", "visitor-3")]
    await desk.request(gone.id, ASKED)
    await desk.leave_queue(gone.id)
    escalation = (await desk.request(chat.id, ASKED)).escalation
    clock.advance(timedelta(seconds=58))
    await desk.accept(escalation.escalation_id, agent.identity)
    clock.advance(timedelta(seconds=19))
    await desk.say(chat.id, agent.identity, "c", "查好了")
    clock.advance(timedelta(minutes=5))
    await desk.close(chat.id, agent.identity, "")
    seq = await database.fetchval("select seq from messages where body ? 'survey'")
    await database.execute(
        "insert into evaluations (conversation_id, seq, escalation_id, kind, value, at, changed_at)"
        " values ($1, $2, $3, 'service', 4, now(), now())",
        chat.id,
        seq,
        escalation.escalation_id,
    )

    today = (await _wall(supervisor))["today"]

    counted = {name: today[name] for name in ("requests", "answered", "abandoned", "closed", "rated", "stars", "talks")}
    assert counted == {
        "requests": 2, "answered": 1, "abandoned": 1, "closed": 1, "rated": 1, "stars": 4.0, "talks": 3,
    }  # fmt: skip
    assert today["self_served"] == 1
    # The desk's own rounds look at the clock, too, and each look takes a second of it.
    assert 58 <= today["wait_s"] < 58 + LOOKS
    assert 19 <= today["first_response_s"] < 19 + LOOKS
    assert 319 <= today["handle_s"] < 319 + 2 * LOOKS
    assert [hour["hour"] for hour in today["hours"]] == [10]


async def test_figures_are_given_by_agent_skill_and_day(
    supervisor: Person, agent: Person, chat: Chat, desk: Desk
) -> None:
    escalation = (await desk.request(chat.id, ASKED)).escalation
    await desk.accept(escalation.escalation_id, agent.identity)
    await desk.close(chat.id, agent.identity, "")

    answers = {
        by: (await supervisor.get(f"/api/figures?by={by}&first=2026-11-21")).body for by in ("agent", "skill", "day")
    }

    keys = {by: [(row["key"], row["answered"]) for row in body["rows"]] for by, body in answers.items()}
    assert keys == {"agent": [("K0104", 1)], "skill": [("billing", 1)], "day": [("2026-11-21", 1)]}
    assert answers["agent"]["rows"][0]["name"] == "江一苇"


@pytest.mark.parametrize(
    "query", ["by=nobody", "first=yesterday", "first=2026-11-22&last=2026-11-21", "first=2024-01-01&last=2026-01-01"]
)
async def test_a_report_of_nonsense_is_refused(query: str, supervisor: Person) -> None:
    answer = await supervisor.get(f"/api/figures?{query}")

    assert answer.status == 400
    assert answer.code.startswith("figures.")


async def _low_score(chat: Chat, desk: Desk, agent: Person, database: Pool, clock: StepClock) -> int:
    """A service with one star, whose call is late; returns the call's number."""
    await desk.take_over(chat.id, agent.identity)
    await desk.close(chat.id, agent.identity, "")
    seq, escalation_id = await database.fetchrow(
        "select seq, (body -> 'survey' ->> 'escalation')::bigint from messages where body ? 'survey'"
    )
    await database.execute(
        "insert into evaluations (conversation_id, seq, escalation_id, kind, value, comment, at, changed_at)"
        " values ($1, $2, $3, 'service', 1, '打13800001011没人接', now(), now())",
        chat.id,
        seq,
        escalation_id,
    )
    number = await database.fetchval(
        "insert into follow_ups (conversation_id, escalation_id, opened_at, due_at) values ($1, $2, $3, $3)"
        " returning follow_up_id",
        chat.id,
        escalation_id,
        clock.now(),
    )
    return int(number)


async def test_a_call_after_a_low_score_is_claimed_tried_and_ended(
    supervisor: Person, agent: Person, chat: Chat, desk: Desk, database: Pool, clock: StepClock
) -> None:
    number = await _low_score(chat, desk, agent, database, clock)

    late = _kinds(await _wall(supervisor))
    listed = (await supervisor.get("/api/follow-ups")).body["follow_ups"]
    _check("console.openapi.yml", "#/components/schemas/FollowUp", listed[0])
    await supervisor.post(f"/api/follow-ups/{number}/claim")
    tried = await supervisor.post(f"/api/follow-ups/{number}/result", {"outcome": "unreached", "cause": "", "note": ""})
    unsaid = await supervisor.post(f"/api/follow-ups/{number}/result", {"outcome": "reached", "cause": "", "note": ""})
    result = {"outcome": "reached", "cause": "wait", "note": "已致歉"}
    ended = await supervisor.post(f"/api/follow-ups/{number}/result", result)
    again = await supervisor.post(f"/api/follow-ups/{number}/result", result)

    assert late == ["follow_up_late"]
    assert (listed[0]["stars"], listed[0]["comment"], listed[0]["late"]) == (1, "打138****1011没人接", True)
    assert (tried.body, unsaid.status, ended.body) == ({"ended": False}, 400, {"ended": True})
    assert (again.status, again.code) == (409, "handoff.follow_up_ended")
    assert (await chat.events())[-3:] == [
        "escalation.follow_up_claimed",
        "escalation.follow_up_tried",
        "escalation.follow_up_ended",
    ]
