"""The notices that a worker has in its hand are found without reading all of them.

Revision ID: 0029
"""

from __future__ import annotations

from alembic import op

revision = "0029"
down_revision = "0023"


def upgrade() -> None:
    """Adds the index: asked for every line that is sent, whether an older word is still with a gateway."""
    op.execute("create index notices_in_hand on notices (person, story) where state = 'sending'")


def downgrade() -> None:
    """Drops it."""
    op.execute("drop index notices_in_hand")
