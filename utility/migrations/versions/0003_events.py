"""Events and their subscribers, clients, disclosures, and keys that belong to a client."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

EVENTS = """
create table events (
    event_id bigint generated always as identity primary key,
    transaction_id xid8 not null default pg_current_xact_id(),
    type text not null check (type ~ '^[a-z_]+[.][a-z_]+$'),
    at timestamptz not null,
    subject text not null,
    account_no text,
    area_ids text[] not null,
    data jsonb not null
);
create index events_order on events (transaction_id, event_id);
"""

SUBSCRIBERS = """
create table subscribers (
    subscriber_id text primary key,
    client text not null,
    url text not null,
    secret text not null,
    types text[] not null check (cardinality(types) > 0),
    created_at timestamptz not null,
    removed_at timestamptz,
    after_transaction xid8 not null,
    after_event bigint not null,
    failures integer not null default 0 check (failures >= 0),
    failing_since timestamptz,
    next_try_at timestamptz,
    last_error text not null default ''
);
create table dead_deliveries (
    dead_no bigint generated always as identity primary key,
    subscriber_id text not null references subscribers,
    event_id bigint not null,
    at timestamptz not null,
    failures integer not null,
    error text not null,
    unique (subscriber_id, event_id)
);
"""

CLIENTS = """
create table clients (
    client_id bigint generated always as identity primary key,
    name text not null check (name ~ '^[a-z0-9][a-z0-9_-]{0,39}$'),
    digest text not null unique,
    scopes text[] not null,
    created_at timestamptz not null,
    revoked_at timestamptz
);
create unique index clients_live_name on clients (name) where revoked_at is null;
create table disclosures (
    disclosure_id bigint generated always as identity primary key,
    at timestamptz not null,
    client text not null,
    actor text not null,
    purpose text not null,
    kind text not null,
    subject text not null
);
create index disclosures_subject on disclosures (kind, subject, at);
"""

KEYS = """
alter table idempotency_keys add column client text not null default 'gridtalk';
alter table idempotency_keys alter column client drop default;
alter table idempotency_keys drop constraint idempotency_keys_pkey;
alter table idempotency_keys add primary key (client, route, key);
create index idempotency_keys_age on idempotency_keys (created_at);
"""

NO_KEYS = """
drop index idempotency_keys_age;
delete from idempotency_keys where client <> 'gridtalk';
alter table idempotency_keys drop constraint idempotency_keys_pkey;
alter table idempotency_keys add primary key (route, key);
alter table idempotency_keys drop column client;
"""

UP: tuple[str, ...] = (EVENTS, SUBSCRIBERS, CLIENTS, KEYS)
DOWN: tuple[str, ...] = (NO_KEYS, "drop table disclosures, clients, dead_deliveries, subscribers, events")


def upgrade() -> None:
    """Makes the tables."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Drops them."""
    for statement in DOWN:
        op.execute(statement)
