"""Notices: what is to be told and when, to whom, by which way, and what came of it.

Revision ID: 0017
"""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"

FACTS = """
create table notice_facts (
    fact_id bigint generated always as identity primary key,
    fact_key text not null unique,
    kind text not null,
    family text not null,
    subject text not null,
    story text not null,
    event_no bigint not null,
    account_no text not null default '',
    person text not null default '',
    area_ids text[] not null default '{}',
    buildings jsonb not null default '[]',
    care_only boolean not null default false,
    given jsonb not null default '{}',
    said jsonb,
    due_at timestamptz not null,
    worth_until timestamptz not null,
    state text not null default 'planned' check (state in ('planned', 'spreading', 'told', 'void', 'aside')),
    reason text not null default '',
    cursor text not null default '',
    made_at timestamptz not null,
    settled_at timestamptz
);
create index notice_facts_due on notice_facts (due_at) where state in ('planned', 'spreading');
create index notice_facts_of on notice_facts (family, subject);
comment on column notice_facts.given is 'what the event alone knows; said: all values, fixed when it is due';
comment on column notice_facts.story is 'a newer fact of a story supersedes an older one not told to a person yet';
"""

NOTICES = """
create table notice_claims (
    fact_id bigint not null references notice_facts,
    address text not null,
    primary key (fact_id, address)
);
comment on table notice_claims is 'no address hears of a fact twice, whichever account it belongs to';
create table notices (
    notice_id bigint generated always as identity primary key,
    fact_id bigint not null references notice_facts,
    story text not null,
    person text not null,
    account_no text not null,
    place text not null,
    elder boolean not null,
    ways text[] not null,
    addresses jsonb not null,
    way text,
    state text not null default 'planned' check (state in ('planned', 'sending', 'sent', 'delivered', 'final')),
    outcome text check (outcome in ('delivered', 'read', 'unconfirmed', 'undelivered', 'superseded', 'void')),
    reason text not null default '',
    due_at timestamptz not null,
    deadline timestamptz not null,
    tries integer not null default 0,
    resends integer not null default 0,
    conversation_id text,
    seq bigint,
    receipt text,
    made_at timestamptz not null,
    sent_at timestamptz,
    read_at timestamptz,
    final_at timestamptz,
    unique (fact_id, person),
    check ((state = 'final') = (outcome is not null)),
    check ((state = 'final') = (final_at is not null))
);
create index notices_due on notices (way, due_at) where state in ('planned', 'sending');
create index notices_open on notices (deadline) where state <> 'final';
create index notices_followed on notices (notice_id) where state = 'sent';
create index notices_missed on notices (final_at) where outcome in ('undelivered', 'unconfirmed');
create index notices_unread on notices (final_at) where outcome = 'delivered' and seq is not null;
create index notices_story on notices (story, person) where state = 'planned';
create index notices_line on notices (conversation_id, seq) where seq is not null;
create unique index notices_receipt on notices (way, receipt) where receipt is not null;
create table notice_tries (
    notice_id bigint not null references notices,
    try_no integer not null,
    way text not null,
    at timestamptz not null,
    result text not null default 'sent' check (result in ('sent', 'delivered', 'read', 'failed', 'away')),
    reason text not null default '',
    settled_at timestamptz,
    primary key (notice_id, try_no)
);
"""

AROUND = """
create table notice_calls (
    call_id bigint generated always as identity primary key,
    fact_id bigint not null references notice_facts,
    notice_id bigint references notices,
    account_no text not null,
    phone text not null,
    care text not null default '',
    reason text not null,
    made_at timestamptz not null,
    call_by timestamptz not null,
    done_at timestamptz,
    done_by text,
    spoken_to text,
    reached boolean,
    unique (fact_id, account_no),
    check ((done_at is null) = (done_by is null)),
    check ((done_at is null) = (reached is null))
);
create index notice_calls_open on notice_calls (call_by) where done_at is null;
comment on table notice_calls is 'whom a person calls: no way reached them, or their care asks for a voice and a yes';
create table notice_rates (
    way text primary key,
    tokens double precision not null,
    at timestamptz not null
);
create table notice_rounds (
    name text primary key,
    done_for timestamptz not null
);
comment on table notice_rounds is 'rounds of the day (sending again): each is made once, late rather than never';
"""


def upgrade() -> None:
    """Makes the tables."""
    for part in (FACTS, NOTICES, AROUND):
        op.execute(part)


def downgrade() -> None:
    """Drops them."""
    for table in (
        *("notice_rounds", "notice_rates", "notice_calls", "notice_tries"),
        *("notices", "notice_claims", "notice_facts"),
    ):
        op.execute(f"drop table {table}")
