"""That a holder changed where letters go is remembered as every other change of an account."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"

_CHECK = "alter table account_changes drop constraint account_changes_kind_check, add check (kind in ({kinds}))"
_KINDS = "'closed', 'holder_changed', 'renamed', 'phone_changed'"


def upgrade() -> None:
    """Lets the table hold it."""
    op.execute(_CHECK.format(kinds=f"{_KINDS}, 'mail'"))


def downgrade() -> None:
    """Drops what it held of it."""
    op.execute("delete from account_changes where kind = 'mail'")
    op.execute(_CHECK.format(kinds=_KINDS))
