"""Who has not confirmed a notice that asks for it, and what key accounts say of planned work a month ahead.

Revision ID: 0021
"""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"

RECEIPTS = """
create table notice_receipts (
    fact_id bigint primary key references notice_facts,
    due_at timestamptz not null,
    round smallint not null default 1,
    done_at timestamptz,
    made_at timestamptz
);
create index notice_receipts_due on notice_receipts (due_at) where done_at is null;
comment on table notice_receipts is 'when the list of who has not confirmed a fact is made, and when it was';
create table notice_unconfirmed (
    notice_id bigint primary key references notices,
    fact_id bigint not null references notice_facts,
    care text not null default '',
    did text not null check (did in ('resent', 'call', 'late')),
    way text not null default '',
    at timestamptz not null
);
create index notice_unconfirmed_of on notice_unconfirmed (fact_id);
"""

CONSENTS = """
create table notice_consents (
    outage_no text not null,
    account_no text not null,
    fact_id bigint not null references notice_facts,
    window_start timestamptz not null,
    window_end timestamptz not null,
    asked_at timestamptz not null,
    answer_by timestamptz not null,
    answer text check (answer in ('agreed', 'refused')),
    wish text not null default '',
    answered_at timestamptz,
    person text not null default '',
    told_at timestamptz,
    refusal text not null default '',
    called_at timestamptz,
    over_at timestamptz,
    primary key (outage_no, account_no, window_start),
    check ((answer is null) = (answered_at is null))
);
create index notice_consents_open on notice_consents (answer_by) where answered_at is null and over_at is null;
create index notice_consents_asked on notice_consents (fact_id, account_no);
create index notice_consents_untold on notice_consents (answered_at) where answered_at is not null and told_at is null;
comment on table notice_consents is 'a key account is asked a month ahead: its answer, and when the company was told';
"""


def upgrade() -> None:
    """Makes the tables."""
    op.execute(RECEIPTS)
    op.execute(CONSENTS)


def downgrade() -> None:
    """Drops them."""
    for table in ("notice_consents", "notice_unconfirmed", "notice_receipts"):
        op.execute(f"drop table {table}")
