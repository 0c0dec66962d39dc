"""The audit: appended by several at once, read by auditors, and never changed without being found."""

from __future__ import annotations

import asyncio
import csv
import io
import runpy
import secrets

import asyncpg
import pytest

from console.server import audit
from console.server.chain import FIRST, verify
from console.server.passwords import Passwords
from runtime import embedded
from runtime.embedded import EmbeddedPostgres
from runtime.postgres import Pool, connect, transaction
from tests.component.console.desk_server import DeskServer, Person
from tests.component.handoff.chats import StepClock
from tests.conftest import PROJECT
from tools.audit import check

# The table as migration 0001 made it.
OLD_AUDIT = """
create table audit (
    audit_id bigint generated always as identity primary key,
    actor text not null,
    action text not null,
    subject text not null,
    detail jsonb not null default '{}',
    at timestamptz not null
)
"""


@pytest.fixture
async def written(database: Pool, clock: StepClock) -> Pool:
    """An audit of twelve rows."""
    for number in range(12):
        async with transaction(database) as connection:
            await audit.record(connection, f"K{number % 3}", "chat.closed", f"web:v{number}", at=clock.now(), note="完")
    return database


@pytest.fixture
async def auditor(server: DeskServer, database: Pool, passwords: Passwords) -> Person:
    person = await server.hire(database, passwords, "A0001", "沈观止", role="auditor")
    await person.log_in()
    return person


async def _tamper(database: Pool, statement: str) -> None:
    """What somebody with the owner's rights can do: drop the guards, change, put them back."""
    await database.execute("alter table audit disable trigger all")
    await database.execute("alter table audit_head disable trigger all")
    await database.execute(statement)
    await database.execute("alter table audit enable trigger all")


async def test_a_whole_chain_is_found_whole(written: Pool) -> None:
    async with transaction(written) as connection:
        verdict = await verify(connection)

    assert (verdict.whole, verdict.rows) == (True, 12)
    assert await written.fetchval("select previous_hash from audit where audit_id = 1") == FIRST


@pytest.mark.parametrize(
    ("statement", "row", "why"),
    [
        pytest.param("update audit set actor = 'K9' where audit_id = 5", 5, "changed", id="actor"),
        pytest.param("update audit set detail = '{}' where audit_id = 7", 7, "changed", id="detail"),
        pytest.param("update audit set at = at + interval '1 microsecond' where audit_id = 2", 2, "changed", id="time"),
        pytest.param("delete from audit where audit_id = 6", 6, "gone", id="deleted"),
        pytest.param("delete from audit where audit_id > 9", 10, "gone", id="cut_off"),
        pytest.param(
            "update audit set actor = 'K9', hash = audit_hash(previous_hash, audit_id, 'K9', action, subject,"
            " detail::text, at) where audit_id = 4",
            5,
            "does not follow",
            id="rehashed",
        ),
    ],
)
async def test_a_changed_audit_is_found_and_the_row_is_named(
    written: Pool, database_url: str, statement: str, row: int, why: str
) -> None:
    await _tamper(written, statement)

    verdict = await check(database_url)

    assert verdict.broken == row
    assert why in verdict.why


async def test_a_chain_written_anew_is_found_by_a_noted_anchor(written: Pool, database_url: str) -> None:
    noted = (12, await written.fetchval("select hash from audit where audit_id = 12"))
    await _tamper(
        written,
        "do $$ declare r record; last text := repeat('0', 64); begin"
        " update audit set actor = 'K9' where audit_id = 3;"
        " for r in select * from audit order by audit_id loop"
        " update audit set previous_hash = last, hash = audit_hash(last, r.audit_id, r.actor, r.action, r.subject,"
        " r.detail::text, r.at) where audit_id = r.audit_id returning hash into last; end loop;"
        " update audit_head set hash = last; end $$",
    )

    alone, with_anchor = await check(database_url), await check(database_url, noted)

    assert alone.whole
    assert (with_anchor.broken, with_anchor.why) == (12, "it is not the row that was noted")


