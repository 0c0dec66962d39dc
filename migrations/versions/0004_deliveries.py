"""What each delivery cost and how it went, what is owed to a customer, and the list of those a person has to call."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = """
alter table conversations add column unfollowed_at timestamptz;
comment on column conversations.unfollowed_at is 'the customer has left the account: nothing is sent';
alter table messages
    add column sent_at timestamptz,
    add column sent_by text check (sent_by in ('passive', 'custom', 'template', 'sms', 'call')),
    add column cost integer not null default 0 check (cost >= 0),
    add column owed boolean not null default false,
    add column rest text,
    add column failed_ways text[] not null default '{}',
    add column receipt text,
    add column receipt_result text;
comment on column messages.cost is 'messages of the platform''s quota it took; of a parcel its first line bears them';
comment on column messages.owed is 'it, or its rest, is delivered first when the customer writes again';
comment on column messages.rest is 'the words that a shortened message left over';
comment on column messages.receipt is 'a template message''s number; receipt_result is what became of it';
create index messages_owed on messages (conversation_id) where owed;
create index messages_receipt on messages (receipt) where receipt is not null;
create table call_list (
    call_id bigint generated always as identity primary key,
    conversation_id text not null references conversations,
    seqs bigint[] not null,
    reason text not null,
    created_at timestamptz not null,
    done_at timestamptz,
    done_by text,
    check ((done_at is null) = (done_by is null))
);
create unique index call_list_one_open on call_list (conversation_id) where done_at is null;
comment on table call_list is 'what no channel took: a person calls; done_by is their number, or why no call is needed';
"""


def upgrade() -> None:
    """Makes the columns and the table."""
    op.execute(TABLES)


def downgrade() -> None:
    """Drops them."""
    op.execute("drop table call_list")
    columns = ("sent_at", "sent_by", "cost", "owed", "rest", "failed_ways", "receipt", "receipt_result")
    op.execute("alter table messages " + ", ".join(f"drop column {name}" for name in columns))
    op.execute("alter table conversations drop column unfollowed_at")
