"""Contact data that cannot be right is found before anybody needs it, and a clean book has no false hit."""

from __future__ import annotations

from datetime import datetime

import pytest

from backend.errors import BackendUnavailable
from handoff.customer import contact_faults
from notices.contacts.rules import Form, contact_rules
from notices.contacts.sweep import ContactSweep
from runtime.clock import SHANGHAI
from runtime.postgres import Pool, transaction
from tests.component.notices.company import Company, Room
from tests.component.notices.conftest import TestClock

NIGHT = datetime(2026, 11, 22, 3, 1, tzinfo=SHANGHAI)


@pytest.fixture
def clock() -> TestClock:
    """A minute behind the sweep's time."""
    return TestClock(NIGHT)


@pytest.fixture
def company(clock: TestClock) -> Company:
    """A company without homes; each test has its own."""
    return Company(clock)


@pytest.fixture
def sweep(database: Pool, clock: TestClock, company: Company) -> ContactSweep:
    """The sweep of one worker."""
    return ContactSweep(database, clock, contact_rules(), company)


async def swept(sweep: ContactSweep) -> None:
    while await sweep.sweep_on():
        pass


async def found(pool: Pool, *states: str) -> list[tuple[str, str]]:
    rows = await pool.fetch(
        "select account_no, kind from contact_faults where state = any($1) order by account_no, kind",
        list(states or ("open", "asked")),
    )
    return [(row["account_no"], row["kind"]) for row in rows]


def clean(company: Company, count: int = 300) -> None:
    """A clean book: own numbers, a landlord with many flats, families that share, companies with a contact a site."""
    for n in range(count):
        company.home(f"5{n:05d}", area="TA-1", phone=f"1391{n:07d}", customer=f"C{n}", people=[("wechat", f"u{n}")])
    for n in range(30):
        company.home(f"6{n:05d}", area="TA-1", phone="13700009999", customer="LANDLORD")
    for n in range(3):
        company.home(f"7{n:05d}", area="TA-1", phone="13700008888", customer=f"FAMILY{n}")
    for n in range(4):
        tags = ("key_account",)
        company.home(f"8{n:05d}", area="TA-2", phone=f"1370001000{n}", customer="FACTORY", tags=tags)
    company.home("900001", area="TA-2", phone="0620-5550201", customer="OLD", people=[("wechat", "old")])


async def test_a_clean_book_has_no_false_hit(sweep: ContactSweep, company: Company, database: Pool) -> None:
    clean(company)

    await swept(sweep)

    assert await found(database) == []
    assert (await database.fetchrow("select accounts, found from contact_sweeps"))["accounts"] == 338


async def test_every_seeded_anomaly_is_found_and_nothing_else(
    sweep: ContactSweep, room: Room, company: Company, database: Pool
) -> None:
    clean(company)
    company.home("100001", area="TA-1", phone="", customer="A")
    company.home("100002", area="TA-1", phone="1380000123", customer="B")
    company.home("100003", area="TA-1", phone="13999999999", customer="C")
    company.home("100004", area="TA-1", phone="0620-5550202", customer="D")
    company.home("100005", area="TA-1", phone="13600000005", customer="E", people=[("wechat", "gone")])
    for n in range(4):
        company.home(f"10001{n}", area="TA-2", phone="13600000010", customer=f"F{n}")
    for n in range(2):
        company.home(f"10002{n}", area="TA-2", phone="13600000020", customer=f"G{n}", holder_mark="same")
        company.home(f"10003{n}", area="TA-2", phone=f"1360000003{n}", customer="H")
    company.home("100040", area="TA-2", phone="13600000040", customer="I")
    await unfollow(database, "wechat:gone", room.clock.now())
    await dead(room, database, "13600000040", times=2)
    await dead(room, database, "13910000007", times=1)

    await swept(sweep)

    assert await found(database) == sorted(
        [
            ("100001", "missing"),
            ("100002", "malformed"),
            ("100003", "malformed"),
            ("100004", "no_mobile"),
            ("100005", "unfollowed"),
            *((f"10001{n}", "shared") for n in range(4)),
            *((f"10002{n}", "duplicate") for n in range(2)),
            *((f"10003{n}", "two_numbers") for n in range(2)),
            ("100040", "dead"),
        ]
    )


async def test_a_number_that_was_reached_since_is_not_dead(
    sweep: ContactSweep, room: Room, company: Company, database: Pool, clock: TestClock
) -> None:
    company.home("100040", area="TA-2", phone="13600000040", customer="I")
    await dead(room, database, "13600000040", times=3)
    clock.pass_(minutes=1)
    await tried(database, "13600000040", "delivered", "", clock.now())

    await swept(sweep)

    assert await found(database) == []


