"""Subscribers may take several events in one call.

Revision ID: 0015
"""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Whoever is there already goes on with one event a call."""
    op.execute("alter table subscribers add column batch integer not null default 1 check (batch between 1 and 200)")


def downgrade() -> None:
    """Undoes it."""
    op.execute("alter table subscribers drop column batch")
