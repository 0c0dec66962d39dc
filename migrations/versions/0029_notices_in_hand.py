"""The next notice of a way, and those that a worker has in its hand, are found without reading all the others.

Revision ID: 0029
"""

from __future__ import annotations

from alembic import op

revision = "0029"
down_revision = "0023"


def upgrade() -> None:
    """Makes the indexes.

    A fact's notices are all due in the same moment: without their number in the index each line that was sent read and
    sorted all that were left. And for each line it is asked whether an older word is still with a gateway.
    """
    op.execute("drop index notices_due")
    op.execute("create index notices_due on notices (way, due_at, notice_id) where state in ('planned', 'sending')")
    op.execute("create index notices_in_hand on notices (person, story) where state = 'sending'")


def downgrade() -> None:
    """Puts back what was."""
    op.execute("drop index notices_in_hand")
    op.execute("drop index notices_due")
    op.execute("create index notices_due on notices (way, due_at) where state in ('planned', 'sending')")
