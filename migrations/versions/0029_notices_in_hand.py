"""The next notice of a way, and the others of a person's story, are found without reading all that there are.

Revision ID: 0029
"""

from __future__ import annotations

from alembic import op

revision = "0029"
down_revision = "0026"


def upgrade() -> None:
    """Makes the indexes.

    A fact's notices are all due in the same moment: without their number in the index each line that was sent read and
    sorted all that were left. And of each it is asked what else the person has of the story: an older word that a
    gateway still has, a newer one.
    """
    op.execute("drop index notices_due")
    op.execute("create index notices_due on notices (way, due_at, notice_id) where state in ('planned', 'sending')")
    op.execute("drop index notices_story")
    op.execute("create index notices_of_person on notices (person, story)")


def downgrade() -> None:
    """Puts back what was."""
    op.execute("drop index notices_of_person")
    op.execute("create index notices_story on notices (story, person) where state = 'planned'")
    op.execute("drop index notices_due")
    op.execute("create index notices_due on notices (way, due_at) where state in ('planned', 'sending')")
