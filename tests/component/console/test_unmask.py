"""Showing what is masked: for a reason, for minutes, written down without the number, counted, alarming if often."""

from __future__ import annotations

from typing import Any

import pytest

from console.server.login_settings import LoginSettings
from conversation.reply import HandoffRequest
from handoff.card.masks import kind_of, mask
from handoff.desk import Desk
from runtime.postgres import Pool
from tests.component.console.desk_server import Person
from tests.component.handoff.chats import Chat

SLOTS = [{"name": "phone", "value": "13800001011"}, {"name": "address", "value": "织女苑3栋502室"}]
ASKED = HandoffRequest("fault", "asked", 5, {"slots": SLOTS})
WISH = {"field": "slot:phone", "reason": "call_back", "words": ""}


@pytest.fixture
def login_settings() -> LoginSettings:
    return LoginSettings(unmask_alarm=3)


@pytest.fixture
async def address(agent: Person, chat: Chat, desk: Desk) -> str:
    """The call on a chat that the agent serves."""
    await desk.request(chat.id, ASKED)
    await desk.take_over(chat.id, agent.identity)
    return f"/api/conversations/{chat.id}/unmask"


async def test_the_card_hides_what_the_request_holds(agent: Person, address: str) -> None:
    card = (await agent.get(address.removesuffix("/unmask"))).body["card"]

    assert [slot["value"] for slot in card["slots"]] == ["138****1011", "织女苑****"]


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        pytest.param("slot:phone", "13800001011", "138****1011", id="phone"),
        pytest.param("slot:address", "织女苑3栋502室", "织女苑****", id="address"),
        pytest.param("line:1", "家里停电了，电话13800001011", "家里停电了，电话138****1011", id="line"),
        pytest.param("asked", "家里停电了，电话13800001011", "家里停电了，电话138****1011", id="asked"),
    ],
)
async def test_a_value_is_shown_for_a_reason_and_written_down_masked(
    agent: Person, address: str, database: Pool, field: str, value: str, shown: str
) -> None:
    answer = await agent.post(address, {**WISH, "field": field})

    row = await database.fetchrow("select actor, subject, detail from audit where action = 'unmask'")
    assert (answer.body["value"], answer.body["seconds"], answer.body["count"]) == (value, 300, 1)
    assert (row["actor"], row["detail"]["shown"], row["detail"]["reason"]) == ("K0104", shown, "call_back")
    assert "13800001011" not in str(row["detail"])


async def test_accounts_of_the_profile_are_shown_when_the_bot_knows_them(
    agent: Person, address: str, database: Pool, chat: Chat
) -> None:
    profile = {"accounts": [{"account_no": "6201011006117", "address": "织女苑3栋502室"}, {"tail": "9999"}]}
    await database.execute("update conversations set profile = $2 where conversation_id = $1", chat.id, profile)

    number = await agent.post(address, {**WISH, "field": "account:6117"})
    place = await agent.post(address, {**WISH, "field": "address:6117"})
    unknown = await agent.post(address, {**WISH, "field": "account:9999"})

    assert (number.body["value"], place.body["value"]) == ("6201011006117", "织女苑3栋502室")
    assert (unknown.status, unknown.code) == (404, "console.unmask.unknown")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        pytest.param({"reason": "curious"}, 400, "console.unmask.reason", id="reason"),
        pytest.param({"reason": "other"}, 400, "console.unmask.words", id="words"),
        pytest.param({"field": "slot:nothing"}, 404, "console.unmask.unknown", id="slot"),
        pytest.param({"field": "agents.password_hash"}, 404, "console.unmask.unknown", id="source"),
        pytest.param({"field": "line:99999999999999999999"}, 404, "console.unmask.unknown", id="huge_line"),
        pytest.param({"field": "line:x"}, 404, "console.unmask.unknown", id="no_line"),
        pytest.param({"words": "\x00"}, 400, "console.text.invalid", id="nul"),
    ],
)
async def test_a_wish_that_cannot_be_shows_nothing(
    agent: Person, address: str, database: Pool, change: dict[str, Any], status: int, code: str
) -> None:
    answer = await agent.post(address, {**WISH, **change})

    assert (answer.status, answer.code) == (status, code)
    assert await database.fetchval("select count(*) from unmaskings") == 0


async def test_who_looks_often_alarms_the_supervisors_once(agent: Person, supervisor: Person, address: str) -> None:
    socket = await supervisor.open_socket()
    for _ in range(5):
        await agent.post(address, WISH)
    await socket.until("alarm")

    (alarm,) = (await supervisor.get("/api/alarms")).body["alarms"]
    seen = await supervisor.post(f"/api/alarms/{alarm['id']}/seen")

    assert (alarm["agent"]["id"], alarm["detail"]["count"], seen.status) == ("K0104", 3, 204)
    assert (await supervisor.get("/api/alarms")).body["alarms"] == []


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("contact_phone", "13800001011", "138****1011"),
        ("account_no", "6201011006117", "****6117"),
        ("address", "人民路12号", "人民路****"),
        ("address", "织女苑3-2-502", "织女苑****"),
        ("address", "织女苑", "织女苑"),
        ("address", "银河小区三号楼二单元", "银河小区****"),
        ("holder_name", "江一苇", "江**"),
        ("period", "昨天", "昨天"),
        ("phone", "138****1011", "138****1011"),
    ],
)
def test_a_slot_is_masked_by_what_it_holds(name: str, value: str, shown: str) -> None:
    assert mask(kind_of(name), value) == shown
