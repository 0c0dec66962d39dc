"""The runner's records say of the demo city what its file says, field by field."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from runtime import embedded, migrate, postgres
from runtime.embedded import EmbeddedPostgres
from tests.conftest import PROJECT
from tools.dialogues.case import CaseError
from tools.dialogues.city import city_now, demo_city
from tools.dialogues.database import Database
from tools.dialogues.records import KINDS, Records
from utility.seed.file import moment
from utility.seed.load import load

# section of the file, kind of record, key, fields that both have
SECTIONS = [
    ("fault_orders", "fault_order", "order_no", "account_no severity scope symptom channel parent_no outage_no"),
    ("cases", "case", "case_no", "category type account_no status owner filed contacted limit_workdays due closed"),
    ("appointments", "appointment", "appointment_no", "account_no business_type region period slot contact_phone"),
    ("applications", "application", "application_no", "business_type account_no status accepted limit_workdays"),
    ("invoices", "invoice", "invoice_no", "account_no period kind title status"),
]


@pytest.fixture(scope="module")
def records(postgres_server: EmbeddedPostgres) -> Iterator[Records]:
    """The records of an untouched demo city; our own database stands empty beside it."""
    embedded.create_database(postgres_server, "dialogue_records")
    embedded.create_database(postgres_server, "dialogue_talks")
    url, ours = postgres_server.url("dialogue_records"), Database(postgres_server.url("dialogue_talks"))
    migrate.upgrade(url, PROJECT / "utility" / "migrations")
    migrate.upgrade(ours.url, PROJECT / "migrations")
    asyncio.run(_fill(url))
    books = Database(url)
    yield Records(ours, books)
    books.close()
    ours.close()


async def _fill(url: str) -> None:
    pool = await postgres.connect(url, most=1)
    await load(pool)
    await pool.close()


@pytest.mark.parametrize(("section", "kind", "key", "fields"), SECTIONS, ids=[row[1] for row in SECTIONS])
def test_a_record_says_what_the_citys_file_says(
    records: Records, section: str, kind: str, key: str, fields: str
) -> None:
    found = records.of(kind)
    wanted = {
        row[key]: {name: _written(row[name]) for name in fields.split() if name in row} for row in demo_city()[section]
    }

    assert {number: {name: found[number][name] for name in row} for number, row in wanted.items()} == wanted


def test_subscriptions_carry_the_limit_of_their_account(records: Records) -> None:
    fields = ("account_no", "notice_type", "channel", "enabled", "threshold")

    told = [tuple(record[name] for name in fields) for record in records.of("subscription").values()]

    assert sorted(told, key=str) == sorted(
        (tuple(r[name] for name in fields) for r in demo_city()["subscriptions"]), key=str
    )


def test_a_complaint_is_a_case_of_that_category(records: Records) -> None:
    assert list(records.of("complaint")) == ["T26111600003"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_read(records: Records, kind: str) -> None:
    assert isinstance(records.of(kind), dict)


def test_a_kind_that_the_format_does_not_know_is_refused(records: Records) -> None:
    with pytest.raises(CaseError, match="no record kind"):
        records.of("nonsense")


def _written(value: Any) -> Any:
    if isinstance(value, dict) and "at" in value:
        at = moment(value, city_now())
        return at.isoformat() if at else None
    return value
