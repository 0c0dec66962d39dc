"""What supervisors work with: who watches or joined a chat, calls after low scores, searches, and text that is found.

Two characters at a time are what Chinese is searched by: pg_trgm needs three, and the embedded PostgreSQL does not
carry it. The function and its index are the same on every server.
"""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"

TABLES = """
create function text_bigrams(said text) returns text[] language sql immutable strict parallel safe as $$
    select coalesce(array_agg(distinct pair), '{}') from (
        select letter || lead(letter) over (order by place) as pair
        from unnest(string_to_array(lower(said), null)) with ordinality as letters (letter, place)
    ) pairs where pair is not null
$$;
create function message_words(body jsonb) returns text language sql immutable strict parallel safe as $$
    select coalesce(body ->> 'text', '') || ' ' || coalesce(body #>> '{card,title}', '')
$$;
create index messages_bigrams on messages using gin (text_bigrams(message_words(body))) where role <> 'system';
create index messages_of_agents on messages (conversation_id, created_at) where role = 'agent';
create index messages_of_customers on messages (created_at, conversation_id) where role = 'customer';
create index messages_surveys on messages (conversation_id, seq) where body ? 'survey';
create index escalations_by_time on escalations (requested_at);
create index escalations_of_agent on escalations (agent_id, requested_at);
create table attendances (
    attendance_id bigint generated always as identity primary key,
    conversation_id text not null references conversations,
    escalation_id bigint references escalations,
    supervisor_id text not null references agents,
    kind text not null check (kind in ('watch', 'join')),
    began_at timestamptz not null,
    ended_at timestamptz,
    check (kind = 'watch' or escalation_id is not null)
);
create unique index attendances_one_open on attendances (conversation_id, supervisor_id, kind) where ended_at is null;
create index attendances_open on attendances (conversation_id) where ended_at is null;
comment on table attendances is 'a supervisor looks at a served chat (watch) or speaks in it beside its agent (join)';
create table follow_ups (
    follow_up_id bigint generated always as identity primary key,
    conversation_id text not null references conversations,
    escalation_id bigint not null unique references escalations,
    opened_at timestamptz not null,
    due_at timestamptz not null,
    next_try_at timestamptz,
    claimed_by text references agents,
    tries smallint not null default 0,
    state text not null default 'open' check (state in ('open', 'reached', 'declined', 'unreached')),
    cause text,
    note text not null default '',
    ended_at timestamptz,
    ended_by text references agents,
    check ((state = 'open') = (ended_at is null))
);
create index follow_ups_open on follow_ups (due_at) where state = 'open';
comment on table follow_ups is 'somebody calls a customer whom a service left unhappy, and asks why';
create table saved_searches (
    search_id bigint generated always as identity primary key,
    agent_id text not null references agents,
    name text not null,
    filters jsonb not null,
    created_at timestamptz not null,
    unique (agent_id, name)
);
"""


def upgrade() -> None:
    """Makes the function, the indexes and the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drops them."""
    for table in ("saved_searches", "follow_ups", "attendances"):
        op.execute(f"drop table {table}")
    for index in (
        "escalations_of_agent",
        "escalations_by_time",
        "messages_surveys",
        "messages_of_customers",
        "messages_of_agents",
        "messages_bigrams",
    ):
        op.execute(f"drop index {index}")
    op.execute("drop function message_words(jsonb)")
    op.execute("drop function text_bigrams(text)")
