"""Hours of people by skill, places told in the queue, silences, marks that call a person, facts handed back."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"

TABLES = """
create table service_hours (
    skill text primary key,
    workday text not null,
    weekend text not null,
    holiday text not null,
    updated_by text not null,
    updated_at timestamptz not null
);
comment on table service_hours is '08:00-12:00,13:30-18:00; nothing: closed; a skill without a row: HUMAN_HOURS';
create table service_days (
    day_id bigint generated always as identity primary key,
    skill text not null default '',
    first_day date not null,
    last_day date not null,
    hours text not null,
    name text not null,
    made_by text not null,
    made_at timestamptz not null,
    check (last_day >= first_day)
);
comment on column service_days.skill is 'nothing: of every skill';
create table queue_told (
    escalation_id bigint primary key references escalations,
    ahead integer not null,
    least_s integer,
    most_s integer,
    closed boolean not null default false,
    times integer not null default 1,
    told_at timestamptz not null,
    look_at timestamptz not null
);
create index queue_told_due on queue_told (look_at);
create table silences (
    conversation_id text primary key references conversations,
    escalation_id bigint not null references escalations,
    waits_for text not null check (waits_for in ('customer', 'agent')),
    since_seq bigint not null,
    since timestamptz not null,
    step integer not null default 0,
    due_at timestamptz
);
create index silences_due on silences (due_at) where due_at is not null;
create table trigger_marks (
    mark_id bigint generated always as identity primary key,
    conversation_id text not null references conversations,
    kind text not null,
    topic text not null default '',
    at timestamptz not null
);
create index trigger_marks_of on trigger_marks (conversation_id, kind, topic, at);
alter table escalations add column promised_at timestamptz, add column promise_warned_at timestamptz;
create index escalations_promised on escalations (promised_at)
    where promised_at is not null and promise_warned_at is null and state in ('waiting', 'offered');
comment on column escalations.promised_at is 'asked for when nobody was there: by when an answer was promised';
alter table conversations add column return_facts jsonb;
comment on column conversations.return_facts is 'what the last agent did and promised (handoff.facts)';
"""


def upgrade() -> None:
    """Makes the tables and columns."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drops them."""
    op.execute("alter table conversations drop column return_facts")
    op.execute("alter table escalations drop column promised_at, drop column promise_warned_at")
    for table in ("trigger_marks", "silences", "queue_told", "service_days", "service_hours"):
        op.execute(f"drop table {table}")
