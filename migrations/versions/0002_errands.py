"""Requests that could not be done at once and are done later."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = """
create table errands (
    errand_id bigint generated always as identity primary key,
    conversation_id text not null references conversations,
    action text not null,
    body jsonb not null,
    state text not null default 'waiting' check (state in ('waiting', 'done', 'refused', 'given_up', 'dropped')),
    attempts integer not null default 0,
    next_at timestamptz not null,
    claimed_until timestamptz,
    last_error text,
    told jsonb,
    owed boolean not null default false,
    created_at timestamptz not null,
    ended_at timestamptz
);
create index errands_due on errands (next_at) where state = 'waiting';
create index errands_waiting on errands (conversation_id) where state = 'waiting';
create index errands_owed on errands (conversation_id) where owed;
comment on column errands.claimed_until is 'a worker runs it; afterwards it is free for another one';
comment on column errands.told is 'the bubbles of the result';
comment on column errands.owed is 'a person had the word when the result came: it is told when the bot has it again';
"""


def upgrade() -> None:
    """Makes the table."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drops it."""
    op.execute("drop table errands")
