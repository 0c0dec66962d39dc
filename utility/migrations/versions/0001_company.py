"""The company's books: network, customers, accounts, money, outages, fault orders, bindings, what a service needs."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

NETWORK = """
create table regions (
    region_id text primary key,
    name text not null unique,
    kind text not null,
    arrive_minutes integer not null check (arrive_minutes > 0),
    restore_hours integer not null check (restore_hours > 0),
    streets text[] not null
);
create table lines (
    line_id text primary key,
    name text not null,
    substation text not null
);
create table transformer_areas (
    area_id text primary key,
    name text not null,
    kind text not null,
    line_id text not null references lines,
    region_id text not null references regions,
    street text not null,
    estate text not null,
    road text not null,
    buildings text not null,
    homes integer not null check (homes >= 0),
    lat numeric not null,
    lng numeric not null
);
create table standby_supplies (
    line_id text not null references lines,
    area_id text not null references transformer_areas,
    primary key (line_id, area_id)
);
"""

CUSTOMERS = """
create table customers (
    customer_id text primary key,
    name text not null,
    kind text not null,
    phone text not null,
    tags text[] not null,
    note text not null
);
create table accounts (
    account_no text primary key,
    customer_id text not null references customers,
    name text not null,
    class text not null,
    plan text not null check (plan in ('tier', 'tier_tou', 'tier_multi', 'tier_free', 'single', 'two_part')),
    billing text not null check (billing in ('postpaid', 'prepaid')),
    status text not null check (status in ('active', 'cut_off', 'closed')),
    area_id text not null references transformer_areas,
    line_id text not null references lines,
    city text not null,
    region text not null,
    street text not null,
    estate text not null,
    road text not null,
    building text not null,
    unit text not null,
    room text not null,
    address text not null,
    meter_no text not null unique,
    voltage text not null,
    phase text not null,
    capacity_kw numeric not null,
    reading_day integer not null,
    contact_phone text not null,
    tags text[] not null,
    opening_balance numeric(14, 2) not null default 0,
    closed_on date,
    extra jsonb not null,
    story text not null
);
create index accounts_area on accounts (area_id);
create table account_cut_offs (
    account_no text primary key references accounts,
    reason text not null,
    noticed_at timestamptz not null,
    last_noticed_at timestamptz not null,
    cut_at timestamptz not null
);
"""

MONEY = """
create table charge_items (
    code text primary key,
    name text not null
);
create table bills (
    account_no text not null references accounts,
    period text not null check (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
    days integer not null,
    reading_before numeric not null,
    reading_after numeric not null,
    kwh numeric not null,
    tou_kwh numeric[],
    tier integer,
    total numeric(14, 2) not null,
    issued date not null,
    due date not null,
    status text not null check (status in ('paid', 'unpaid', 'settled_from_balance')),
    paid_on date,
    primary key (account_no, period),
    check ((status = 'unpaid') = (paid_on is null))
);
create table bill_lines (
    account_no text not null,
    period text not null,
    line_no integer not null,
    code text not null references charge_items,
    quantity numeric not null,
    price numeric not null,
    amount numeric(14, 2) not null,
    primary key (account_no, period, line_no),
    foreign key (account_no, period) references bills
);
create table payments (
    payment_no text primary key,
    account_no text not null references accounts,
    at timestamptz not null,
    amount numeric(14, 2) not null check (amount > 0),
    channel text not null,
    status text not null check (status in ('success', 'processing')),
    channel_order text,
    note text not null
);
create index payments_account on payments (account_no, at);
create table payment_periods (
    payment_no text not null references payments,
    period text not null,
    primary key (payment_no, period)
);
create table daily_usage (
    account_no text not null references accounts,
    day date not null,
    kwh numeric not null check (kwh >= 0),
    primary key (account_no, day)
);
"""

OUTAGES = """
create table outages (
    outage_no text primary key,
    kind text not null check (kind in ('planned', 'temporary', 'fault')),
    status text not null,
    line_id text references lines,
    homes integer,
    cause text not null,
    main_order_no text,
    crew text not null,
    started_at timestamptz,
    eta timestamptz,
    eta_said_at timestamptz,
    eta_said_by text,
    next_update_by timestamptz,
    planned_from timestamptz,
    planned_to timestamptz,
    published_at timestamptz,
    restored_at timestamptz,
    contact text not null
);
create table outage_areas (
    outage_no text not null references outages,
    area_id text not null references transformer_areas,
    primary key (outage_no, area_id)
);
create index outage_areas_area on outage_areas (area_id);
create table outage_steps (
    outage_no text not null references outages,
    step_no integer not null,
    status text not null,
    at timestamptz not null,
    note text not null,
    primary key (outage_no, step_no)
);
create table fault_orders (
    order_no text primary key,
    parent_no text references fault_orders,
    outage_no text references outages,
    account_no text references accounts,
    area_id text references transformer_areas,
    building text not null,
    address text not null,
    phone text not null,
    channel text not null,
    channel_user text not null,
    status text not null,
    severity text not null,
    scope text not null,
    neighbor_power text not null,
    symptom text not null,
    breaker_state text not null,
    danger_sign text not null,
    note text not null,
    crew text not null,
    reported_at timestamptz not null,
    arrive_by timestamptz,
    eta timestamptz,
    callback_by timestamptz,
    resolution text,
    confirmed_by_customer boolean
);
alter table outages add foreign key (main_order_no) references fault_orders deferrable initially deferred;
create index fault_orders_area on fault_orders (area_id, reported_at);
create index fault_orders_account on fault_orders (account_no);
create index fault_orders_reporter on fault_orders (channel, channel_user);
create index fault_orders_parent on fault_orders (parent_no);
create table fault_order_steps (
    order_no text not null references fault_orders,
    step_no integer not null,
    status text not null,
    at timestamptz not null,
    note text not null,
    primary key (order_no, step_no)
);
"""

CHANNELS = """
create table channel_users (
    channel text not null,
    channel_user text not null,
    primary key (channel, channel_user)
);
create table bindings (
    channel text not null,
    channel_user text not null,
    account_no text not null references accounts,
    bound_at timestamptz not null,
    primary key (channel, channel_user, account_no),
    foreign key (channel, channel_user) references channel_users
);
create table account_asks (
    channel text not null,
    channel_user text not null,
    account_no text not null,
    asked_at timestamptz not null,
    primary key (channel, channel_user, account_no),
    foreign key (channel, channel_user) references channel_users
);
create table check_codes (
    check_code_id bigint generated always as identity primary key,
    channel text not null,
    channel_user text not null,
    account_no text not null references accounts,
    salt text not null,
    digest text not null,
    sent_at timestamptz not null,
    expires_at timestamptz not null,
    wrong_tries integer not null default 0,
    used_at timestamptz,
    foreign key (channel, channel_user) references channel_users
);
create index check_codes_user on check_codes (channel, channel_user, account_no, sent_at);
create table check_code_tries (
    channel text not null,
    channel_user text not null,
    day date not null,
    wrong integer not null,
    primary key (channel, channel_user, day),
    foreign key (channel, channel_user) references channel_users
);
create table sms_outbox (
    sms_id bigint generated always as identity primary key,
    account_no text not null references accounts,
    phone text not null,
    template text not null,
    text text not null,
    created_at timestamptz not null
);
create index sms_outbox_newest on sms_outbox (created_at);
"""

SERVICE = """
create table idempotency_keys (
    route text not null,
    key text not null,
    digest text not null,
    answer jsonb,
    created_at timestamptz not null,
    primary key (route, key)
);
create table number_sequences (
    letter text not null,
    day date not null,
    last integer not null,
    primary key (letter, day)
);
create table seed_sections (
    name text primary key,
    rows jsonb not null
);
"""

TABLES_NEWEST_FIRST = (
    "seed_sections", "number_sequences", "idempotency_keys", "sms_outbox", "check_code_tries", "check_codes",
    "account_asks", "bindings", "channel_users", "fault_order_steps", "fault_orders", "outage_steps", "outage_areas",
    "outages", "daily_usage", "payment_periods", "payments", "bill_lines", "bills", "charge_items",
    "account_cut_offs", "accounts", "customers", "standby_supplies", "transformer_areas", "lines", "regions",
)  # fmt: skip


def upgrade() -> None:
    """Makes the tables."""
    for part in (NETWORK, CUSTOMERS, MONEY, OUTAGES, CHANNELS, SERVICE):
        op.execute(part)


def downgrade() -> None:
    """Drops the tables, newest first."""
    for table in TABLES_NEWEST_FIRST:
        op.execute(f"drop table {table} cascade")
