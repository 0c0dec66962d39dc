"""The tables of utility/orders."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

ORDERS = """
create table work_orders (
    order_no text primary key,
    kind text not null,
    type text not null,
    subject text not null,
    account_no text references accounts,
    channel text not null,
    channel_user text not null,
    customer text not null generated always as (coalesce(account_no, channel || ':' || channel_user)) stored,
    contact_phone text not null,
    region_id text references regions,
    area_id text references transformer_areas,
    level text not null,
    secrecy text not null,
    text text not null,
    parent_no text references work_orders,
    state text not null,
    side_state text,
    owner text not null check (owner <> ''),
    offered_to text check (offered_to <> ''),
    filed_at timestamptz not null,
    limit_name text not null,
    limit_value numeric,
    limit_unit text not null,
    clock_used interval not null default '0',
    clock_from timestamptz,
    due_at timestamptz,
    paused_at timestamptz,
    paused_total interval not null default '0',
    contact_by timestamptz,
    contacted_at timestamptz,
    resolved_at timestamptz,
    callback_by timestamptz,
    callback_declined boolean not null default false,
    warned integer[] not null default '{}',
    supervision text not null default '',
    ladder_at timestamptz,
    resolution_code text not null default '',
    reply jsonb not null default '{}',
    confirmed boolean,
    disputes integer not null default 0 check (disputes >= 0),
    reopened integer not null default 0 check (reopened >= 0),
    rating integer check (rating between 1 and 5),
    closed_at timestamptz,
    extra jsonb not null default '{}',
    check (clock_from is null or (paused_at is null and closed_at is null)),
    check (closed_at is null or resolution_code <> '')
);
create unique index work_orders_active on work_orders (customer, subject) where closed_at is null and subject <> '';
create index work_orders_account on work_orders (account_no, filed_at);
create index work_orders_customer on work_orders (channel, channel_user, filed_at);
create index work_orders_parent on work_orders (parent_no);
create index work_orders_open on work_orders (kind, state, due_at) where closed_at is null;
create index work_orders_owner on work_orders (owner, due_at) where closed_at is null;
create index work_orders_area on work_orders (area_id, kind) where closed_at is null;
create index work_orders_matter on work_orders (subject, filed_at) where subject <> '';
create index work_orders_contact on work_orders (contact_by) where contacted_at is null and closed_at is null;
create index work_orders_ladder on work_orders (ladder_at) where ladder_at is not null;
create table work_order_changes (
    order_no text not null references work_orders,
    step_no integer not null check (step_no > 0),
    at timestamptz not null,
    actor text not null check (actor <> ''),
    what text not null check (what <> ''),
    from_state text not null,
    to_state text not null,
    note text not null,
    data jsonb not null default '{}',
    primary key (order_no, step_no)
);
"""

UP: tuple[str, ...] = (ORDERS,)
DOWN: tuple[str, ...] = ("drop table work_order_changes", "drop table work_orders cascade")


def upgrade() -> None:
    """Makes the tables."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Drops them."""
    for statement in DOWN:
        op.execute(statement)
