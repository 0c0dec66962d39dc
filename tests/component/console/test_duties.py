"""What is owed to customers and sent to them: closing, knowledge, calls, quotas, failed lines, files."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from handoff.delivery import call_list
from handoff.desk import Desk
from runtime.postgres import Pool, transaction
from tests.component.console.desk_server import Answer, Person
from tests.component.console.test_contract import _check
from tests.component.handoff.chats import Chat, StepClock

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
async def mine(chat: Chat, desk: Desk, agent: Person) -> Chat:
    """A chat that the agent serves."""
    await desk.take_over(chat.id, agent.identity)
    return chat


async def _promise(person: Person, chat: Chat, clock: StepClock, minutes: int) -> int:
    due = (clock.now() + timedelta(minutes=minutes)).isoformat()
    answer = await person.post(f"/api/conversations/{chat.id}/promises", {"text": "18点前到", "due_at": due})
    assert answer.status == 201, answer.body
    _check("console.openapi.yml", "#/components/schemas/Promise", answer.body["promise"])
    return int(answer.body["promise"]["id"])


async def test_closing_is_prefilled_from_what_happened_and_filed(
    agent: Person, mine: Chat, database: Pool, clock: StepClock
) -> None:
    say = f"/api/conversations/{mine.id}/messages"
    await agent.post(say, {"client_id": "1", "text": "已登记，工单F26112100012，师傅今天到"})
    await _promise(agent, mine, clock, 60)

    draft = (await agent.get(f"/api/conversations/{mine.id}/closing")).body["closing"]
    body = {"summary": "已登记报修。", "topic": "outage_report", "result": "ordered"}
    closed = await agent.post(f"/api/conversations/{mine.id}/closing", body)
    wrong = await agent.post(f"/api/conversations/{mine.id}/closing", {**body, "result": "nonsense"})

    assert draft["asked"] == ["家里停电了，电话138****1011"]
    assert (draft["orders"], [one["text"] for one in draft["promises"]]) == (["F26112100012"], ["18点前到"])
    assert (closed.status, closed.body["conversation"]["owner"], wrong.status) == (200, "bot", 400)
    assert await database.fetchval("select result from closings") == "ordered"
    _check("console.openapi.yml", "#/components/schemas/Closing", draft)


async def test_the_summary_names_what_was_done_and_no_code_the_customer_typed(
    agent: Person, mine: Chat, database: Pool, clock: StepClock
) -> None:
    await agent.post(f"/api/conversations/{mine.id}/messages", {"client_id": "1", "text": "已并入F26112100012-02"})
    for text in ("876258", "有电池 还能撑两小时"):
        await mine.write(text)
    await database.execute(
        "insert into escalation_events (conversation_id, name, actor, detail, at) values ($1, $2, $3, $4, $5)",
        *(mine.id, "act.urge", "K0104", {"number": "F26112100012-02"}, clock.now()),
    )

    draft = (await agent.get(f"/api/conversations/{mine.id}/closing")).body["closing"]

    assert draft["asked"] == ["家里停电了，电话138****1011", "有电池 还能撑两小时"]
    assert draft["acts"] == [{"name": "urge", "what": "F26112100012-02"}]
    assert draft["orders"] == ["F26112100012-02"]


async def test_an_answer_becomes_knowledge_only_by_a_supervisor(
    agent: Person, supervisor: Person, mine: Chat, database: Pool
) -> None:
    pair = {"question": "电话13800001011能改吗", "answer": "能，网上改。", "intent": "ask_procedure"}
    made = await agent.post("/api/knowledge-drafts", {**pair, "conversation_id": mine.id})
    number = made.body["id"]

    listed = (await supervisor.get("/api/knowledge-drafts")).body["drafts"]
    taken = await supervisor.post(f"/api/knowledge-drafts/{number}/acceptance", {**pair, "question": "联系电话能改吗"})
    again = await supervisor.post(f"/api/knowledge-drafts/{number}/rejection", {"reason": "重复"})

    assert (made.status, listed[0]["question"]) == (201, "电话138****1011能改吗")
    assert (taken.body["draft"]["state"], taken.body["draft"]["question"]) == ("accepted", "联系电话能改吗")
    assert again.code == "draft.unknown"
    _check("console.openapi.yml", "#/components/schemas/KnowledgeDraft", listed[0])


async def test_who_is_to_be_called_is_listed_and_done_with_a_note(
    agent: Person, mine: Chat, database: Pool, clock: StepClock
) -> None:
    said = await agent.post(f"/api/conversations/{mine.id}/messages", {"client_id": "1", "text": "师傅改到明天"})
    seq = said.body["message"]["seq"]
    await database.execute("update messages set delivery = 'failed' where seq = $1", seq)
    async with transaction(database) as connection:
        await call_list.add(connection, mine.id, [seq], "quota", at=clock.now())

    call = (await agent.get("/api/calls")).body["calls"][0]
    done = await agent.post(f"/api/calls/{call['id']}/done", {"note": "已告知本人"})
    twice = await agent.post(f"/api/calls/{call['id']}/done", {"note": "已告知本人"})

    assert [line["text"] for line in call["lines"]] == ["师傅改到明天"]
    assert (done.status, twice.status, (await agent.get("/api/calls")).body["calls"]) == (204, 409, [])
    assert await database.fetchval("select note from call_list") == "已告知本人"
    _check("console.openapi.yml", "#/components/schemas/Call", call)


async def test_the_quota_of_a_wechat_customer_is_told_and_a_web_chat_has_none(
    agent: Person, supervisor: Person, mine: Chat, database: Pool, clock: StepClock
) -> None:
    await database.execute(
        "insert into conversations (conversation_id, channel, channel_user, last_seq, created_at, updated_at)"
        " values ('wechat:oA', 'wechat', 'oA', 1, $1, $1)",
        clock.now(),
    )
    await database.execute(
        "insert into messages (conversation_id, seq, role, body, epoch, created_at)"
        " values ('wechat:oA', 1, 'customer', $2, 0, $1)",
        clock.now(),
        {"text": "在吗"},
    )

    quota = (await supervisor.get("/api/conversations/wechat:oA/quota")).body["quota"]

    assert (quota["left"], quota["most"], quota["window_open"]) == (4, 5, True)
    assert quota["window_ends_at"].startswith("2026-11-23T10:00")
    assert (await agent.get(f"/api/conversations/{mine.id}/quota")).body == {"quota": None}


async def test_a_failed_line_is_sent_again_and_nothing_else_is(agent: Person, mine: Chat, database: Pool) -> None:
    said = await agent.post(f"/api/conversations/{mine.id}/messages", {"client_id": "1", "text": "您好"})
    path = f"/api/conversations/{mine.id}/messages/{said.body['message']['seq']}/retry"
    pending = await agent.post(path, {})
    await database.execute("update messages set delivery = 'failed', owed = true where role = 'agent'")

    again = await agent.post(path, {})

    assert (pending.status, pending.code) == (409, "message.not_failed")
    assert (again.status, again.body["message"]["delivery"]) == (200, "pending")
    assert not await database.fetchval("select owed from messages where role = 'agent'")


async def test_ten_thousand_characters_are_refused_with_a_clear_code(agent: Person, mine: Chat) -> None:
    answer = await agent.post(f"/api/conversations/{mine.id}/messages", {"client_id": "1", "text": "字" * 10_000})

    assert (answer.status, answer.code) == (400, "console.text.too_long")
    assert [role for role, _ in await mine.lines()] == ["customer", "system"]


async def _send(person: Person, chat_id: str, content: bytes, name: str = "a.png", client_id: str = "f1") -> Answer:
    headers = {**person.page_headers(), "X-File-Name": name, "X-Client-Id": client_id}
    return await person.call("POST", f"/api/conversations/{chat_id}/files", raw=content, headers=headers)


async def test_a_picture_goes_to_the_customer_once_and_its_name_is_text(agent: Person, mine: Chat) -> None:
    name = "..%2F%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E.exe"
    first = await _send(agent, mine.id, PNG, name)
    second = await _send(agent, mine.id, PNG, name)

    message = first.body["message"]

    assert (first.status, message["seq"]) == (201, second.body["message"]["seq"])
    assert message["attachment"]["name"] == "<img src=x onerror=alert(1)>.png"
    url = f"{agent.server.url}/api/media/{message['attachment']['media_id']}"
    async with agent.http.get(url) as shown:
        assert (shown.status, shown.headers["Content-Type"], await shown.read()) == (200, "image/png", PNG)


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "file.empty"),
        (b"MZ\x90\x00" + b"x" * 40, 415, "file.kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "file.kind"),
        (PNG[:30], 415, "file.broken"),
        (b"%PDF-1.7\n1 0 obj<</OpenAction<</S/Java#53cript>>>>", 415, "file.acting"),
        (b"ID3" + b"x" * 40, 415, "file.kind"),
        (b"\xff\xd8\xff" + b"x" * (10 * 1024 * 1024), 413, "file.too_large"),
    ],
    ids=["empty", "program", "svg", "broken", "acting", "voice", "large"],
)
async def test_an_unsafe_file_is_refused(content: bytes, status: int, code: str, agent: Person, mine: Chat) -> None:
    answer = await _send(agent, mine.id, content)

    assert (answer.status, answer.code) == (status, code)


async def test_a_file_for_wechat_goes_as_a_link_or_is_refused_without_an_address(
    agent: Person, database: Pool, desk: Desk, clock: StepClock
) -> None:
    await database.execute(
        "insert into conversations (conversation_id, channel, channel_user, created_at, updated_at)"
        " values ('wechat:oB', 'wechat', 'oB', $1, $1)",
        clock.now(),
    )
    await desk.take_over("wechat:oB", agent.identity)
    settings = agent.server.app.ctx.services.settings

    refused = await _send(agent, "wechat:oB", b"%PDF-1.4\nplain", "bill.pdf")
    object.__setattr__(settings, "public_url", "https://chat.example.com")
    sent = await _send(agent, "wechat:oB", b"%PDF-1.4\nplain", "bill.pdf")

    assert (refused.status, refused.code) == (409, "file.no_address")
    assert (sent.status, "https://chat.example.com/files/" in sent.body["message"]["text"]) == (201, True)
    assert json.dumps(sent.body, ensure_ascii=False).count("bill.pdf") == 2


async def test_only_who_serves_the_chat_sends_files(colleague: Person, mine: Chat) -> None:
    answer = await _send(colleague, mine.id, PNG)

    assert (answer.status, answer.code) == (409, "handoff.not_owner")
