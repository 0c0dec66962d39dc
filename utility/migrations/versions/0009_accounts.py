"""The tables of utility/accounts and utility/grid: supply points, buildings, contacts, managers, what changed."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"

GRID = (
    "create table substations (name text primary key)",
    "insert into substations select distinct substation from lines",
    "alter table lines add constraint lines_substation foreign key (substation) references substations",
    "create index transformer_areas_line on transformer_areas (line_id)",
    """
    create table buildings (
        area_id text not null references transformer_areas,
        name text not null,
        primary key (area_id, name)
    )
    """,
    """
    create table supply_points (
        supply_point_no text primary key,
        account_no text not null references accounts,
        area_id text not null references transformer_areas,
        line_id text not null references lines,
        role text not null check (role in ('main', 'standby'))
    )
    """,
    """
    insert into supply_points select account_no || '-1', account_no, area_id, line_id, 'main' from accounts
    """,
    "create unique index supply_points_main on supply_points (account_no) where role = 'main'",
    "create index supply_points_account on supply_points (account_no)",
    "create index supply_points_area on supply_points (area_id)",
    "create index supply_points_line on supply_points (line_id)",
)

ACCOUNTS = (
    """
    alter table accounts
        add contract_state text not null default 'in_force'
            check (contract_state in ('in_force', 'expired', 'terminated')),
        add contract_until date
    """,
    "create index accounts_contact_phone on accounts (contact_phone)",
    "create index accounts_customer on accounts (customer_id)",
    "create index accounts_home on accounts (estate, building, room)",
    "create index bindings_account on bindings (account_no)",
    """
    create table account_managers (
        manager_no text primary key,
        name text not null,
        role text not null,
        phone text not null,
        hours text not null,
        deputy_no text references account_managers deferrable initially deferred
    )
    """,
    """
    create table managed_accounts (
        account_no text primary key references accounts,
        manager_no text not null references account_managers
    )
    """,
    """
    create table contacts (
        contact_id bigint generated always as identity primary key,
        account_no text not null references accounts,
        kind text not null check (kind in ('holder', 'payer', 'resident', 'agent', 'equipment', 'emergency')),
        name text not null,
        phone text not null,
        valid_from date not null,
        valid_until date,
        verified_at timestamptz,
        check (valid_until is null or valid_until >= valid_from)
    )
    """,
    """
    insert into contacts (account_no, kind, name, phone, valid_from)
    select account_no, 'holder', name, contact_phone, date '2000-01-01' from accounts
    """,
    "create unique index contacts_holder on contacts (account_no) where kind = 'holder' and valid_until is null",
    "create index contacts_account on contacts (account_no)",
    "create index contacts_phone on contacts (phone) where valid_until is null",
    """
    create table account_changes (
        change_id bigint generated always as identity primary key,
        account_no text not null references accounts,
        at timestamptz not null,
        kind text not null check (kind in ('closed', 'holder_changed', 'renamed', 'phone_changed')),
        actor text not null,
        before jsonb not null,
        after jsonb not null
    )
    """,
    "create index account_changes_account on account_changes (account_no, at)",
    """
    create table phone_changes (
        phone_change_no text primary key,
        channel text not null,
        channel_user text not null,
        account_no text not null references accounts,
        new_phone text not null,
        salt text not null,
        old_digest text not null,
        new_digest text not null,
        sent_at timestamptz not null,
        expires_at timestamptz not null,
        wrong_tries integer not null default 0,
        done_at timestamptz,
        foreign key (channel, channel_user) references channel_users
    )
    """,
    "create index phone_changes_user on phone_changes (channel, channel_user, account_no, sent_at)",
)

UP: tuple[str, ...] = (*GRID, *ACCOUNTS)
DOWN: tuple[str, ...] = (
    "drop table phone_changes, account_changes, contacts, managed_accounts, account_managers",
    "drop index bindings_account, accounts_home, accounts_customer, accounts_contact_phone",
    "alter table accounts drop contract_state, drop contract_until",
    "drop table supply_points, buildings",
    "drop index transformer_areas_line",
    "alter table lines drop constraint lines_substation",
    "drop table substations",
)


def upgrade() -> None:
    """Makes the tables."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Drops them."""
    for statement in DOWN:
        op.execute(statement)
