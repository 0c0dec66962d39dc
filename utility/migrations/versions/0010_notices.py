"""The tables of utility/subscriptions and utility/callbacks: notices by account and channel, who is to be called."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"

UP = (
    """
    create table subscriptions (
        account_no text not null references accounts,
        notice_type text not null,
        channel text not null,
        enabled boolean not null,
        set_at timestamptz not null,
        set_by text not null,
        primary key (account_no, notice_type, channel)
    )
    """,
    """
    create table callbacks (
        callback_no text primary key,
        account_no text references accounts,
        phone text not null,
        reason text not null,
        channel text not null,
        channel_user text not null,
        state text not null check (state in ('open', 'done')),
        asked_at timestamptz not null,
        done_at timestamptz,
        done_by text not null default '',
        note text not null default '',
        check ((state = 'done') = (done_at is not null))
    )
    """,
    """
    create unique index callbacks_open on callbacks (channel, channel_user, coalesce(account_no, ''))
        where state = 'open'
    """,
    "create index callbacks_account on callbacks (account_no)",
)
DOWN = ("drop table callbacks, subscriptions",)


def upgrade() -> None:
    """Makes the tables."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Drops them."""
    for statement in DOWN:
        op.execute(statement)
