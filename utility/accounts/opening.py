"""Opens an account (立户): its customer, its supply point, its holder's contact, the binding of who applied for it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from runtime.postgres import Connection
from utility.accounts import changes, store
from utility.accounts.profiles import rules_now
from utility.accounts.values import Account, Person
from utility.actors import Actor
from utility.company import Company
from utility.errors import NotKnown
from utility.events.outbox import Event, emit
from utility.numbers import next_number

STEP = 8  # how far the numbers of a region's accounts lie apart


@dataclass(frozen=True)
class NewAccount:
    """What is known of an account before it is opened."""

    name: str
    phone: str
    customer_class: str
    plan: str
    area_id: str
    building: str
    address: str
    voltage: str
    phase: str
    capacity_kw: Decimal
    reading_day: int


async def open_account(
    connection: Connection, company: Company, new: NewAccount, person: Person, actor: Actor
) -> Account:
    """Opens an account and binds it to whoever applied for it.

    Raises:
        NotKnown: `area.unknown`.
    """
    if new.area_id not in company.areas:
        raise NotKnown("area.unknown", "There is no such transformer area.")
    now = company.clock.now()
    account_no = await _next_account_no(connection, new.area_id)
    customer_id = await next_number(connection, rules_now(company).letters["customer"], now.date())
    await connection.execute(
        "insert into customers (customer_id, name, kind, phone, tags, note) values ($1, $2, $3, $4, '{}', '')",
        *(customer_id, new.name, new.customer_class, new.phone),
    )
    await _insert(connection, company, account_no, customer_id, new)
    await connection.execute(
        """insert into meter_readings (account_no, read_on, meter_no, kind, value, why, actor, taken_at)
        select account_no, $2, meter_no, 'actual', 0, 'new_supply', $3, $4 from accounts where account_no = $1""",
        *(account_no, now.date(), str(actor), now),
    )
    await changes.add_holder(connection, account_no, new.name, new.phone, now.date())
    await store.hold_person(connection, person)
    await store.bind(connection, person, account_no, now)
    await emit(connection, Event("account.opened", now, account_no, account_no))
    opened = await store.account(connection, account_no)
    if opened is None:
        raise NotKnown("account.unknown", "The account was not written.")
    return opened


async def _next_account_no(connection: Connection, area_id: str) -> str:
    """Takes the next number after the newest of the area's region; one opening at a time."""
    await connection.execute("select pg_advisory_xact_lock(hashtext('utility.account_no'))")
    newest = await connection.fetchval(
        """select max(account_no) from accounts where area_id in (
            select area_id from transformer_areas where region_id =
                (select region_id from transformer_areas where area_id = $1))""",
        area_id,
    )
    taken = str(newest or await connection.fetchval("select max(account_no) from accounts"))
    wanted = int(taken) + STEP
    while await connection.fetchval("select exists (select from accounts where account_no = $1)", f"{wanted:013d}"):
        wanted += STEP
    return f"{wanted:013d}"


async def _insert(connection: Connection, company: Company, account_no: str, customer_id: str, new: NewAccount) -> None:
    area = company.areas[new.area_id]
    city = await connection.fetchval("select rows->>'city' from seed_sections where name = 'utility'")
    await connection.execute(
        """insert into accounts (account_no, customer_id, name, class, plan, billing, status, area_id, line_id, city,
            region, street, estate, road, building, unit, room, address, meter_no, voltage, phase, capacity_kw,
            reading_day, contact_phone, tags, extra, story)
        select $1, $2, $3, $4, $5, 'postpaid', 'active', area_id, line_id, $6, $7, street, estate, road, $8, '', '',
            $9, $10, $11, $12, $13, $14, $15, '{}', '{}', '' from transformer_areas where area_id = $16""",
        *(account_no, customer_id, new.name, new.customer_class, new.plan, city, area.region, new.building),
        *(new.address, f"9{account_no[1:]}", new.voltage, new.phase, new.capacity_kw, new.reading_day, new.phone),
        new.area_id,
    )
    await connection.execute(
        """insert into supply_points (supply_point_no, account_no, area_id, line_id, role)
        select account_no || '-1', account_no, area_id, line_id, 'main' from accounts where account_no = $1""",
        account_no,
    )
