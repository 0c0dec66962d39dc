"""Contact data that cannot be right: what a sweep over the accounts saw, and what became of each thing it found.

Revision ID: 0022
"""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"

BOOK = """
create table contact_sweeps (
    sweep_id bigint generated always as identity primary key,
    day date not null unique,
    cursor text not null default '',
    accounts integer not null default 0,
    found integer,
    mended integer,
    began_at timestamptz not null,
    ended_at timestamptz
);
create index contact_sweeps_open on contact_sweeps (sweep_id) where ended_at is null;
comment on table contact_sweeps is 'one look over all accounts a day, for all workers together; cursor: where to go on';
create table contact_book (
    account_no text primary key,
    sweep_id bigint not null,
    area_id text not null,
    place text not null,
    form text not null check (form in ('mobile', 'land_line', 'malformed', 'none')),
    phone_mark text not null,
    phone_masked text not null,
    customer text not null,
    holder_mark text not null,
    cared boolean not null,
    people text[] not null
);
create index contact_book_phone on contact_book (phone_mark) where form = 'mobile';
create index contact_book_customer on contact_book (customer);
create index contact_book_holder on contact_book (holder_mark);
comment on table contact_book is 'the accounts as the last sweep saw them; of a phone its mark and its masked form';
"""

FAULTS = """
create table contact_faults (
    fault_id bigint generated always as identity primary key,
    account_no text not null,
    kind text not null check (kind in
        ('missing', 'malformed', 'no_mobile', 'dead', 'unfollowed', 'shared', 'duplicate', 'two_numbers')),
    state text not null default 'open' check (state in ('open', 'asked', 'mended', 'dismissed')),
    area_id text not null,
    place text not null,
    manager text not null default '',
    phone_mark text not null,
    phone_masked text not null,
    detail jsonb not null default '{}',
    people text[] not null,
    sweep_id bigint not null,
    found_at timestamptz not null,
    asked_at timestamptz,
    asked_in text,
    answer text check (answer in ('yes', 'no')),
    settled_at timestamptz,
    settled_by text,
    reason text not null default '',
    check ((state in ('mended', 'dismissed')) = (settled_at is not null))
);
create unique index contact_faults_one on contact_faults (account_no, kind) where state in ('open', 'asked');
create index contact_faults_listed on contact_faults (area_id, fault_id) where state in ('open', 'asked');
create index contact_faults_people on contact_faults using gin (people) where state in ('open', 'asked');
create index notice_tries_dead on notice_tries (at) where way = 'sms' and result = 'failed';
comment on table contact_faults is 'contact data that cannot be right, found early, until somebody mends it';
"""


def upgrade() -> None:
    """Makes the tables."""
    op.execute(BOOK)
    op.execute(FAULTS)


def downgrade() -> None:
    """Drops them."""
    op.execute("drop index notice_tries_dead")
    for table in ("contact_faults", "contact_book", "contact_sweeps"):
        op.execute(f"drop table {table}")
