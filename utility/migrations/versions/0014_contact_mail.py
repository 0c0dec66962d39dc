"""The e-mail address of an account, where its holder has given one; what customers were reminded of, once each."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Adds the column and the table."""
    op.execute("alter table accounts add column contact_email text not null default ''")
    op.execute(
        """
        create table reminders_sent (
            account_no text not null references accounts,
            kind text not null,
            period text not null,
            at timestamptz not null,
            primary key (account_no, kind, period)
        )
        """
    )


def downgrade() -> None:
    """Drops them."""
    op.execute("drop table reminders_sent")
    op.execute("alter table accounts drop column contact_email")
