"""What runs against a clock: promises, call-backs, orders and calls, the steps of the ladder that were told of each.

Revision ID: 0020
"""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"

WATCHES = """
create table watches (
    watch_id bigint generated always as identity primary key,
    kind text not null check (kind in ('promise', 'reply', 'follow_up', 'callback', 'order', 'call', 'consent')),
    ref text not null,
    conversation_id text not null default '',
    account_no text not null default '',
    title text not null default '',
    owner text,
    begins_at timestamptz not null,
    due_at timestamptz,
    first_due_at timestamptz,
    moved_at timestamptz,
    round integer not null default 0,
    called text[] not null default '{}',
    step text not null default '',
    customer_told_at timestamptz,
    next_at timestamptz,
    state text not null default 'watching' check (state in ('watching', 'ended')),
    outcome text not null default '',
    made_at timestamptz not null,
    ended_at timestamptz,
    unique (kind, ref),
    check ((state = 'ended') = (ended_at is not null))
);
create index watches_next on watches (next_at) where state = 'watching';
create index watches_due on watches (due_at) where state = 'watching';
create index watches_of on watches (kind) where state = 'watching';
comment on table watches is 'what somebody waits for until a time; next_at is when the next of its steps is due';
comment on column watches.first_due_at is 'the time the customer knows; round: grows when the steps are told anew';
create table watch_steps (
    watch_id bigint not null references watches on delete cascade,
    round integer not null,
    step text not null check (step in ('owner', 'lead', 'duty', 'customer')),
    told text[] not null default '{}',
    at timestamptz not null,
    primary key (watch_id, round, step)
);
comment on table watch_steps is 'each step of a ladder is told once';
"""

PINGS = """
alter table pings drop constraint pings_kind_check;
alter table pings add constraint pings_kind_check check (kind in
    ('mention', 'promise_due', 'promise_late', 'canned_expiring', 'watch_owner', 'watch_lead', 'watch_duty'));
alter table pings add column about text not null default '';
alter table promises add column said_due_at timestamptz;
update promises set said_due_at = due_at;
alter table promises alter column said_due_at set not null;
comment on column promises.said_due_at is 'the time the customer was told; a corrected reading of it is no move';
comment on column pings.about is 'of a step of a ladder: what kind of thing runs out';
"""


def upgrade() -> None:
    """Makes the tables."""
    op.execute(WATCHES)
    op.execute(PINGS)


def downgrade() -> None:
    """Drops them."""
    op.execute("delete from pings where kind like 'watch_%'")
    op.execute("alter table pings drop column about, drop constraint pings_kind_check")
    op.execute(
        "alter table pings add constraint pings_kind_check check (kind in"
        " ('mention', 'promise_due', 'promise_late', 'canned_expiring'))"
    )
    op.execute("alter table promises drop column said_due_at")
    op.execute("drop table watch_steps")
    op.execute("drop table watches")
