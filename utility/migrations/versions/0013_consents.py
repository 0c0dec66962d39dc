"""What key accounts say of planned work, and the hour that a call-back was promised for."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Makes the table and the column."""
    op.execute(
        """
        create table outage_consents (
            outage_no text not null references outages,
            account_no text not null references accounts,
            planned_from timestamptz not null,
            answer text not null check (answer in ('agreed', 'refused')),
            wish text not null default '',
            said_at timestamptz not null,
            said_by text not null,
            primary key (outage_no, account_no, planned_from)
        )
        """
    )
    op.execute("alter table callbacks add column call_by timestamptz")


def downgrade() -> None:
    """Drops them."""
    op.execute("alter table callbacks drop column call_by")
    op.execute("drop table outage_consents")
