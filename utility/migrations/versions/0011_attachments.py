"""What a customer adds to an order: pictures that stay in the store of whoever took them, known here by their id."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Makes the table."""
    op.execute(
        """
        create table order_attachments (
            order_no text not null references work_orders,
            media_id text not null,
            name text not null,
            mime text not null,
            size integer not null check (size >= 0),
            note text not null,
            actor text not null,
            at timestamptz not null,
            primary key (order_no, media_id)
        )
        """
    )


def downgrade() -> None:
    """Drops it."""
    op.execute("drop table order_attachments")
