"""The words of a fact as they were told, and the places they were told in: what the desk shows and posts by hand.

Revision ID: 0018
"""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Adds the columns."""
    op.execute("alter table notice_facts add column words jsonb not null default '{}'")
    op.execute("alter table notice_facts add column places text[] not null default '{}'")


def downgrade() -> None:
    """Drops them."""
    op.execute("alter table notice_facts drop column words, drop column places")
