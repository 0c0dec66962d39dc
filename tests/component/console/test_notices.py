"""The desk sees what was told of an event, who is left and whom to call; what it takes away names nobody."""

from __future__ import annotations

import io

import openpyxl
import pytest_asyncio

from runtime.postgres import Pool
from tests.component.console.desk_server import Person

FACT = """
    insert into notice_facts (fact_key, kind, family, subject, story, event_no, said, due_at, worth_until, state, words,
        places, made_at, settled_at)
    values ('outage/T1/fault', 'outage_fault', 'outage', 'T1', 'outage/T1', 1, '{}', now(), now(), 'told',
        '{"chat": "停电了", "community": "织女苑停电"}', '{织女苑}', now(), now()) returning fact_id
"""
NOTICE = """
    insert into notices (fact_id, story, person, account_no, place, elder, ways, addresses, way, state, outcome, reason,
        due_at, deadline, made_at, final_at)
    values ($1, 'outage/T1', $2, $3, '织女苑', false, '{sms}', '{"sms": "13800001001"}', 'sms', 'final', $4, $5,
        now(), now(), now(), now()) returning notice_id
"""


@pytest_asyncio.fixture
async def call_id(database: Pool) -> int:
    """An outage told to three people, of whom one has a dead number and stands on the list of calls."""
    fact_id = await database.fetchval(FACT)
    for number, (outcome, reason) in enumerate((("delivered", ""), ("read", ""), ("undelivered", "=dead"))):
        account = f"620101100611{number}"
        notice_id = await database.fetchval(NOTICE, fact_id, f"account:{account}", account, outcome, reason)
    found: int = await database.fetchval(
        "insert into notice_calls (fact_id, notice_id, account_no, phone, reason, made_at, call_by)"
        " values ($1, $2, '6201011006112', '13800001001', 'dead', now(), now()) returning call_id",
        *(fact_id, notice_id),
    )
    return found


async def test_an_event_shows_its_sums_its_words_and_who_is_left(agent: Person, call_id: int) -> None:
    listed = (await agent.get("/api/notices")).body["events"]
    shown = (await agent.get("/api/notices/outage/T1")).body

    (event,) = listed
    assert (event["planned"], event["reached"], event["read"], event["missed"], event["percent"]) == (3, 2, 1, 1, 66)
    assert shown["facts"][0]["words"]["community"] == "织女苑停电"
    assert [(row["account_tail"], row["reason"]) for row in shown["rest"]] == [("6112", "=dead")]
    assert "13800001001" not in str(shown)


async def test_the_sheet_is_the_ledgers_rest_and_no_formula(supervisor: Person, call_id: int, database: Pool) -> None:
    async with supervisor.http.get(f"{supervisor.server.url}/api/notices/outage/T1/sheet") as answer:
        content = await answer.read()

    book = openpyxl.load_workbook(io.BytesIO(content))
    rows = list(book["rest"].iter_rows(values_only=True))
    assert rows[1][:3] == ("织女苑", "=dead", "6112")
    assert book["rest"]["B2"].data_type == "s"
    assert list(book["sums"].iter_rows(values_only=True))[1:] == [("织女苑", "=dead", 1)]
    assert await database.fetchval("select action from audit where action = 'notices.exported'")


async def test_a_call_shows_its_number_with_an_audit_and_ends_the_ledger(
    agent: Person, call_id: int, database: Pool
) -> None:
    waiting = (await agent.get("/api/notice-calls")).body["calls"]
    number = await agent.post(f"/api/notice-calls/{call_id}/phone")
    nobody = await agent.post(f"/api/notice-calls/{call_id}", {"reached": True, "spoken_to": ""})
    done = await agent.post(f"/api/notice-calls/{call_id}", {"reached": True, "spoken_to": "林女士"})
    again = await agent.post(f"/api/notice-calls/{call_id}", {"reached": True, "spoken_to": "林女士"})

    assert [(one["phone_masked"], one["words"]) for one in waiting] == [("138****1001", "停电了")]
    assert number.body == {"phone": "13800001001"}
    assert (nobody.code, done.status, again.code) == ("notices.call.nobody", 204, "notices.call.done")
    row = await database.fetchrow("select outcome, reason from notices where account_no = '6201011006112'")
    assert (row["outcome"], row["reason"]) == ("delivered", "called")
    audited = await database.fetch("select action from audit where action like 'notices.%' order by audit_id")
    assert [one["action"] for one in audited] == ["notices.phone.shown", "notices.called"]
