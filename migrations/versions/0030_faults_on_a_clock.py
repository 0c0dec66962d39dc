"""A fault order with a promise to arrive is watched, as other orders are.

Revision ID: 0030
"""

from __future__ import annotations

from alembic import op

revision = "0030"
down_revision = "0029"

_KINDS = "'promise', 'reply', 'follow_up', 'callback', 'order', 'call', 'consent'"


def upgrade() -> None:
    """Lets watches be of faults."""
    op.execute("alter table watches drop constraint watches_kind_check")
    op.execute(f"alter table watches add constraint watches_kind_check check (kind in ({_KINDS}, 'fault'))")


def downgrade() -> None:
    """Forgets those of faults."""
    op.execute("delete from watches where kind = 'fault'")
    op.execute("alter table watches drop constraint watches_kind_check")
    op.execute(f"alter table watches add constraint watches_kind_check check (kind in ({_KINDS}))")
