"""How a customer feels, as far as their words show it: the desk's card, the wall and the routing read it."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"

CHANGE = """
alter table conversations add column mood smallint check (mood between 0 and 3), add column mood_at timestamptz;
comment on column conversations.mood is '0 content, 1 neutral, 2 annoyed, 3 angry; null: nothing read yet';
"""


def upgrade() -> None:
    """Makes the columns."""
    op.execute(CHANGE)


def downgrade() -> None:
    """Drops them."""
    op.execute("alter table conversations drop column mood, drop column mood_at")
