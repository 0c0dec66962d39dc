"""Search by everything, masked; workbooks that open as what was written and never calculate."""

from __future__ import annotations

import io
from dataclasses import fields
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.server.search_filters import Filters
from console.server.workbook import defused
from conversation.reply import HandoffRequest
from handoff.desk import Desk
from runtime.postgres import Pool
from tests.component.console.desk_server import Person
from tests.component.console.test_contract import _check
from tests.component.handoff.chats import Chat, StepClock

ORDER = "F26112100012"
ASKED = HandoffRequest("fault", "complaint", 3, {"orders": [ORDER], "risks": ["complaint"]})
NO_FILTERS = {item.name: "" for item in fields(Filters)}


@pytest.fixture
async def floor(chat: Chat, desk: Desk, agent: Person, database: Pool, clock: StepClock) -> Chat:
    """A served chat with everything to search by, and one that the bot served alone."""
    await desk.request(chat.id, ASKED)
    await desk.take_over(chat.id, agent.identity)
    await desk.say(chat.id, agent.identity, "c", "已为您登记抢修，织女苑的线路正在修。")
    await database.execute(
        "update conversations set mood = 2, profile = $2 where conversation_id = $1",
        chat.id,
        {"display_name": "林女士", "accounts": [{"tail": "0018", "address_masked": "织女苑"}]},
    )
    await desk.close(chat.id, agent.identity, "")
    other = Chat(database, clock, "visitor-2")
    await other.write("=cmd|' /C calc'!A0")
    await database.execute(
        "update conversations set profile = $2 where conversation_id = $1", other.id, {"display_name": "=1+1"}
    )
    return chat


async def _found(supervisor: Person, query: str) -> list[Any]:
    answer = await supervisor.get(f"/api/search?{query}")
    assert answer.status == 200, answer.body
    return list(answer.body["rows"])


@pytest.mark.parametrize(
    "query",
    [
        "text=停电",
        "text=织女苑的线路",
        "customer=林女士",
        "account=0018",
        f"order={ORDER}",
        "agent=K0104",
        "agent=江一苇",
        "skill=fault",
        "channel=web&text=停电",
        "first=2026-11-21&last=2026-11-21&result=closed",
        "result=closed",
        "mood=2",
        "tag=complaint",
        "skill=fault&agent=K0104&mood=2",
    ],
)
async def test_a_chat_is_found_by(query: str, supervisor: Person, floor: Chat) -> None:
    assert [row["conversation_id"] for row in await _found(supervisor, query)] == [floor.id]


@pytest.mark.parametrize("query", ["text=来电显示", "account=9999", "skill=points", "last=2026-11-20", "stars_from=4"])
async def test_what_does_not_fit_is_not_found(query: str, supervisor: Person, floor: Chat) -> None:
    assert await _found(supervisor, query) == []


async def test_a_chat_without_a_person_is_found_as_the_bots(supervisor: Person, floor: Chat) -> None:
    assert [row["conversation_id"] for row in await _found(supervisor, "result=bot")] == ["web:visitor-2"]


async def test_rows_are_masked_and_what_the_contract_promises(supervisor: Person, floor: Chat) -> None:
    (row,) = await _found(supervisor, "text=停电")

    _check("console.openapi.yml", "#/components/schemas/FoundRow", row)
    assert row["snippet"] == "家里停电了，电话138****1011"


async def test_a_telephone_is_found_by_its_number_and_shown_masked(
    supervisor: Person, floor: Chat, database: Pool
) -> None:
    (row,) = await _found(supervisor, "text=13800001011")

    assert "13800001011" not in str(row)
    audited = await database.fetchval("select detail from audit where action = 'search.run'")
    assert audited == {"text": "138****1011"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("text=电", "search.text.short"),
        ("account=12", "search.filter.value"),
        ("mood=9", "search.filter.value"),
        ("first=gestern", "search.filter.value"),
        ("result=lost", "search.filter.value"),
        ("drop=table", "search.filter.unknown"),
        ("page=200", "search.page"),
    ],
)
async def test_a_filter_that_is_none_is_refused(query: str, code: str, supervisor: Person) -> None:
    answer = await supervisor.get(f"/api/search?{query}")

    assert (answer.status, answer.code) == (400, code)


