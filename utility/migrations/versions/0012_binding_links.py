"""Bindings taken over from another identity of the same person, with the client's evidence."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Makes the table."""
    op.execute(
        """
        create table binding_links (
            channel text not null,
            channel_user text not null,
            source_channel text not null,
            source_user text not null,
            evidence text not null,
            client text not null,
            accounts text[] not null,
            at timestamptz not null,
            primary key (channel, channel_user, evidence),
            foreign key (channel, channel_user) references channel_users
        )
        """
    )


def downgrade() -> None:
    """Drops it."""
    op.execute("drop table binding_links")
