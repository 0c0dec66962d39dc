"""What agents do at the utility for the customer of a chat, once per key; and the chats that share a bound account."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"

TABLES = """
create table desk_acts (
    conversation_id text not null references conversations,
    act_key text not null,
    act text not null,
    agent_id text not null references agents,
    digest text not null,
    state text not null check (state in ('asked', 'refused', 'done')),
    result jsonb not null default '{}',
    asked_at timestamptz not null,
    ended_at timestamptz,
    primary key (conversation_id, act_key)
);
comment on column desk_acts.digest is 'keyed hash of what was asked: a key stands for one request';
create index conversations_accounts on conversations using gin ((profile -> 'accounts') jsonb_path_ops);
create index escalations_of on escalations (conversation_id, escalation_id);
"""


def upgrade() -> None:
    """Makes the table and the indexes."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drops them."""
    for index in ("conversations_accounts", "escalations_of"):
        op.execute(f"drop index {index}")
    op.execute("drop table desk_acts")
