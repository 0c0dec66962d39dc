"""What the company tells: its events as they come in, what is known of each subject, and what no machine could use.

Revision ID: 0016
"""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"

TABLES = """
create table notice_events (
    event_no bigint primary key,
    type text not null,
    subject text not null,
    account_no text not null default '',
    area_ids text[] not null default '{}',
    data jsonb not null,
    at timestamptz not null,
    door text not null check (door in ('webhook', 'stream')),
    received_at timestamptz not null,
    state text not null default 'waiting' check (state in ('waiting', 'applied', 'stale', 'ignored', 'aside')),
    reason text not null default '',
    settled_at timestamptz,
    check ((state = 'waiting') = (settled_at is null))
);
create index notice_events_waiting on notice_events (event_no) where state = 'waiting';
create index notice_events_aside on notice_events (event_no) where state = 'aside';
comment on column notice_events.event_no is 'the company''s own number: a repeat finds it here and changes nothing';
create table notice_subjects (
    family text not null,
    subject text not null,
    last_event_no bigint not null,
    over boolean not null default false,
    known jsonb not null,
    primary key (family, subject)
);
comment on table notice_subjects is 'what is known of an outage, order, bill: it never goes back in time';
create table notice_stream (
    one boolean primary key default true check (one),
    cursor text not null,
    moved_at timestamptz not null
);
create table notice_unreadable (
    digest text primary key,
    body text not null,
    reason text not null,
    times integer not null default 1,
    received_at timestamptz not null
);
comment on table notice_unreadable is 'signed by the company and still no event: kept for a person';
"""


def upgrade() -> None:
    """Makes the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drops them."""
    for table in ("notice_unreadable", "notice_stream", "notice_subjects", "notice_events"):
        op.execute(f"drop table {table}")
