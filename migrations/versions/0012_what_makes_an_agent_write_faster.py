"""Canned replies, suggestions, watched promises, pings, closings, drafts of knowledge, and the files of agents."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0010"

TABLES = """
create table canned_replies (
    canned_id bigint generated always as identity primary key,
    owner text references agents,
    folder text not null,
    skill text not null default '',
    shortcut text not null,
    live_version integer,
    uses bigint not null default 0,
    used_at timestamptz,
    retired_at timestamptz,
    warned_at timestamptz,
    created_by text not null,
    created_at timestamptz not null
);
create unique index canned_shared_shortcut on canned_replies (shortcut) where owner is null and retired_at is null;
create unique index canned_own_shortcut on canned_replies (owner, shortcut)
    where owner is not null and retired_at is null;
comment on column canned_replies.owner is 'whose it is; null: everybody''s, once a supervisor has approved a version';
create table canned_versions (
    canned_id bigint not null references canned_replies,
    version integer not null,
    state text not null check (state in ('pending', 'approved', 'rejected', 'superseded')),
    title text not null,
    text text not null,
    expires_at timestamptz,
    written_by text not null,
    written_at timestamptz not null,
    decided_by text,
    decided_at timestamptz,
    reason text,
    primary key (canned_id, version)
);
create table suggestions (
    suggestion_id bigint generated always as identity primary key,
    conversation_id text not null references conversations,
    seq bigint not null,
    place integer not null,
    kind text not null check (kind in ('knowledge', 'intent')),
    source text not null,
    title text not null,
    text text not null,
    intent text not null default '',
    score real not null default 0,
    state text not null default 'shown' check (state in ('shown', 'accepted', 'sent', 'edited', 'rejected')),
    agent_id text references agents,
    sent_seq bigint,
    created_at timestamptz not null,
    decided_at timestamptz,
    unique (conversation_id, seq, place)
);
create index suggestions_recent on suggestions (created_at);
create table promises (
    promise_id bigint generated always as identity primary key,
    conversation_id text not null references conversations,
    seq bigint,
    agent_id text not null references agents,
    text text not null,
    due_at timestamptz not null,
    state text not null default 'watching' check (state in ('watching', 'kept', 'broken', 'dropped')),
    confirmed_at timestamptz,
    reminded_at timestamptz,
    raised_at timestamptz,
    ended_at timestamptz,
    ended_by text,
    created_at timestamptz not null,
    unique (conversation_id, seq, text)
);
create index promises_watched on promises (due_at) where state = 'watching';
create index promises_of on promises (conversation_id, promise_id);
create table pings (
    ping_id bigint generated always as identity primary key,
    agent_id text not null references agents,
    kind text not null check (kind in ('mention', 'promise_due', 'promise_late', 'canned_expiring')),
    conversation_id text references conversations,
    seq bigint,
    promise_id bigint references promises,
    by_agent text,
    text text not null,
    at timestamptz not null,
    read_at timestamptz
);
create index pings_of on pings (agent_id, ping_id);
create index pings_open_chats on pings (conversation_id) where kind = 'mention';
comment on table pings is 'what an agent is told in the desk: named in a note, a promise due, a canned reply that ends';
create table closings (
    escalation_id bigint primary key references escalations,
    conversation_id text not null references conversations,
    agent_id text not null,
    topic text not null,
    result text not null,
    summary text not null,
    at timestamptz not null
);
create table knowledge_drafts (
    draft_id bigint generated always as identity primary key,
    conversation_id text references conversations,
    question text not null,
    answer text not null,
    intent text not null,
    state text not null default 'pending' check (state in ('pending', 'accepted', 'rejected')),
    written_by text not null,
    written_at timestamptz not null,
    decided_by text,
    decided_at timestamptz,
    reason text
);
alter table messages add column heard_at timestamptz;
comment on column messages.heard_at is 'when an agent''s line was searched for promises';
update messages set heard_at = created_at where role = 'agent';
create index messages_unheard on messages (conversation_id, seq) where role = 'agent' and heard_at is null;
alter table media add column agent_id text references agents, drop constraint media_kind_check,
    add constraint media_kind_check check (kind in ('image', 'voice', 'file'));
comment on column media.agent_id is 'the agent who sent it to the customer; null: the customer sent it';
create table media_links (
    token text primary key,
    media_id text not null references media,
    expires_at timestamptz not null
);
comment on table media_links is 'the address a customer opens an agent''s file at, where a door shows no file itself';
alter table call_list add column note text;
"""

_DROPPED = (
    "media_links",
    "knowledge_drafts",
    "closings",
    "pings",
    "promises",
    "suggestions",
    "canned_versions",
    "canned_replies",
)


def upgrade() -> None:
    """Makes the tables and columns."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drops them."""
    for table in _DROPPED:
        op.execute(f"drop table {table}")
    op.execute("alter table messages drop column heard_at")
    op.execute("delete from media where kind = 'file'")
    op.execute(
        "alter table media drop column agent_id, drop constraint media_kind_check,"
        " add constraint media_kind_check check (kind in ('image', 'voice'))"
    )
    op.execute("alter table call_list drop column note")