async def test_what_was_mended_ends_and_what_was_called_right_is_not_found_again(
    sweep: ContactSweep, company: Company, database: Pool, clock: TestClock
) -> None:
    company.home("100001", area="TA-1", phone="", customer="A")
    company.home("100004", area="TA-1", phone="0620-5550202", customer="D")
    await swept(sweep)
    ids = {row["kind"]: row["fault_id"] for row in await database.fetch("select * from contact_faults")}
    async with transaction(database) as connection:
        await contact_faults.settle(
            connection, ids["no_mobile"], "dismissed", at=clock.now(), by="K0101", reason="their wish"
        )

    company.home("100001", area="TA-1", phone="13600000001", customer="A")
    clock.pass_(days=1)
    await swept(sweep)

    assert await found(database) == []
    assert await found(database, "mended") == [("100001", "missing")]
    company.home("100004", area="TA-1", phone="0620-5550299", customer="D")
    clock.pass_(days=1)
    await swept(sweep)
    assert await found(database) == [("100004", "no_mobile")]


async def test_a_sweep_goes_on_where_it_was_when_the_company_was_away(
    sweep: ContactSweep, company: Company, database: Pool
) -> None:
    clean(company)
    assert await sweep.sweep_on()
    company.down = True
    with pytest.raises(BackendUnavailable):
        await sweep.sweep_on()
    company.down = False

    await swept(sweep)

    row = await database.fetchrow("select accounts, ended_at is not null as ended from contact_sweeps")
    assert (row["accounts"], row["ended"]) == (338, True)


async def test_one_sweep_a_day_and_a_missed_day_is_made_late(
    sweep: ContactSweep, company: Company, database: Pool, clock: TestClock
) -> None:
    clean(company, 3)
    await swept(sweep)
    await swept(sweep)
    clock.at = datetime(2026, 11, 25, 1, tzinfo=SHANGHAI)
    await swept(sweep)
    await swept(sweep)

    days = await database.fetch("select day from contact_sweeps order by day")
    assert [row["day"].day for row in days] == [22, 24]


async def test_findings_carry_who_looks_after_the_area(sweep: ContactSweep, company: Company, database: Pool) -> None:
    company.home("100001", area="TA-1", phone="", customer="A")
    company.home("100002", area="TA-9", phone="", customer="B")
    await swept(sweep)

    async with transaction(database) as connection:
        sums = await contact_faults.sums(connection)
    assert [(row["area_id"], row["manager"], row["count"]) for row in sums] == [("TA-1", "范织云", 1), ("TA-9", "-", 1)]


@pytest.mark.parametrize(
    ("phone", "form"),
    [
        ("13800001001", Form.MOBILE),
        ("1380000100", Form.MALFORMED),
        ("12800001001", Form.MALFORMED),
        ("13800138000", Form.MALFORMED),
        ("15000000000", Form.MALFORMED),
        ("18888888888", Form.MALFORMED),
        ("0620-5550201", Form.LAND_LINE),
        ("06205550201", Form.LAND_LINE),
        (" ", Form.NONE),
    ],
)
def test_a_phone_has_a_form(phone: str, form: Form) -> None:
    assert contact_rules().form(phone) is form


async def unfollow(pool: Pool, conversation_id: str, at: datetime) -> None:
    channel, _, user = conversation_id.partition(":")
    await pool.execute(
        """insert into conversations (conversation_id, channel, channel_user, created_at, updated_at, unfollowed_at)
        values ($1, $2, $3, $4, $4, $4)""",
        *(conversation_id, channel, user, at),
    )


async def dead(room: Room, pool: Pool, phone: str, *, times: int) -> None:
    for _ in range(times):
        await tried(pool, phone, "failed", "the number is dead", room.clock.now())


async def tried(pool: Pool, phone: str, result: str, reason: str, at: datetime) -> None:
    """Has the ledger say that an SMS to a number failed or arrived."""
    fact = await pool.fetchval(
        """insert into notice_facts (fact_key, kind, family, subject, story, event_no, due_at, worth_until, made_at)
        select 'k' || count(*), 'outage_fault', 'outage', 'T1', 's', 1, $1, $1, $1 from notice_facts
        returning fact_id""",
        at,
    )
    outcome = "delivered" if result == "delivered" else "undelivered"
    notice = await pool.fetchval(
        """insert into notices (fact_id, story, person, account_no, place, elder, ways, addresses, way, state, outcome,
            due_at, deadline, made_at, final_at)
        values ($1, 's', 'p', '1', '', false, '{sms}', jsonb_build_object('sms', $2::text), 'sms', 'final', $3,
            $4, $4, $4, $4) returning notice_id""",
        *(fact, phone, outcome, at),
    )
    await pool.execute(
        "insert into notice_tries (notice_id, try_no, way, at, result, reason) values ($1, 1, 'sms', $2, $3, $4)",
        *(notice, at, result, reason),
    )
