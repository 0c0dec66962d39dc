"""Another desk instead of ours: which request stands there, how far it was told, and what that desk has said."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"

TABLES = """
create table outside_cases (
    escalation_id bigint primary key references escalations,
    conversation_id text not null references conversations,
    desk text not null,
    case_ref text,
    told_seq bigint not null default 0,
    state text not null default 'opening' check (state in ('opening', 'open', 'ended')),
    tries integer not null default 0,
    next_try_at timestamptz not null,
    last_error text,
    begun_at timestamptz not null,
    alarmed_at timestamptz
);
create index outside_cases_due on outside_cases (next_try_at) where state <> 'ended';
create index outside_cases_ref on outside_cases (desk, case_ref);
comment on column outside_cases.told_seq is 'the last line of the transcript that the other desk has';
comment on column outside_cases.alarmed_at is 'when our own desk was called: the other one did not take it';
create table outside_events (
    desk text not null,
    event_id text not null,
    event jsonb not null,
    received_at timestamptz not null,
    next_try_at timestamptz not null,
    tries integer not null default 0,
    outcome text,
    done_at timestamptz,
    primary key (desk, event_id)
);
create index outside_events_due on outside_events (next_try_at, received_at) where done_at is null;
comment on table outside_events is 'what the other desk has said, once each: its webhooks may come twice and late';
"""


def upgrade() -> None:
    """Makes the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drops them."""
    op.execute("drop table outside_events")
    op.execute("drop table outside_cases")