@pytest.mark.parametrize(
    "statement",
    [
        "update audit set actor = 'K9'",
        "delete from audit",
        "truncate audit",
        "update audit_head set audit_id = 0",
        "delete from audit_head",
    ],
)
async def test_the_database_refuses_to_change_the_audit(written: Pool, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await written.execute(statement)


async def test_writers_at_once_make_one_chain(database: Pool, database_url: str, clock: StepClock) -> None:
    pools = [await connect(database_url, most=4) for _ in range(3)]

    async def write(pool: Pool, number: int) -> None:
        async with transaction(pool, wait=30) as connection:
            await audit.record(connection, f"P{number}", "x", "y", at=clock.now())

    await asyncio.gather(*(write(pool, number) for pool in pools for number in range(20)))
    verdict = await check(database_url)
    for pool in pools:
        await pool.close()

    assert (verdict.whole, verdict.rows) == (True, 60)


async def test_a_row_that_was_rolled_back_leaves_no_gap(written: Pool, database_url: str, clock: StepClock) -> None:
    async def fail() -> None:
        async with transaction(written) as connection:
            await audit.record(connection, "K1", "x", "y", at=clock.now())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with transaction(written) as connection:
        await audit.record(connection, "K1", "x", "y", at=clock.now())

    assert (await check(database_url)).rows == 13


async def test_an_auditor_filters_by_person_action_chat_and_time(auditor: Person, written: Pool) -> None:
    by_person = (await auditor.get("/api/audit?actor=K1")).body["rows"]
    by_chat = (await auditor.get("/api/audit?subject=web:v7")).body["rows"]
    by_action = (await auditor.get("/api/audit?action=login")).body["rows"]
    later = (await auditor.get("/api/audit?since=2026-11-22")).body["rows"]
    page = (await auditor.get("/api/audit?limit=2&action=chat.")).body

    assert {row["actor"] for row in by_person} == {"K1"}
    assert [row["subject"] for row in by_chat] == ["web:v7"]
    assert [row["actor"] for row in by_action] == ["A0001"]
    assert (later, len(page["rows"]), page["more"]) == ([], 2, True)


@pytest.mark.parametrize("query", ["since=yesterday", "before=x", "actor=%00", "format=exe", "limit=-1"])
async def test_a_filter_that_cannot_be_is_refused(auditor: Person, query: str) -> None:
    call = "/api/audit/export" if query.startswith("format") else "/api/audit"

    answer = await auditor.get(f"{call}?{query}")

    assert (answer.status, answer.code.startswith("console.")) == (400, True)


async def test_an_export_is_a_table_without_formulas_and_is_itself_written_down(
    auditor: Person, database: Pool, clock: StepClock
) -> None:
    async with transaction(database) as connection:
        await audit.record(connection, "=cmd()", "x", "y", at=clock.now())

    table = await auditor.get("/api/audit/export?format=csv&action=x")
    lines = await auditor.get("/api/audit/export?format=jsonl&action=x")

    (row,) = csv.DictReader(io.StringIO(table.body.lstrip("\ufeff")))
    assert row["actor"] == "'=cmd()"
    assert lines.body["actor"] == "=cmd()"
    assert await database.fetchval("select count(*) from audit where action = 'audit.export'") == 2


async def test_the_page_tells_whether_the_chain_is_whole(auditor: Person, written: Pool) -> None:
    before = (await auditor.get("/api/audit/verify")).body
    await _tamper(written, "update audit set subject = 'web:other' where audit_id = 3")
    after = (await auditor.get("/api/audit/verify")).body

    assert before["whole"]
    assert (after["whole"], after["broken"]) == (False, 3)


async def test_the_migration_chains_the_rows_there_are(postgres_server: EmbeddedPostgres) -> None:
    file = next((PROJECT / "migrations" / "versions").glob("0013_*.py"))
    steps = runpy.run_path(str(file))
    name = f"old_{secrets.token_hex(4)}"
    embedded.create_database(postgres_server, name)
    pool = await connect(postgres_server.url(name), most=1)
    await pool.execute(OLD_AUDIT)
    await pool.execute("insert into audit (actor, action, subject, at) values ('K1', 'a', 's', now())")
    await pool.execute(
        "delete from audit; insert into audit (actor, action, subject, detail, at)"
        " select 'K' || n, 'login', '会话', '{\"b\": 1, \"a\": \"户\"}', now() from generate_series(1, 9) n"
    )

    await pool.execute(steps["HASH"])
    await pool.execute(steps["CHAIN"])
    await pool.execute("insert into audit (actor, action, subject, at) values ('K10', 'a', 's', now())")
    await pool.close()

    verdict = await check(postgres_server.url(name))
    assert (verdict.whole, verdict.rows) == (True, 10)
