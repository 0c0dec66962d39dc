"""The tables of utility/appointments, utility/claims and utility/halls."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"

HALLS = """
create table halls (
    hall_id text primary key,
    name text not null,
    region_id text not null references regions,
    address text not null,
    phone text not null,
    weekday text not null,
    saturday text not null,
    sunday text not null,
    holidays text not null,
    self_service text not null,
    services text[] not null
);
create table hall_days (
    hall_id text not null references halls,
    day date not null,
    hours text,
    note text not null,
    primary key (hall_id, day)
);
create table grid_managers (
    manager_id text primary key,
    name text not null,
    phone text not null,
    hours text not null
);
create table grid_manager_areas (
    area_id text primary key references transformer_areas,
    manager_id text not null references grid_managers
);
create table manager_absences (
    manager_id text not null,
    since timestamptz not null,
    until timestamptz not null,
    note text not null,
    primary key (manager_id, since),
    check (since < until)
);
"""

# Where an appointment or a claim stands is its work order's state; here is only what that kind alone has.
# `taken_before` are visits that were promised before these books began; `booked` counts them and the appointments.
APPOINTMENTS = """
create table appointment_slots (
    slot_id text primary key,
    region_id text not null references regions,
    day date not null,
    period text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    capacity integer not null check (capacity >= 0),
    taken_before integer not null default 0 check (taken_before >= 0),
    booked integer not null default 0,
    status text not null check (status in ('open', 'closed')),
    note text not null default '',
    unique (region_id, day, period),
    check (starts_at < ends_at),
    check (booked between taken_before and capacity)
);
create index appointment_slots_open on appointment_slots (region_id, starts_at);
create table appointments (
    appointment_no text primary key references work_orders (order_no),
    account_no text not null references accounts,
    business_type text not null,
    slot_id text not null references appointment_slots,
    change_until timestamptz not null,
    result text not null default '',
    moves integer not null default 0 check (moves >= 0),
    reminded_for text references appointment_slots
);
create index appointments_slot on appointments (slot_id);
create index appointments_account on appointments (account_no);
"""

CLAIMS = """
create table appliance_claims (
    claim_no text primary key references work_orders (order_no),
    account_no text not null references accounts,
    happened_at timestamptz not null,
    outage_no text references outages,
    visit_by timestamptz not null,
    visited_at timestamptz,
    findings text not null default '',
    cause text not null default '',
    refusal text not null default '',
    offered numeric(14, 2) check (offered >= 0),
    pay_by text not null default '' check (pay_by in ('', 'credit', 'transfer')),
    paid numeric(14, 2) check (paid >= 0),
    paid_at timestamptz,
    payment_ref text not null default '',
    check (cause = '' or refusal = ''),
    check ((paid is null) = (paid_at is null)),
    check (paid is null or paid = offered)
);
create index appliance_claims_account on appliance_claims (account_no);
create index appliance_claims_visit on appliance_claims (visit_by) where visited_at is null;
create table appliance_claim_items (
    claim_no text not null references appliance_claims,
    item_no integer not null check (item_no > 0),
    category text not null,
    name text not null,
    bought_on date not null,
    price numeric(14, 2) not null check (price > 0),
    receipt boolean not null,
    outcome text not null default '' check (outcome in ('', 'repair', 'compensate', 'refuse')),
    life_years integer check (life_years > 0),
    amount numeric(14, 2) check (amount between 0 and price),
    note text not null default '',
    primary key (claim_no, item_no),
    check ((outcome = '') = (amount is null)),
    check (outcome not in ('repair', 'refuse') or amount = 0)
);
"""

TABLES_NEWEST_FIRST = (
    "appliance_claim_items", "appliance_claims", "appointments", "appointment_slots", "manager_absences",
    "grid_manager_areas", "grid_managers", "hall_days", "halls",
)  # fmt: skip

UP: tuple[str, ...] = (HALLS, APPOINTMENTS, CLAIMS)
DOWN: tuple[str, ...] = tuple(f"drop table {table}" for table in TABLES_NEWEST_FIRST)


def upgrade() -> None:
    """Makes the tables."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Drops them."""
    for statement in DOWN:
        op.execute(statement)
