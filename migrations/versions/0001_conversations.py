"""Conversations, their transcript (inbox and outbox in one), escalations, the desk, Rasa's events."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

TABLES = """
create table agents (
    agent_id text primary key,
    name text not null,
    role text not null check (role in ('agent', 'supervisor')),
    skills text[] not null default '{}',
    max_chats integer not null default 4,
    password_hash text not null,
    active boolean not null default true,
    failed_logins integer not null default 0,
    locked_until timestamptz
);
create table conversations (
    conversation_id text primary key,
    channel text not null,
    channel_user text not null,
    owner text not null default 'bot' check (owner in ('bot', 'queue', 'agent')),
    epoch integer not null default 0,
    agent_id text references agents,
    last_seq bigint not null default 0,
    customer_read_seq bigint not null default 0,
    agent_read_seq bigint not null default 0,
    profile jsonb not null default '{}',
    return_note text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (channel, channel_user),
    check ((owner = 'agent') = (agent_id is not null))
);
create index conversations_in_hands on conversations (conversation_id) where owner <> 'bot';
create index conversations_recent on conversations (updated_at);
create table messages (
    conversation_id text not null references conversations,
    seq bigint not null,
    role text not null check (role in ('customer', 'bot', 'agent', 'system', 'note')),
    body jsonb not null,
    epoch integer not null,
    agent_id text references agents,
    channel_message_id text,
    reply_to bigint,
    turn text check (turn in ('pending', 'done', 'failed')),
    turn_attempts integer not null default 0,
    delivery text check (delivery in ('pending', 'sent', 'failed', 'suppressed')),
    delivery_attempts integer not null default 0,
    next_try_at timestamptz,
    created_at timestamptz not null,
    primary key (conversation_id, seq)
);
create unique index messages_once on messages (conversation_id, role, channel_message_id)
    where channel_message_id is not null;
create index messages_inbox on messages (conversation_id, seq) where turn = 'pending';
create index messages_outbox on messages (conversation_id, seq) where delivery = 'pending';
create table escalations (
    escalation_id bigint generated always as identity primary key,
    conversation_id text not null references conversations,
    state text not null check (state in ('waiting', 'offered', 'serving', 'returned', 'closed', 'abandoned')),
    skill text not null,
    priority integer not null,
    reason text not null,
    summary jsonb not null default '{}',
    agent_id text references agents,
    requested_at timestamptz not null,
    accepted_at timestamptz,
    ended_at timestamptz,
    note text
);
create unique index escalations_one_open on escalations (conversation_id)
    where state in ('waiting', 'offered', 'serving');
create index escalations_queue on escalations (priority, requested_at) where state in ('waiting', 'offered');
create table escalation_events (
    event_id bigint generated always as identity primary key,
    escalation_id bigint references escalations,
    conversation_id text not null references conversations,
    name text not null,
    actor text not null,
    detail jsonb not null default '{}',
    at timestamptz not null
);
create index escalation_events_of on escalation_events (conversation_id, event_id);
create table agent_sessions (
    token_hash text primary key,
    agent_id text not null references agents,
    csrf text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    ended_why text
);
create index agent_sessions_live on agent_sessions (agent_id) where ended_at is null;
create table audit (
    audit_id bigint generated always as identity primary key,
    actor text not null,
    action text not null,
    subject text not null,
    detail jsonb not null default '{}',
    at timestamptz not null
);
create table tracker_events (
    conversation_id text not null,
    position bigint not null,
    session_start boolean not null default false,
    event jsonb not null,
    primary key (conversation_id, position)
);
create index tracker_events_sessions on tracker_events (conversation_id, position) where session_start;
"""


def upgrade() -> None:
    """Makes the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drops the tables, newest first."""
    for table in (
        "tracker_events",
        "audit",
        "agent_sessions",
        "escalation_events",
        "escalations",
        "messages",
        "conversations",
        "agents",
    ):
        op.execute(f"drop table {table}")
