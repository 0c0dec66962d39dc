"""What makes an agent write faster: canned replies, suggestions, promises, notes with names, closing, calls, files."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from console.server.seed import seed_canned
from handoff.desk import Desk
from handoff.desk_help import suggestions, variables
from handoff.desk_help.suggestions import Suggestion, SuggestionKind
from runtime.postgres import Pool, transaction
from tests.component.console.desk_server import Answer, Person
from tests.component.console.test_contract import _check
from tests.component.handoff.chats import Chat, StepClock

WORDS = {"folder": "停电", "skill": "fault", "shortcut": "td", "title": "停电已登记", "expires_at": ""}


@pytest.fixture
async def mine(chat: Chat, desk: Desk, agent: Person) -> Chat:
    """A chat that the agent serves."""
    await desk.take_over(chat.id, agent.identity)
    return chat


async def _canned(person: Person, text: str, *, shared: bool, **more: Any) -> dict[str, Any]:
    answer = await person.post("/api/canned", {**WORDS, "text": text, "shared": shared, **more})
    assert answer.status == 201, answer.body
    made: dict[str, Any] = answer.body["canned"]
    return made


async def _usable(person: Person) -> list[str]:
    return [one["text"] for one in (await person.get("/api/canned")).body["canned"]]


async def _decide(supervisor: Person, made: dict[str, Any], *, approve: bool, reason: str = "") -> Answer:
    body = {"version": made["version"], "approve": approve, "reason": reason}
    return await supervisor.post(f"/api/canned/{made['id']}/decision", body)


async def test_a_shared_reply_is_used_only_when_a_supervisor_has_approved_it(
    agent: Person, colleague: Person, supervisor: Person
) -> None:
    made = await _canned(agent, "已登记。", shared=True)
    before = await _usable(colleague)
    refused = await _decide(agent, made, approve=True)

    await _decide(supervisor, made, approve=True)

    assert (before, refused.status) == ([], 403)
    assert await _usable(colleague) == ["已登记。"]
    _check("console.openapi.yml", "#/components/schemas/Canned", (await agent.get("/api/canned")).body["canned"][0])


async def test_a_new_version_changes_nothing_until_it_is_approved(agent: Person, supervisor: Person) -> None:
    made = await _canned(agent, "旧话", shared=True)
    await _decide(supervisor, made, approve=True)

    edited = (await agent.post(f"/api/canned/{made['id']}", {**WORDS, "text": "新话"})).body["canned"]
    waiting = await _usable(agent)
    without_reason = await _decide(supervisor, edited, approve=False)
    await _decide(supervisor, edited, approve=False, reason="太随意")

    assert (waiting, without_reason.status) == (["旧话"], 400)
    assert await _usable(agent) == ["旧话"]
    versions = (await agent.get(f"/api/canned/{made['id']}/versions")).body["versions"]
    assert [(one["state"], one["reason"]) for one in versions] == [("rejected", "太随意"), ("approved", None)]


async def test_a_personal_reply_is_used_at_once_and_by_its_owner_alone(agent: Person, colleague: Person) -> None:
    made = await _canned(agent, "我的话", shared=False)

    refused = await colleague.post(f"/api/canned/{made['id']}", {**WORDS, "text": "改"})

    assert (await _usable(agent), await _usable(colleague)) == (["我的话"], [])
    assert refused.status == 403


async def test_an_ending_reply_is_warned_of_and_hidden_after_its_end(
    agent: Person, supervisor: Person, clock: StepClock
) -> None:
    end = (clock.now() + timedelta(hours=5)).isoformat()
    made = await _canned(agent, "活动价", shared=True, expires_at=end)
    await _decide(supervisor, made, approve=True)
    await agent.server.app.ctx.services.watch.round()

    warned = (await agent.get("/api/canned")).body["canned"][0]["ends_soon"]
    told = [ping["kind"] for ping in (await supervisor.get("/api/pings")).body["pings"]]
    clock.advance(timedelta(hours=6))
    managed = (await agent.get("/api/canned/all")).body["canned"][0]

    assert (warned, told) == (True, ["canned_expiring"])
    assert await _usable(agent) == []
    assert managed["ended"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"text": "您好{随便}"}, "canned.unknown_blank"),
        ({"shortcut": "停电"}, "canned.shortcut_form"),
        ({"title": ""}, "console.text.empty"),
        ({"expires_at": "明天"}, "console.field.type"),
    ],
    ids=["blank", "shortcut", "title", "moment"],
)
async def test_an_unfit_reply_is_refused(change: dict[str, str], code: str, agent: Person) -> None:
    answer = await agent.post("/api/canned", {**WORDS, "text": "好", "shared": False, **change})

    assert (answer.status, answer.code) == (400, code)


async def test_two_shared_replies_have_two_shortcuts(agent: Person, colleague: Person) -> None:
    await _canned(agent, "一", shared=True)

    answer = await colleague.post("/api/canned", {**WORDS, "text": "二", "shared": True})

    assert (answer.status, answer.code) == (409, "canned.shortcut")


async def test_blanks_are_filled_and_a_missing_one_is_named_and_never_sent(
    agent: Person, mine: Chat, database: Pool
) -> None:
    profile = {"surname": "欧阳修", "accounts": [{"tail": "3218"}]}
    await database.execute("update conversations set profile = $2 where conversation_id = $1", mine.id, profile)
    text = "{姓氏}先生，户号{户号尾号}的{工单号}已派，{坐席}{时段}跟进。"
    made = await _canned(agent, text, shared=False)

    filled = (await agent.post(f"/api/conversations/{mine.id}/canned/{made['id']}", {})).body
    refused = await agent.post(f"/api/conversations/{mine.id}/messages", {"client_id": "a", "text": filled["text"]})
    braces = await agent.post(f"/api/conversations/{mine.id}/messages", {"client_id": "b", "text": "见{附件一}"})

    assert filled == {"text": "欧阳先生，户号3218的{工单号}已派，江一苇上午跟进。", "missing": ["工单号"]}
    assert (refused.status, refused.code) == (400, "console.text.unfilled")
    assert braces.status == 201


async def test_uses_are_counted(agent: Person) -> None:
    made = await _canned(agent, "好", shared=False)

    await agent.post(f"/api/canned/{made['id']}/uses", {})

    assert (await agent.get("/api/canned")).body["canned"][0]["uses"] == 1


async def _suggest(pool: Pool, chat: Chat, clock: StepClock, *texts: str) -> None:
    found = [Suggestion(SuggestionKind.KNOWLEDGE, "tier1", "第一档", text) for text in texts]
    async with transaction(pool) as connection:
        await suggestions.store(connection, chat.id, 1, found, at=clock.now())


async def test_what_becomes_of_suggestions_is_counted(
    agent: Person, supervisor: Person, mine: Chat, database: Pool, clock: StepClock
) -> None:
    await _suggest(database, mine, clock, "每度 0.5 元。", "分三档。", "请看公告。")
    shown = (await agent.get(f"/api/conversations/{mine.id}/suggestions")).body["suggestions"]
    seqs = [
        (await agent.post(f"/api/conversations/{mine.id}/messages", {"client_id": str(n), "text": text})).body
        for n, text in enumerate(["每度 0.5 元。", "分三档，您在一档。"])
    ]
    states = [
        (await agent.post(f"/api/suggestions/{one['id']}/sent", {"seq": said["message"]["seq"]})).body["state"]
        for one, said in zip(shown, seqs, strict=False)
    ]
    await agent.post(f"/api/suggestions/{shown[2]['id']}", {"state": "rejected"})

    figures = (await supervisor.get("/api/suggestions/figures")).body["figures"][0]
    left = (await agent.get(f"/api/conversations/{mine.id}/suggestions")).body["suggestions"]

    assert states == ["sent", "edited"]
    assert {key: figures[key] for key in ("shown", "sent", "edited", "rejected", "ignored")} == {
        "shown": 3, "sent": 1, "edited": 1, "rejected": 1, "ignored": 0,
    }  # fmt: skip
    assert left == []
    _check("console.openapi.yml", "#/components/schemas/Suggestion", shown[0])


async def _promise(person: Person, chat: Chat, clock: StepClock, minutes: int) -> int:
    due = (clock.now() + timedelta(minutes=minutes)).isoformat()
    answer = await person.post(f"/api/conversations/{chat.id}/promises", {"text": "18点前到", "due_at": due})
    assert answer.status == 201, answer.body
    _check("console.openapi.yml", "#/components/schemas/Promise", answer.body["promise"])
    return int(answer.body["promise"]["id"])


async def test_a_promise_reminds_its_agent_then_the_supervisors_and_is_broken_in_the_end(
    agent: Person, supervisor: Person, mine: Chat, clock: StepClock
) -> None:
    watch = agent.server.app.ctx.services.watch
    await _promise(agent, mine, clock, 60)
    kinds: list[tuple[list[str], list[str]]] = []
    for minutes in (0, 40, 30, 180):
        clock.advance(timedelta(minutes=minutes))
        await watch.round()
        told = [(await one.get("/api/pings")).body["pings"] for one in (agent, supervisor)]
        kinds.append(tuple([ping["kind"] for ping in pings] for pings in told))  # type: ignore[arg-type]

    listed = (await agent.get(f"/api/conversations/{mine.id}/promises")).body["promises"]

    assert kinds[0] == ([], [])
    assert kinds[1] == (["promise_due"], [])
    assert kinds[2] == (["promise_late", "promise_due"], ["promise_late"])
    assert listed[0]["state"] == "broken"
    assert {"promise.made", "promise.broken"} <= set(await mine.events())


async def test_a_promise_moved_is_reminded_of_anew_and_kept_is_over(
    agent: Person, mine: Chat, clock: StepClock
) -> None:
    number = await _promise(agent, mine, clock, 10)
    await agent.server.app.ctx.services.watch.round()
    later = (clock.now() + timedelta(hours=5)).isoformat()

    moved = await agent.post(f"/api/promises/{number}", {"act": "confirm", "due_at": later})
    card = (await agent.get(f"/api/conversations/{mine.id}")).body["card"]["promises"]
    kept = await agent.post(f"/api/promises/{number}", {"act": "kept", "due_at": ""})
    again = await agent.post(f"/api/promises/{number}", {"act": "broken", "due_at": ""})

    assert (moved.body["promise"]["confirmed"], moved.body["promise"]["reminded"]) == (True, False)
    assert [one["text"] for one in card] == ["18点前到"]
    assert (kept.body["promise"]["state"], again.status, again.code) == ("kept", 404, "promise.unknown")


async def test_a_promise_is_not_for_strangers_and_not_for_yesterday(
    agent: Person, colleague: Person, mine: Chat, clock: StepClock
) -> None:
    number = await _promise(agent, mine, clock, 10)

    foreign = await colleague.post(f"/api/promises/{number}", {"act": "kept", "due_at": ""})
    past = await agent.post(
        f"/api/conversations/{mine.id}/promises", {"text": "x", "due_at": "2026-11-20T10:00:00+08:00"}
    )

    assert (foreign.status, past.status, past.code) == (403, 400, "promise.past")


async def test_a_colleague_named_in_a_note_is_told_and_may_read_but_not_reply(
    agent: Person, colleague: Person, mine: Chat
) -> None:
    before = await colleague.get(f"/api/conversations/{mine.id}")

    note = {"client_id": "n", "text": "@顾南乔 看看这单 @江一苇"}
    await agent.post(f"/api/conversations/{mine.id}/notes", note)
    told = (await colleague.get("/api/pings")).body
    after = await colleague.get(f"/api/conversations/{mine.id}")
    reply = await colleague.post(f"/api/conversations/{mine.id}/messages", {"client_id": "x", "text": "您好"})
    await colleague.post("/api/pings/read", {"id": told["pings"][0]["id"]})

    assert (before.status, after.status, reply.status) == (403, 200, 409)
    assert (told["unread"], told["pings"][0]["by"]["name"]) == (1, "江一苇")
    assert (await colleague.get("/api/pings")).body["unread"] == 0
    assert (await agent.get("/api/pings")).body["unread"] == 0
    _check("console.openapi.yml", "#/components/schemas/Ping", told["pings"][0])


async def test_the_demo_has_good_replies_that_are_approved_and_seeded_once(
    agent: Person, supervisor: Person, database: Pool, clock: StepClock
) -> None:
    first = await seed_canned(database, clock.now())
    second = await seed_canned(database, clock.now())

    usable = (await agent.get("/api/canned")).body

    assert (first, second) == (len(usable["canned"]), 0)
    assert first >= 25
    assert next(one["initials"] for one in usable["canned"] if one["shortcut"] == "tf") == "tfsm"
    assert [one["shortcut"] for one in usable["canned"] if one["ends_soon"]] == ["fg"]
    assert not any(variables.unknown_blanks(one["text"]) for one in usable["canned"])
