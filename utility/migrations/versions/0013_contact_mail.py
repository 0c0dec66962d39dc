"""The e-mail address of an account, where its holder has given one."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Adds the column."""
    op.execute("alter table accounts add column contact_email text not null default ''")


def downgrade() -> None:
    """Drops it."""
    op.execute("alter table accounts drop column contact_email")
