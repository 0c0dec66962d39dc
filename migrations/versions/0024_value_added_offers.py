"""Value-added offers: what was offered to whom, what was said to it, and who wants none.

Revision ID: 0024
"""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"

OFFERS = """
create table extra_offers (
    offer_id bigint generated always as identity primary key,
    conversation_id text not null,
    account_no text not null default '',
    name text not null,
    way text not null check (way in ('chat', 'notice')),
    seq bigint,
    at timestamptz not null,
    answer text check (answer in ('more', 'no', 'stop')),
    answered_at timestamptz
);
create index extra_offers_person on extra_offers (conversation_id, at);
comment on table extra_offers is 'offers made, of a notice with its account; no name: looked, nothing fitted';
create table extra_optouts (
    conversation_id text primary key,
    at timestamptz not null
);
comment on table extra_optouts is 'who said that they want no offers';
"""


def upgrade() -> None:
    """Makes the tables."""
    op.execute(OFFERS)


def downgrade() -> None:
    """Drops them."""
    op.execute("drop table extra_optouts")
    op.execute("drop table extra_offers")
