"""Pictures and voice messages of customers: what is known of each; the bytes lie in files under MEDIA_DIR."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

TABLES = """
create table media (
    media_id text primary key,
    conversation_id text not null,
    kind text not null check (kind in ('image', 'voice')),
    name text not null,
    mime text not null,
    size integer not null check (size > 0),
    created_at timestamptz not null
);
create index media_of on media (conversation_id, created_at);
"""


def upgrade() -> None:
    """Makes the table."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drops it."""
    op.execute("drop table media")
