"""What grid managers were told of contact data: one digest a day for each, with its way and what became of it.

Revision ID: 0025
"""

from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0024"

DIGESTS = """
create table contact_digests (
    digest_id bigint generated always as identity primary key,
    manager_no text not null,
    manager text not null,
    day date not null,
    findings integer not null,
    way text not null default '' check (way in ('', 'mail', 'sms')),
    address_masked text not null default '',
    state text not null check (state in ('planned', 'sending', 'sent', 'failed', 'no_address')),
    reason text not null default '',
    tries integer not null default 0,
    due_at timestamptz not null,
    made_at timestamptz not null,
    settled_at timestamptz,
    unique (manager_no, day)
);
create index contact_digests_due on contact_digests (due_at) where state in ('planned', 'sending');
comment on table contact_digests is 'what a grid manager was told on a day; addresses masked';
alter table contact_faults add column manager_no text not null default '',
    add column manager_phone text not null default '',
    add column digest_id bigint references contact_digests;
create index contact_faults_untold on contact_faults (manager_no)
    where digest_id is null and state in ('open', 'asked');
"""


def upgrade() -> None:
    """Makes the table and columns."""
    op.execute(DIGESTS)


def downgrade() -> None:
    """Drops them."""
    op.execute("alter table contact_faults drop column manager_no, drop column manager_phone, drop column digest_id")
    op.execute("drop table contact_digests")
