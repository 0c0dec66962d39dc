"""One person in several doors: codes to go on elsewhere, wrong tries, links between identities, spent OAuth states."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

TABLES = """
create table resume_codes (
    digest text primary key,
    conversation_id text not null references conversations,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    taken_by text references conversations (conversation_id),
    taken_at timestamptz
);
create index resume_codes_of on resume_codes (conversation_id, made_at);
comment on column resume_codes.digest is 'keyed hash of the code: the table alone gives nobody a code';
create table resume_tries (
    conversation_id text not null references conversations,
    at timestamptz not null
);
create index resume_tries_of on resume_tries (conversation_id, at);
create table identity_links (
    link_id text primary key,
    conversation_id text not null,
    source_id text not null,
    way text not null check (way in ('code', 'consent', 'oauth')),
    made_at timestamptz not null,
    settled_at timestamptz,
    check (conversation_id <> source_id)
);
create index identity_links_waiting on identity_links (conversation_id) where settled_at is null;
comment on table identity_links is 'what source_id has bound is known in conversation_id; settled: told to the company';
create table spent_states (
    nonce text primary key,
    expires_at timestamptz not null
);
"""


def upgrade() -> None:
    """Makes the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drops them."""
    for table in ("spent_states", "identity_links", "resume_tries", "resume_codes"):
        op.execute(f"drop table {table}")
