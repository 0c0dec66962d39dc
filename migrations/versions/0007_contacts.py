"""Whom a platform lets us write to and since when, and the notices it sends to no customer."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"

TABLES = """
create table contacts (
    conversation_id text primary key,
    address text not null,
    left_ms bigint
);
comment on column contacts.address is 'the name the platform takes as a receiver, as it wrote it';
comment on column contacts.left_ms is 'when they left, by the platform: what it sent before opens no window any more';
create table contact_windows (
    conversation_id text not null references contacts on delete cascade,
    opened_by text not null,
    opened_at timestamptz not null,
    sent_ms bigint not null,
    used boolean not null default false,
    primary key (conversation_id, opened_by)
);
create table platform_notices (
    channel text not null,
    notice_id text not null,
    method text not null,
    fields jsonb not null,
    received_at timestamptz not null,
    primary key (channel, notice_id)
);
create index platform_notices_recent on platform_notices (received_at);
"""


def upgrade() -> None:
    """Makes the tables."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drops them."""
    op.execute("drop table platform_notices")
    op.execute("drop table contact_windows")
    op.execute("drop table contacts")
