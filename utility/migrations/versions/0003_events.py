"""The tables of utility/events."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

EVENTS = """
create table events (
    event_id bigint generated always as identity primary key,
    transaction_id xid8 not null default pg_current_xact_id(),
    type text not null,
    at timestamptz not null,
    subject text not null,
    account_no text,
    area_ids text[] not null,
    data jsonb not null
);
create index events_order on events (transaction_id, event_id);
"""

UP: tuple[str, ...] = (EVENTS,)
DOWN: tuple[str, ...] = ("drop table events",)


def upgrade() -> None:
    """Makes the tables."""
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    """Drops them."""
    for statement in DOWN:
        op.execute(statement)
