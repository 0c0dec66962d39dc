"""The desk's list of contact data that cannot be right: masked, by area, ended by a person with a reason, exported."""

from __future__ import annotations

import io

import openpyxl
import pytest_asyncio

from runtime.postgres import Pool
from tests.component.console.desk_server import Person

_FAULT = """
    insert into contact_faults (account_no, kind, area_id, place, manager, phone_mark, phone_masked, people, sweep_id,
        found_at, detail)
    values ($1, $2, $3, $4, '范织云', 'm', '138****1011', '{web:v1}', 1, now(), '{"times": 2}') returning fault_id
"""


@pytest_asyncio.fixture
async def faults(database: Pool) -> list[int]:
    """Three findings of two areas."""
    rows = (
        ("6201011006117", "dead", "TA01", "织女苑"),
        ("6201011006117", "shared", "TA01", "织女苑"),
        ("6201011006999", "missing", "TA02", "=cmd()"),
    )
    return [await database.fetchval(_FAULT, *row) for row in rows]


async def test_what_is_open_stands_by_area_with_its_manager_and_sums(agent: Person, faults: list[int]) -> None:
    shown = (await agent.get("/api/contact-faults")).body
    dead = (await agent.get("/api/contact-faults?kind=dead")).body
    area = (await agent.get("/api/contact-faults?area_id=TA02")).body

    assert [(row["area_id"], row["kind"], row["account_tail"]) for row in shown["faults"]] == [
        ("TA01", "dead", "6117"),
        ("TA01", "shared", "6117"),
        ("TA02", "missing", "6999"),
    ]
    assert [(row["area_id"], row["manager"], row["kind"], row["count"]) for row in shown["sums"]] == [
        ("TA01", "范织云", "dead", 1),
        ("TA01", "范织云", "shared", 1),
        ("TA02", "范织云", "missing", 1),
    ]
    assert [row["kind"] for row in dead["faults"]] == ["dead"]
    assert [row["area_id"] for row in area["faults"]] == ["TA02"]
    assert "6201011006117" not in str(shown)


async def test_a_page_goes_on_where_the_one_before_ended(agent: Person, faults: list[int]) -> None:
    rest = (await agent.get(f"/api/contact-faults?after=TA01:{faults[0]}")).body

    assert [row["fault_id"] for row in rest["faults"]] == faults[1:]
    assert (await agent.get("/api/contact-faults?kind=nonsense")).status == 400
    assert (await agent.get("/api/contact-faults?after=TA01:x")).status == 400


async def test_a_finding_ends_once_with_how_it_was_checked(agent: Person, faults: list[int], database: Pool) -> None:
    ended = await agent.post(f"/api/contact-faults/{faults[0]}", {"state": "mended", "reason": "上门核实"})
    again = await agent.post(f"/api/contact-faults/{faults[0]}", {"state": "dismissed", "reason": "x"})
    nonsense = await agent.post(f"/api/contact-faults/{faults[1]}", {"state": "asked", "reason": "x"})

    assert (ended.status, again.status, nonsense.status) == (204, 409, 400)
    row = await database.fetchrow("select state, settled_by, reason from contact_faults where fault_id = $1", faults[0])
    assert (row["state"], row["settled_by"], row["reason"]) == ("mended", agent.identity.agent_id, "上门核实")
    assert await database.fetchval("select count(*) from audit where action = 'contacts.mended'") == 1


async def test_the_sheet_is_masked_and_no_formula(supervisor: Person, agent: Person, faults: list[int]) -> None:
    async with supervisor.http.get(f"{supervisor.server.url}/api/contact-faults/sheet") as answer:
        content = await answer.read()

    book = openpyxl.load_workbook(io.BytesIO(content))
    rows = list(book["faults"].iter_rows(values_only=True))
    assert rows[1][:6] == ("TA01", "织女苑", "范织云", "dead", "6117", "138****1011")
    assert book["faults"]["B4"].data_type == "s"
    assert [row[3:5] for row in book["sums"].iter_rows(min_row=2, values_only=True)] == [
        ("dead", 1),
        ("shared", 1),
        ("missing", 1),
    ]
    assert (await agent.get("/api/contact-faults/sheet")).status == 403


async def test_a_supervisors_news_is_handed_over_and_names_nobody(
    supervisor: Person, agent: Person, database: Pool
) -> None:
    good = {"title": "迎峰度夏", "text": "本周检修安排已公布，请错峰用电。", "areas": "TA01 TA02"}
    told = await supervisor.post("/api/notice-information", good)
    personal = await supervisor.post("/api/notice-information", {**good, "text": "请联系13800001011"})
    brace = await supervisor.post("/api/notice-information", {**good, "text": "预计 {eta}"})
    area = await supervisor.post("/api/notice-information", {**good, "areas": "TA01 <b>"})
    refused = await agent.post("/api/notice-information", good)

    assert [one.status for one in (told, personal, brace, area, refused)] == [204, 400, 400, 400, 403]
    assert (personal.code, brace.code) == ("notices.information.personal", "notices.information.brace")
    row = await database.fetchrow("select title, area_ids, posted_by from notice_information")
    assert (row["title"], row["area_ids"], row["posted_by"]) == ("迎峰度夏", ["TA01", "TA02"], "S0001")
    assert (await supervisor.get("/api/notice-information")).body["information"][0]["title"] == "迎峰度夏"