@pytest.mark.parametrize("said", ["50%_off", "o'brien\\", '"; drop table agents; --'])
async def test_signs_of_sql_are_text(said: str, supervisor: Person, floor: Chat, database: Pool) -> None:
    other = Chat(database, StepClock(), "visitor-3")
    await other.write(f"我说的是{said}没错")

    async with supervisor.http.get(supervisor.server.url + "/api/search", params={"text": said}) as response:
        rows = (await response.json())["rows"]

    assert [row["conversation_id"] for row in rows] == [other.id]


async def test_words_are_found_through_the_index(supervisor: Person, floor: Chat, database: Pool) -> None:
    async with database.acquire() as connection, connection.transaction():
        await connection.execute("set local enable_seqscan = off")
        plan = await connection.fetch(
            "explain select 1 from messages where role <> 'system'"
            " and text_bigrams(message_words(body)) @> text_bigrams('停电了')"
        )

    assert "messages_bigrams" in "\n".join(row[0] for row in plan)


async def test_the_workbook_holds_the_rows_masked_with_who_when_and_why(
    supervisor: Person, floor: Chat, database: Pool
) -> None:
    answer = await supervisor.post("/api/search/export", {**NO_FILTERS, "reason": "核对投诉"})

    sheet = openpyxl.load_workbook(io.BytesIO(answer.body)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert answer.headers["Content-Type"].endswith("spreadsheetml.sheet")
    assert rows[0][:2] == ["导出人", "柳沉舟 S0001"]
    assert rows[2][:2] == ["用途", "核对投诉"]
    assert rows[3][:2] == ["条件", "全部"]
    assert {row[1] for row in rows[8:]} == {"林女士", "'=1+1"}
    assert ["网页", "已结束", "故障报修", "投诉"] in [row[2:6] for row in rows]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    audited = await database.fetchrow("select actor, detail from audit where action = 'search.export'")
    assert (audited["actor"], audited["detail"]) == ("S0001", {"reason": "核对投诉", "rows": 2})


async def test_an_export_without_a_reason_is_refused(supervisor: Person, floor: Chat) -> None:
    answer = await supervisor.post("/api/search/export", {**NO_FILTERS, "reason": "  "})

    assert (answer.status, answer.code) == (400, "console.text.empty")


async def test_a_report_is_a_workbook_too(supervisor: Person, floor: Chat, database: Pool) -> None:
    body = {"first": "2026-11-21", "last": "2026-11-21", "by": "agent", "reason": "班组月报"}

    answer = await supervisor.post("/api/figures/export", body)

    sheet = openpyxl.load_workbook(io.BytesIO(answer.body)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[-1][:5] == ["K0104", "江一苇", 1, 1, 1]
    assert await database.fetchval("select count(*) from audit where action = 'figures.export'") == 1


async def test_searches_are_kept_under_a_name_by_whoever_made_them(supervisor: Person) -> None:
    body = {**NO_FILTERS, "name": "投诉", "skill": "complaint"}
    first = await supervisor.post("/api/searches", body)
    again = await supervisor.post("/api/searches", {**body, "skill": "fault"})

    saved = (await supervisor.get("/api/searches")).body["searches"]
    await supervisor.post(f"/api/searches/{first.body['id']}/delete")

    assert first.body["id"] == again.body["id"]
    assert saved == [{"id": first.body["id"], "name": "投诉", "filters": {"skill": "fault"}}]
    assert (await supervisor.get("/api/searches")).body["searches"] == []


@given(st.text())
def test_no_text_begins_like_a_formula(text: str) -> None:
    assert not defused(text).lstrip().startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"))
